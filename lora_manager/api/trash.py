"""Routes of the trash: what lies in it, back from it, deleted for good."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import current_visitor, limit, offset, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty
from lora_manager.api.serialise import job_json
from lora_manager.api.visitor import Visitor, actor_of, settings_change
from lora_manager.application import Application
from lora_manager.services.files.trash import TrashEntry, TrashPage

CHANGES_A_MINUTE = 240


def trash_router(app: Application) -> APIRouter:
    """Return the routes under `trash`."""
    router = APIRouter(route_class=Route)
    allowed = [Depends(settings_change), Depends(costly(CHANGES_A_MINUTE))]

    @router.get("/trash")
    def list_trash(limit: int = limit(60, 200), offset: int = offset()) -> Response:
        return json_response(trash_json(app.trash.page(limit, offset)))

    @router.post("/trash/empty", dependencies=allowed)
    def empty_trash(body: Empty, visitor: Visitor = current_visitor()) -> Response:
        def work(context: Any) -> dict[str, Any]:
            return app.trash.empty(context.on_progress, context.cancelled)

        return json_response(job_json(app.bulk.submit_work({"action": "empty_trash"}, work, actor_of(visitor))), 202)

    @router.post("/trash/{trash_id}/restore", dependencies=allowed)
    def restore(body: Empty, trash_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        set_id, adapter_id = app.files.restore(trash_id, actor_of(visitor))
        return json_response({"change_set": set_id, "adapter_id": adapter_id})

    @router.delete("/trash/{trash_id}", dependencies=allowed)
    def purge(body: Empty, trash_id: int = row_id()) -> Response:
        return json_response({"bytes": app.trash.purge(trash_id)})

    return router


def trash_json(page: TrashPage) -> dict[str, Any]:
    """Return some of the trash as routes and commands tell it."""
    return {
        "total": page.total,
        "bytes": page.bytes,
        "days": page.days,
        "items": [_entry_json(entry) for entry in page.entries],
    }


def _entry_json(entry: TrashEntry) -> dict[str, Any]:
    item = entry.item
    return {
        "id": item.id,
        "adapter_id": item.adapter_id,
        "name": item.adapter_name,
        "path": item.model.old,
        "root": item.root,
        "size": item.size,
        "deleted_at": item.deleted_at,
        "user_name": item.user_name,
        "days_left": entry.days_left,
        "preview": item.preview_version if item.preview else None,
        "problem": entry.problem,
    }
