"""Routes about prompts: compose and recommend."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import ComposeBody, RecommendBody, additions, row_ids
from lora_manager.api.serialise import card_json, composed_json
from lora_manager.application import Application
from lora_manager.services.compose import Addition

COMPOSITIONS_A_MINUTE = 900
RECOMMENDATIONS_A_MINUTE = 600
"""Both are asked while one types."""


def prompts_router(app: Application) -> APIRouter:
    """Return the routes `compose` and `recommend`."""
    router = APIRouter(route_class=Route)

    @router.post("/compose", dependencies=[Depends(costly(COMPOSITIONS_A_MINUTE))])
    def compose(body: ComposeBody) -> Response:
        add = [
            Addition(item.id, item.weight, None if item.triggers is None else tuple(item.triggers))
            for item in additions(body.add)
        ]
        composed = app.composer.compose(body.prompt, add, row_ids(body.remove), body.caret)
        return json_response(composed_json(composed))

    @router.post("/recommend", dependencies=[Depends(costly(RECOMMENDATIONS_A_MINUTE))])
    def recommend(body: RecommendBody) -> Response:
        answer = app.recommender.for_prompt(body.prompt, body.limit, app.roots())
        items = [{**card_json(item.found), "matched": item.matched, "reason": item.reason} for item in answer.items]
        return json_response({"items": items, "reason": answer.reason})

    return router
