"""The route of what was found out of one adapter."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from lora_manager.api.filters import loaded_family
from lora_manager.api.parameters import current_visitor, row_id
from lora_manager.api.route import Route, json_response
from lora_manager.api.serialise_recommend import suggested_json
from lora_manager.api.visitor import Visitor
from lora_manager.application import Application
from lora_manager.formats.family_fit import fit
from lora_manager.services.insight import MAX_EXAMPLE, AdapterInsight, adapter_insight
from lora_manager.services.recommending.presenting import weight_for


def insight_router(app: Application) -> APIRouter:
    """Return the route `adapters/{id}/insight`."""
    router = APIRouter(route_class=Route)

    @router.get("/adapters/{adapter_id}/insight")
    def read_insight(adapter_id: int = row_id(), visitor: Visitor = current_visitor()) -> Response:
        with app.database.read() as connection:
            found = adapter_insight(connection, adapter_id)
            suggested = weight_for(connection, adapter_id, visitor.user_name or "")
        fitting = fit(found.family, loaded_family(app) or "")
        return json_response(
            {
                **insight_json(found),
                "fit": {"kind": fitting.kind, "note": fitting.note},
                "suggested": suggested_json(suggested),
            }
        )

    return router


def insight_json(found: AdapterInsight) -> dict[str, Any]:
    """Return what was found out, without what depends on the loaded model and on who asks."""
    archetype = {
        "value": found.archetype,
        "confidence": found.archetype_confidence,
        "source": found.archetype_source,
    }
    return {
        "keywords": list(found.keywords),
        "archetype": archetype if found.archetype else None,
        "style": {"value": found.style, "confidence": found.style_confidence} if found.style else None,
        "quality": {"value": found.quality, "parts": list(found.quality_parts)},
        "popularity": found.popularity,
        "examples": [
            {"text": example.text[:MAX_EXAMPLE], "weight": example.weight, "own": example.own}
            for example in found.examples
        ],
    }
