"""Routes of doing one thing with many adapters, and of looking beforehand what it would do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, cast

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import current_visitor
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import BulkBody, PreviewBody
from lora_manager.api.selection import selected_ids
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import Visitor, actor_of, check_may_change
from lora_manager.application import Application
from lora_manager.errors import BadInputError
from lora_manager.services.bulk.action import BulkAction, PreviewedAction, PreviewRow
from lora_manager.services.bulk.looks import Looks

BULK_A_MINUTE = 240
PREVIEWS_A_MINUTE = 240
MOST_ROWS = 200
MOST_WAITING = 50
_SHOWN_AS = {"source": "from", "target": "to"}


def bulk_router(app: Application) -> APIRouter:
    """Return the routes under `bulk`."""
    router = APIRouter(route_class=Route)
    looks = Looks()

    @router.post("/bulk", dependencies=[Depends(costly(BULK_A_MINUTE))])
    def start_bulk(body: BulkBody, visitor: Visitor = current_visitor()) -> Response:
        action = app.bulk.action(body.action)
        _check_may(action, visitor)
        waiting = sum(job.kind == "bulk" and job.state == "queued" for job in app.jobs.jobs())
        if waiting >= MOST_WAITING:
            raise BadInputError(f"{waiting} such jobs wait already; let some of them end first.")
        ids = selected_ids(app, body.selection, body.expect)
        return json_response(job_json(app.bulk.submit(body.action, body.params, ids, actor_of(visitor))), 202)

    @router.post("/bulk/preview", dependencies=[Depends(costly(PREVIEWS_A_MINUTE))])
    def preview_bulk(body: PreviewBody, visitor: Visitor = current_visitor()) -> Response:
        action = app.bulk.action(body.action)
        _check_may(action, visitor)
        if not hasattr(action, "preview"):
            raise BadInputError(f"'{body.action}' cannot be looked at beforehand.")
        params = action.check(body.params)

        def look() -> Sequence[PreviewRow]:
            return cast(PreviewedAction, action).preview(selected_ids(app, body.selection), params)

        key = (visitor.user_name, body.action, json.dumps([params, body.selection], sort_keys=True))
        rows = looks.rows(key, is_first=body.offset <= 0, look=look)
        return json_response(_preview_json(list(rows), max(0, body.offset), max(0, min(body.limit, MOST_ROWS))))

    return router


def _preview_json(rows: list[Any], offset: int, limit: int) -> dict[str, Any]:
    # What cannot be done is what one has to look at.
    ordered = sorted(rows, key=lambda row: not row.problem)
    shown = [asdict(row) for row in ordered[offset : offset + limit]]
    return {
        "total": len(rows),
        "problems": sum(bool(row.problem) for row in rows),
        "unchanged": sum(not row.problem and row.source == row.target for row in rows),
        "items": [{_SHOWN_AS.get(key, key): value for key, value in row.items()} for row in shown],
    }


def _check_may(action: BulkAction, visitor: Visitor) -> None:
    """Raise Refusal 403 where the visitor may not change files."""
    if action.is_restricted:
        check_may_change(visitor)
