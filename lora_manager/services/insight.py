"""What was found out of one adapter: from its digest, or found out now where it has none yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from lora_manager.db.digests import StoredInsight, examples_of, insights_of, said_of
from lora_manager.errors import NotFoundError
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.search.insight.insight import insight_of
from lora_manager.services.digests.facts import facts_of

MOST_EXAMPLES = 8
MAX_EXAMPLE = 600
"""Characters of an example prompt that are shown."""
SAID, GUESSED = "said", "guessed"


@dataclass(frozen=True)
class AdapterInsight:
    """What was found out of one adapter. Confidence, quality, popularity and the parts' weights: 0 to 1.

    archetype_source: SAID by a source or the user, or GUESSED. family: "" where it is not known. keywords:
    {"word", "score"}, quality_parts: {"name", "value", "weight", "text"}. examples: the user's own first.
    """

    family: str
    archetype: str | None
    archetype_confidence: float
    archetype_source: str
    style: str | None
    style_confidence: float
    keywords: Sequence[dict[str, Any]]
    quality: float
    quality_parts: Sequence[dict[str, Any]]
    popularity: float
    examples: Sequence[ExamplePrompt]


def adapter_insight(connection: Connection, adapter_id: int) -> AdapterInsight:
    """Return what was found out of an adapter. Raises NotFoundError."""
    on_record = said_of(connection, adapter_id)
    if on_record is None:
        raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
    said, family = on_record
    stored = insights_of(connection, [adapter_id]).get(adapter_id)
    if stored is None:
        stored, examples = _found_now(connection, adapter_id)
    else:
        examples = examples_of(connection, [adapter_id]).get(adapter_id, ())
    # A digest may be older than what was said a moment ago.
    archetype, confidence = (said, 1.0) if said else (stored.archetype, stored.archetype_confidence or 0.0)
    return AdapterInsight(
        family=family,
        archetype=archetype,
        archetype_confidence=confidence,
        archetype_source=SAID if confidence == 1.0 else GUESSED,
        style=stored.style,
        style_confidence=stored.style_confidence or 0.0,
        keywords=stored.keywords,
        quality=stored.quality,
        quality_parts=stored.quality_parts,
        popularity=stored.popularity,
        examples=examples[:MOST_EXAMPLES],
    )


def _found_now(connection: Connection, adapter_id: int) -> tuple[StoredInsight, tuple[ExamplePrompt, ...]]:
    (facts,) = facts_of(connection, [adapter_id])
    found = insight_of(facts)
    stored = StoredInsight(
        [keyword._asdict() for keyword in found.keywords],
        found.archetype,
        found.archetype_confidence,
        found.style,
        found.style_confidence,
        found.quality,
        [part._asdict() for part in found.quality_parts],
        found.popularity,
    )
    return stored, facts.examples
