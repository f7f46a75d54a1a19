"""Routes of the background hashing: where it stands, pausing it and letting it go on."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import HashingBody
from lora_manager.api.visitor import settings_change
from lora_manager.application import Application
from lora_manager.services.hashing.status import HashingStatus

CHANGES_A_MINUTE = 60


def hashing_router(app: Application) -> APIRouter:
    """Return the routes under `hashing`."""
    router = APIRouter(route_class=Route)

    @router.get("/hashing")
    def read_hashing() -> Response:
        return json_response(hashing_json(app.hasher.status()))

    @router.post("/hashing", dependencies=[Depends(settings_change), Depends(costly(CHANGES_A_MINUTE))])
    def pause_hashing(body: HashingBody) -> Response:
        return json_response(hashing_json(app.hasher.pause(body.paused)))

    return router


def hashing_json(status: HashingStatus) -> dict[str, Any]:
    """Return where the hashing stands, as routes and events tell it."""
    return {**vars(status), "current": list(status.current)}
