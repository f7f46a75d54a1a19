"""Routes of one adapter: what is on record, its thumbnail, edits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from lora_manager.api.decoding import thumbnail_of
from lora_manager.api.parameters import current_visitor, json_object, row_id
from lora_manager.api.route import LONG_LIVED, Route, json_response
from lora_manager.api.serialise import detail_json
from lora_manager.api.visitor import Visitor, actor_of
from lora_manager.application import Application
from lora_manager.db.details import adapter_detail
from lora_manager.errors import BadInputError, NotFoundError
from lora_manager.formats.file_names import join_below
from lora_manager.services.thumbnails import MEDIA_TYPE

MAX_PATH = 4096
_ONLY_AN_IMAGE = {
    "X-Content-Type-Options": "nosniff",
    # For one that is opened by itself: were it a document after all, it could do nothing. Browsers show a picture by a
    # page of their own, which has a style.
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def adapters_router(app: Application) -> APIRouter:
    """Return the routes under `adapters`."""
    router = APIRouter(route_class=Route)

    @router.get("/adapters/{adapter_id}")
    def read_adapter(adapter_id: int = row_id()) -> Response:
        return json_response(adapter_json(app, adapter_id))

    @router.patch("/adapters/{adapter_id}")
    def edit_adapter(
        adapter_id: int = row_id(),
        values: dict[str, Any] = json_object(),
        visitor: Visitor = current_visitor(),
    ) -> Response:
        resets, seen = values.pop("reset", []), values.pop("if", {})
        if not isinstance(resets, list) or not isinstance(seen, dict):
            raise BadInputError("reset is a list of fields, if an object of fields with the values that were seen.")
        set_id = app.editor.edit(adapter_id, values, actor_of(visitor), resets=resets, seen=seen)
        return json_response({**adapter_json(app, adapter_id), "change_set": set_id})

    @router.post("/adapters")
    def add_adapter(values: dict[str, Any] = json_object(), visitor: Visitor = current_visitor()) -> Response:
        path = values.pop("path", None)
        if not isinstance(path, str) or not 0 < len(path) <= MAX_PATH:
            raise BadInputError(f"path: must be the path of a network file, of {MAX_PATH} characters at most.")
        adapter_id = app.editor.add_by_hand(Path(path), values, actor_of(visitor))
        return json_response(adapter_json(app, adapter_id), 201)

    @router.get("/adapters/{adapter_id}/thumbnail/{size}/{version}")
    async def read_thumbnail(size: int, version: str, adapter_id: int = row_id()) -> Response:
        preview, current = await run_in_threadpool(_preview_of, app, adapter_id)
        data = await thumbnail_of(app.thumbnails, preview, current, size)
        return image_response(data, MEDIA_TYPE, LONG_LIVED if version == current else "no-cache")

    return router


def image_response(data: bytes, media_type: str, cache: str) -> Response:
    """Answer with image bytes that a browser must not take for anything else, nor another site for its own."""
    return Response(data, media_type=media_type, headers={"Cache-Control": cache, **_ONLY_AN_IMAGE})


def _preview_of(app: Application, adapter_id: int) -> tuple[Path, str]:
    """Return an adapter's preview and its version. Raises NotFoundError."""
    with app.database.read() as connection:
        found = app.finder.found_cards(connection, [adapter_id])
    if not found or found[0].card.preview is None:
        raise NotFoundError(f"Adapter {adapter_id} has no preview.")
    card = found[0].card
    return join_below(Path(card.root), str(card.preview)), card.preview_version or ""


def adapter_json(app: Application, adapter_id: int) -> dict[str, Any]:
    """Return all that is on record of an adapter. Raises NotFoundError."""
    with app.database.read() as connection:
        detail = adapter_detail(connection, adapter_id)
        found = app.finder.found_cards(connection, [adapter_id])
        former = app.tag_names.former(connection, adapter_id)
    if not found:
        raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
    return {**detail_json(found[0], detail), "former_names": [vars(name) for name in former]}
