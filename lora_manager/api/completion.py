"""The route that completes what is typed in the search box."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter, Response

from lora_manager.api.parameters import offset, search_text
from lora_manager.api.route import Route, json_response
from lora_manager.application import Application


def completion_router(app: Application) -> APIRouter:
    """Return the route `completion`."""
    router = APIRouter(route_class=Route)

    @router.get("/completion")
    def complete(q: str = search_text(), at: int = offset()) -> Response:
        return json_response(asdict(app.completer.complete(q, at)))

    return router
