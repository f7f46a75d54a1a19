"""Routes of what was made: generations, images, analytics."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool

from lora_manager.api.adapters import image_response
from lora_manager.api.decoding import thumbnail_of
from lora_manager.api.parameters import limit, offset, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import LONG_LIVED, Route, json_response
from lora_manager.api.serialise import analytics_json, generation_json
from lora_manager.application import Application
from lora_manager.db.generations import image_path, recorded
from lora_manager.errors import NotFoundError, UnreadableFileError
from lora_manager.formats.json_file import read_bytes
from lora_manager.formats.previews import sniff_image_type
from lora_manager.services.analytics import analytics
from lora_manager.services.thumbnails import MAX_FILE_BYTES, MEDIA_TYPE

ANALYTICS_A_MINUTE = 300


def records_router(app: Application) -> APIRouter:
    """Return the routes under `generations`, `images` and `analytics`."""
    router = APIRouter(route_class=Route)

    @router.get("/generations")
    def list_generations(limit: int = limit(50, 200), offset: int = offset()) -> Response:
        with app.database.read() as connection:
            total, runs = recorded(connection, limit, offset)
        return json_response({"total": total, "items": [generation_json(run) for run in runs]})

    @router.get("/images/{image_id}")
    def read_image(image_id: int = row_id()) -> Response:
        path = _path_of(app, image_id)
        try:
            data = read_bytes(path, MAX_FILE_BYTES)
        except UnreadableFileError as error:
            app.learning.notice_gone(image_id)
            raise NotFoundError(f"The image {path} is gone: {error}") from error
        kind = sniff_image_type(data[:64])
        if kind is None:
            raise NotFoundError(f"{path} is not an image any more.")
        return image_response(data, f"image/{kind}", LONG_LIVED)

    @router.get("/images/{image_id}/thumbnail/{size}")
    async def read_image_thumbnail(size: int, image_id: int = row_id()) -> Response:
        path = await run_in_threadpool(_path_of, app, image_id)
        try:
            data = await thumbnail_of(app.thumbnails, path, "", size)
        except NotFoundError:
            await run_in_threadpool(app.learning.notice_gone, image_id)
            raise
        return image_response(data, MEDIA_TYPE, LONG_LIVED)

    @router.get("/analytics", dependencies=[Depends(costly(ANALYTICS_A_MINUTE))])
    def read_analytics(days: int = 30) -> Response:
        return json_response(analytics_json(analytics(app.database, app.finder, days, app.roots())))

    return router


def _path_of(app: Application, image_id: int) -> Path:
    with app.database.read() as connection:
        path = image_path(connection, image_id)
    if path is None:
        raise NotFoundError(f"There is no image {image_id}.")
    return Path(path)
