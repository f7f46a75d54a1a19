"""Routes of recommending: what suits a text, what is similar to an adapter, and how the recommender stands."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Query, Response

from lora_manager.api.filters import loaded_family
from lora_manager.api.parameters import current_visitor, limit, row_id
from lora_manager.api.rate_limit import costly
from lora_manager.api.route import Route, json_response
from lora_manager.api.schemas import RecommendBody, adapter_ids
from lora_manager.api.serialise_recommend import similar_json, suggestions_json
from lora_manager.api.vectors import vectors_json
from lora_manager.api.visitor import Visitor
from lora_manager.application import Application
from lora_manager.services.recommending.asking import MOST_ITEMS, Asked, family_named

RECOMMENDATIONS_A_MINUTE = 600
"""They are asked for while one types."""


def recommend_router(app: Application) -> APIRouter:
    """Return the routes `recommend`, `adapters/{id}/similar` and `recommender`."""
    router = APIRouter(route_class=Route)

    @router.post("/recommend", dependencies=[Depends(costly(RECOMMENDATIONS_A_MINUTE))])
    def recommend(body: RecommendBody, visitor: Visitor = current_visitor()) -> Response:
        asked = Asked(
            body.prompt,
            body.limit,
            body.kind,
            tuple(adapter_ids(body.ids)),
            family_named(body.base) if body.base else loaded_family(app) or "",
            body.any_base,
            app.roots(),
            visitor.user_name or "",
        )
        return json_response(suggestions_json(app.recommender.answer(asked)))

    @router.get("/adapters/{adapter_id}/similar", dependencies=[Depends(costly(RECOMMENDATIONS_A_MINUTE))])
    def similar(
        adapter_id: int = row_id(),
        by: str = Query("fused", max_length=20),
        limit: int = limit(12, MOST_ITEMS),
        visitor: Visitor = current_visitor(),
    ) -> Response:
        asked = Asked("", family=loaded_family(app) or "", roots=app.roots(), user_name=visitor.user_name or "")
        return json_response(similar_json(app.recommender.similar(adapter_id, by, limit, asked)))

    @router.get("/recommender")
    def recommender() -> Response:
        return json_response(_state_json(app))

    return router


def _state_json(app: Application) -> dict[str, Any]:
    index, digests = app.recommender.index, app.digester.status()
    return {
        **vectors_json(app.vectors.status()),
        "digests": {"done": digests.done, "total": digests.total},
        "ranker": {"name": app.recommender.ranker.name},
        "index": {
            "adapters": 0 if index is None else index.count,
            "bytes": 0 if index is None else index.memory_bytes,
        },
    }
