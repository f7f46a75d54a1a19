"""Routes of what visitors do with suggestions."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import LARGEST, current_visitor, json_object, row_id
from lora_manager.api.preferences import user_of
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty
from lora_manager.api.visitor import Visitor
from lora_manager.application import Application
from lora_manager.errors import BadInputError

FEEDBACK_A_MINUTE = 900
"""Of a list of twenty each may be passed over, and a new list comes while the user types."""
_SESSION = re.compile(r"[0-9A-Za-z_-]{1,32}")


def feedback_router(app: Application) -> APIRouter:
    """Return the routes under `feedback`."""
    router = APIRouter(route_class=Route)
    often = [Depends(costly(FEEDBACK_A_MINUTE))]

    @router.post("/feedback", dependencies=often)
    def give_feedback(values: dict[str, Any] = json_object(), visitor: Visitor = current_visitor()) -> Response:
        """Note what was done with a suggestion. `id` null with "ignored": the list down to `position` was."""
        session, kind = _session(values.get("session")), str(values.get("kind"))[:40]
        position = _whole("position", values.get("position"))
        adapter_id, user = _whole("id", values.get("id")), user_of(visitor)
        if adapter_id is None:
            if kind != "ignored":
                raise BadInputError("id: say of which LoRA this is.")
            noted = app.learning.passed_over(user, session, position)
            return json_response({"event": None, "undo": False, "noted": noted})
        event = app.learning.feedback(user, session, adapter_id, kind, position)
        return json_response({"event": None if event is None else event.id, "undo": event is not None})

    @router.delete("/feedback/{event_id}", dependencies=often)
    def take_back(body: Empty, event_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        event = app.learning.take_back(user_of(visitor), event_id)
        return json_response({"id": event.adapter_id, "kind": event.kind})

    return router


def _session(value: Any) -> str | None:
    if value is not None and not (isinstance(value, str) and _SESSION.fullmatch(value)):
        raise BadInputError("session: must be the id of a list of suggestions, or null.")
    return value


def _whole(name: str, value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise BadInputError(f"{name}: must be a whole number from 0.")
    return value
