"""Routes that take back what was done: a set, one change, everything since a moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.history import moment
from lora_manager.api.parameters import current_visitor, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import BackToBody, Empty
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import Visitor, actor_of, check_may_change
from lora_manager.application import Application
from lora_manager.db.history import FILE_FIELDS, read_changes, read_set
from lora_manager.services.history.outcome import RevertOutcome
from lora_manager.services.history.service import why_not_undone
from lora_manager.services.jobs import JobContext

FEW = 200
"""Changes of fields that are taken back while the page waits; of more it is a job."""
UNDOS_A_MINUTE = 240
MOST_SKIPPED = 100

Do = Callable[[JobContext | None], RevertOutcome]


def undo_router(app: Application) -> APIRouter:
    """Return the routes under `history` and `changes` that take something back."""
    router = APIRouter(route_class=Route)
    change = [Depends(costly(UNDOS_A_MINUTE))]

    @router.post("/history/back-to", dependencies=change)
    def go_back_to(body: BackToBody, visitor: Visitor = current_visitor()) -> Response:
        at, actor = moment(body.at), actor_of(visitor)
        extent = app.history.extent(at, body.adapter_id)
        if body.adapter_id is None or extent.files:
            check_may_change(visitor)
        what = {"action": "back_to", "at": at, "selected": extent.adapters}

        def do(context: JobContext | None) -> RevertOutcome:
            return app.history.back_to(at, body.adapter_id, actor, *_how(context))

        return _answer(app, do, what, visitor, is_small=extent.changes <= FEW and not extent.files)

    @router.post("/history/{set_id}/undo", dependencies=change)
    def undo(body: Empty, set_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        with app.database.read() as connection:
            stored = read_set(connection, set_id)
        if stored is not None and stored.touches_files:
            check_may_change(visitor)
        actor = actor_of(visitor)
        is_small = stored is None or bool(why_not_undone(stored)) or (stored.count <= FEW and not stored.touches_files)

        def do(context: JobContext | None) -> RevertOutcome:
            return app.history.undo(set_id, actor, *_how(context))

        what = {"action": "undo", "selected": stored.count if stored else 0}
        return _answer(app, do, what, visitor, is_small=is_small)

    @router.post("/changes/{change_id}/revert", dependencies=change)
    def revert(body: Empty, change_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        with app.database.read() as connection:
            found = read_changes(connection, ids=[change_id])
        if found and found[0].field in FILE_FIELDS:
            check_may_change(visitor)
        return json_response(_outcome_json(app.history.revert([change_id], actor_of(visitor))))

    return router


def _answer(app: Application, do: Do, what: dict[str, Any], visitor: Visitor, *, is_small: bool) -> Response:
    """Do it now, or by a job."""
    if is_small:
        return json_response(_outcome_json(do(None)))
    job = app.bulk.submit_work(what, lambda context: _outcome_json(do(context)), actor_of(visitor))
    return json_response({"job": job_json(job)}, 202)


def _how(context: JobContext | None) -> tuple[Any, ...]:
    return () if context is None else (context.on_progress, context.cancelled)


def _outcome_json(outcome: RevertOutcome) -> dict[str, Any]:
    skipped = [
        {"id": one.adapter_id, "name": one.name, "field": one.field, "why": one.why}
        for one in outcome.skipped[:MOST_SKIPPED]
    ]
    count = len(outcome.skipped)
    return {
        "job": None,
        "set_id": outcome.set_id,
        "reverted": outcome.reverted,
        "skipped": skipped,
        "skipped_count": count,
    }
