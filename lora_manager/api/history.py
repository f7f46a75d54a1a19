"""Routes of the history: what was done, and how much going back to a moment would change."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Response

from lora_manager.api.parameters import LARGEST, limit, offset, row_id
from lora_manager.api.route import Route, json_response
from lora_manager.application import Application
from lora_manager.clock import utc_text
from lora_manager.db.history import StoredChange, StoredSet, page_of_changes, read_set, read_sets, samples
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.services.history.service import why_not_undone

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.(\d{3}|\d{6}))?Z", re.ASCII)


def history_router(app: Application) -> APIRouter:
    """Return the routes under `history` that read, and `adapters/{id}/history`."""
    router = APIRouter(route_class=Route)

    @router.get("/history")
    def list_history(limit: int = limit(50, 200), offset: int = offset()) -> Response:
        with app.database.read() as connection:
            total, sets = read_sets(connection, limit, offset)
            shown = samples(connection, sets)
        items = [
            {**_set_json(one), "sample": [_change_json(change) for change in shown.get(one.id, ())]} for one in sets
        ]
        return json_response({"total": total, "items": items})

    @router.get("/history/back-to")
    def look_back_to(
        at: str = Query(..., max_length=32), adapter_id: int | None = Query(None, ge=0, le=LARGEST)
    ) -> Response:
        return json_response(asdict(app.history.extent(moment(at), adapter_id)))

    @router.get("/history/{set_id}")
    def read_history(set_id: int = row_id(), limit: int = limit(100, 200), offset: int = offset()) -> Response:
        with app.database.read() as connection:
            stored = read_set(connection, set_id)
            total, changes = page_of_changes(connection, limit, offset, set_id=set_id)
        if stored is None:
            raise NotFoundError(f"There is no change {set_id} on record (any more). Reload the page.")
        return json_response({**_set_json(stored), "total": total, "items": [_change_json(one) for one in changes]})

    @router.get("/adapters/{adapter_id}/history")
    def adapter_history(adapter_id: int = row_id(), limit: int = limit(50, 200), offset: int = offset()) -> Response:
        with app.database.read() as connection:
            total, changes = page_of_changes(connection, limit, offset, adapter_id=adapter_id)
        return json_response({"total": total, "items": [_change_json(one) for one in changes]})

    return router


def moment(text: str) -> str:
    """Return a time as it is stored, with milliseconds. Raises BadInputError."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError(text)
        return utc_text(datetime.fromisoformat(text.replace("Z", "+00:00")))
    except ValueError as error:
        raise BadInputError("at: must be a time such as 2026-11-20T18:30:00.000Z.") from error


def _set_json(stored: StoredSet) -> dict[str, Any]:
    why_not = why_not_undone(stored)
    return {**asdict(stored), "can_undo": not why_not, "why_not": why_not}


def _change_json(change: StoredChange) -> dict[str, Any]:
    is_there = change.adapter_id is not None
    why_not = "" if is_there else "Its LoRA is not in the catalogue any more."
    return {**change._asdict(), "can_revert": is_there, "why_not": why_not}
