"""What was learned, as JSON of the API and of the command line."""

from __future__ import annotations

from typing import Any

from lora_manager.services.learning.learned import Evidence, Learned

_DIGITS = 3


def preference_json(learned: Learned) -> dict[str, Any]:
    """Return a preference with what its evidence still counts now."""
    row = learned.row
    return {
        "id": row.id,
        "kind": row.kind,
        "key": row.key,
        "label": learned.label,
        "mean": round(learned.mean, _DIGITS),
        "low": round(learned.low, _DIGITS),
        "high": round(learned.high, _DIGITS),
        "unsure": learned.unsure,
        "positive": round(learned.positive, _DIGITS),
        "negative": round(learned.negative, _DIGITS),
        "evidence": row.evidence,
        "updated_at": row.updated_at,
        "source": "pinned" if row.pinned else row.source,
        "pinned": row.pinned,
    }


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """Return one event and what it still counts."""
    event = evidence.event
    return {
        "id": event.id,
        "at": event.at,
        "kind": event.kind,
        "adapter": evidence.adapter,
        "value": event.value,
        "effect": round(evidence.effect, _DIGITS),
    }
