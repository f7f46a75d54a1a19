"""Routes of what is done with one adapter's files: another name, another folder, into the trash."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from lora_manager.api.adapters import MAX_PATH, adapter_json
from lora_manager.api.parameters import current_visitor, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import Empty, FileNameBody, PlaceBody
from lora_manager.api.visitor import Visitor, actor_of, settings_change
from lora_manager.application import Application
from lora_manager.errors import BadInputError

CHANGES_A_MINUTE = 240


def files_router(app: Application) -> APIRouter:
    """Return the routes `adapters/{id}/rename`, `adapters/{id}/move` and the deletion of an adapter."""
    router = APIRouter(route_class=Route)
    allowed = [Depends(settings_change), Depends(costly(CHANGES_A_MINUTE))]

    @router.post("/adapters/{adapter_id}/rename", dependencies=allowed)
    def rename_file(body: FileNameBody, adapter_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        _check_length("name", body.name)
        set_id = app.files.rename(adapter_id, body.name, actor_of(visitor))
        return json_response({**adapter_json(app, adapter_id), "change_set": set_id})

    @router.post("/adapters/{adapter_id}/move", dependencies=allowed)
    def move_file(body: PlaceBody, adapter_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        _check_length("folder", body.folder)
        set_id = app.files.move(adapter_id, body.root_id, body.folder, actor_of(visitor))
        return json_response({**adapter_json(app, adapter_id), "change_set": set_id})

    @router.delete("/adapters/{adapter_id}", dependencies=allowed)
    def delete_file(body: Empty, adapter_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        set_id, trash_id = app.files.delete(adapter_id, actor_of(visitor))
        return json_response({"change_set": set_id, "trash_id": trash_id})

    return router


def _check_length(field: str, text: str) -> None:
    if len(text) > MAX_PATH:
        raise BadInputError(f"{field}: at most {MAX_PATH} characters.")
