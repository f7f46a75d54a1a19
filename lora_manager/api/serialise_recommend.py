"""Plain values for JSON out of suggestions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lora_manager.api.serialise import card_json
from lora_manager.services.recommending.suggestions import (
    Concept,
    Similar,
    SuggestedWeight,
    Suggestion,
    Suggestions,
)


def suggestions_json(answer: Suggestions) -> dict[str, Any]:
    """Return an answer with its items."""
    done = answer.preparing
    return {
        "session": answer.session,
        "kind": answer.kind,
        "reason": answer.reason,
        "concepts": [_concept_json(concept) for concept in answer.concepts],
        "items": [suggestion_json(item) for item in answer.items],
        "family": answer.family,
        "encoder": answer.encoder,
        "preparing": None if done is None else {"done": done[0], "total": done[1]},
    }


def similar_json(answer: Similar) -> dict[str, Any]:
    """Return what is similar to an adapter."""
    return {
        "session": answer.session,
        "by": answer.by,
        "available": list(answer.available),
        "reason": answer.reason,
        "items": [suggestion_json(item) for item in answer.items],
    }


def suggestion_json(item: Suggestion) -> dict[str, Any]:
    """Return a suggestion: a card with what speaks for it."""
    return {
        **card_json(item.found),
        "score": round(item.score, 4),
        "matched": list(item.matched),
        "reason": item.reason,
        "why": [{"kind": why.kind, "text": why.text, "share": why.share} for why in item.why],
        "example": None if item.example is None else {"text": item.example.text, "own": item.example.own},
        "concepts": list(item.concepts),
        "suggested": suggested_json(item.suggested),
        "fit": {"kind": item.fit.kind, "note": item.fit.note},
        "position": item.position,
        "folded": [asdict(one) for one in item.folded],
        **({"words": [asdict(word) for word in item.words]} if item.words else {}),
    }


def suggested_json(suggested: SuggestedWeight) -> dict[str, Any]:
    """Return a suggested weight with its range and where it comes from."""
    return {
        "weight": suggested.weight,
        "low": suggested.low,
        "high": suggested.high,
        "source": suggested.source,
        "why": suggested.why,
    }


def _concept_json(concept: Concept) -> dict[str, Any]:
    return {"text": concept.text, "start": concept.start, "end": concept.end, "ids": list(concept.ids)}
