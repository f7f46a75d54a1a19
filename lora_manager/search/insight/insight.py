"""What is found out of one adapter by itself: keywords, archetype, style, quality, popularity."""

from __future__ import annotations

from dataclasses import dataclass

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.archetype import archetype_of
from lora_manager.search.insight.keywords import Keyword, keywords_of
from lora_manager.search.insight.popularity import UNKNOWN, popularity_of
from lora_manager.search.insight.quality import QualityPart, quality_of
from lora_manager.search.insight.style import style_of
from lora_manager.search.insight.texts import texts_of

RECIPE = 1
"""Moves on when the same facts come to another insight."""


@dataclass(frozen=True)
class Insight:
    """What was found out. keywords: 20 at most, the best first. Confidence, quality, popularity: 0 to 1.

    archetype: the one that is said (its confidence is 1) or guessed; None, as style, where nothing is sure enough.
    """

    keywords: tuple[Keyword, ...] = ()
    archetype: str | None = None
    archetype_confidence: float | None = None
    style: str | None = None
    style_confidence: float | None = None
    quality: float = 0.0
    quality_parts: tuple[QualityPart, ...] = ()
    popularity: float = UNKNOWN


def insight_of(facts: AdapterFacts) -> Insight:
    """Return what is found out of an adapter. Never fails, whatever the facts say; takes less than a millisecond."""
    texts = texts_of(facts)
    archetype = archetype_of(facts, texts)
    style = style_of(facts, texts)
    quality, parts = quality_of(facts)
    return Insight(
        keywords=keywords_of(facts),
        archetype=archetype.value if archetype else None,
        archetype_confidence=archetype.confidence if archetype else None,
        style=style.value if style else None,
        style_confidence=style.confidence if style else None,
        quality=quality,
        quality_parts=parts,
        popularity=popularity_of(facts),
    )
