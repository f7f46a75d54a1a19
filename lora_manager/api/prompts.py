"""The route about prompts: compose."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import ComposeBody, additions, row_ids
from lora_manager.api.serialise import composed_json
from lora_manager.application import Application
from lora_manager.services.compose import Addition

COMPOSITIONS_A_MINUTE = 900
"""It is asked while one types."""


def prompts_router(app: Application) -> APIRouter:
    """Return the route `compose`."""
    router = APIRouter(route_class=Route)

    @router.post("/compose", dependencies=[Depends(costly(COMPOSITIONS_A_MINUTE))])
    def compose(body: ComposeBody) -> Response:
        add = [
            Addition(item.id, item.weight, None if item.triggers is None else tuple(item.triggers))
            for item in additions(body.add)
        ]
        composed = app.composer.compose(body.prompt, add, row_ids(body.remove), body.caret)
        return json_response(composed_json(composed))

    return router
