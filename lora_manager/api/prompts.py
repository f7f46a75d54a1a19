"""Routes about prompts: compose and recommend."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import ComposeBody, RecommendBody
from lora_manager.api.serialise import card_json, composed_json
from lora_manager.application import Application
from lora_manager.services.compose import Addition

RECOMMENDATIONS_A_MINUTE = 600
"""Asked while one types."""


def prompts_router(app: Application) -> APIRouter:
    """Return the routes `compose` and `recommend`."""
    router = APIRouter(route_class=Route)

    @router.post("/compose")
    def compose(body: ComposeBody) -> Response:
        additions = [
            Addition(item.id, item.weight, None if item.triggers is None else tuple(item.triggers)) for item in body.add
        ]
        return json_response(composed_json(app.composer.compose(body.prompt, additions, body.remove, body.caret)))

    @router.post("/recommend", dependencies=[Depends(costly(RECOMMENDATIONS_A_MINUTE))])
    def recommend(body: RecommendBody) -> Response:
        answer = app.recommender.for_prompt(body.prompt, body.limit, app.roots())
        items = [{**card_json(item.found), "matched": item.matched, "reason": item.reason} for item in answer.items]
        return json_response({"items": items, "reason": answer.reason})

    return router
