"""Routes of the settings of this library."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Response

from lora_manager.api.parameters import json_object
from lora_manager.api.route import Route, json_response
from lora_manager.api.visitor import settings_change
from lora_manager.application import Application
from lora_manager.services.settings import settings_json


def settings_router(app: Application) -> APIRouter:
    """Return the routes under `settings`."""
    router = APIRouter(route_class=Route)

    @router.get("/settings")
    def read_settings() -> Response:
        return json_response({"items": settings_json(app.settings.current())})

    @router.patch("/settings", dependencies=[Depends(settings_change)])
    def change_settings(values: dict[str, Any] = json_object()) -> Response:
        return json_response({"items": settings_json(app.settings.change(values))})

    return router
