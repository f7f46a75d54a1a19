"""Routes of what was learned of a visitor: look at it, correct it, forget it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Query, Response

from lora_manager.api.parameters import current_visitor, json_object, limit, offset, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty
from lora_manager.api.serialise_learning import evidence_json, preference_json
from lora_manager.api.visitor import Visitor
from lora_manager.application import Application
from lora_manager.errors import BadInputError

LOOKS_A_MINUTE = 300
CHANGES_A_MINUTE = 120


def preferences_router(app: Application) -> APIRouter:
    """Return the routes under `preferences`. Everybody has their own where there are logins."""
    router = APIRouter(route_class=Route)
    look, change = [Depends(costly(LOOKS_A_MINUTE))], [Depends(costly(CHANGES_A_MINUTE))]

    @router.get("/preferences", dependencies=look)
    def list_preferences(
        kind: str = Query("", max_length=40),
        limit: int = limit(100, 500),
        offset: int = offset(),
        visitor: Visitor = current_visitor(),
    ) -> Response:
        total, items = app.learning.page(user_of(visitor), kind, limit, offset)
        is_on = app.learning.is_on
        return json_response({"total": total, "learning": is_on, "items": [preference_json(one) for one in items]})

    @router.get("/preferences/{preference_id}/evidence", dependencies=look)
    def list_evidence(
        preference_id: int = row_id(), limit: int = limit(20, 200), visitor: Visitor = current_visitor()
    ) -> Response:
        found = app.learning.evidence(user_of(visitor), preference_id, limit)
        return json_response({"items": [evidence_json(one) for one in found]})

    @router.patch("/preferences/{preference_id}", dependencies=change)
    def pin_preference(
        preference_id: int = row_id(), values: dict[str, Any] = json_object(), visitor: Visitor = current_visitor()
    ) -> Response:
        if set(values) != {"pinned"}:
            raise BadInputError('Send {"pinned": 1}, -1 or null.')
        return json_response(preference_json(app.learning.pin(user_of(visitor), preference_id, values["pinned"])))

    @router.post("/preferences/reset", dependencies=change)
    def reset_preferences(body: Empty, visitor: Visitor = current_visitor()) -> Response:
        return json_response({"undo": app.learning.forget(user_of(visitor))})

    @router.post("/preferences/restore", dependencies=change)
    def restore_preferences(values: dict[str, Any] = json_object(), visitor: Visitor = current_visitor()) -> Response:
        token = values.get("token")
        if not isinstance(token, str):
            raise BadInputError('Send {"token": ...} as it was answered when it was forgotten.')
        app.learning.restore(user_of(visitor), token)
        return json_response({})

    @router.delete("/preferences/{preference_id}", dependencies=change)
    def forget_preference(body: Empty, preference_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        return json_response({"undo": app.learning.forget(user_of(visitor), preference_id)})

    return router


def user_of(visitor: Visitor) -> str:
    """Return whose preferences a visitor's are: "" is everybody where there are no logins."""
    return visitor.user_name or ""
