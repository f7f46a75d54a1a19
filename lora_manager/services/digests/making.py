"""One adapter's digest: its facts, and what is found out of them."""

from __future__ import annotations

from lora_manager.db.digest_sources import DigestSource
from lora_manager.db.digests import Digest
from lora_manager.formats.example_prompts import pack_examples
from lora_manager.search.insight.insight import RECIPE as INSIGHT_RECIPE
from lora_manager.search.insight.insight import insight_of
from lora_manager.search.ranking.document import FORMAT, make_document
from lora_manager.services.digests.facts import facts_from, preview_of

_OWN_RECIPE = 1
"""Moves on when the facts are put together in another way."""
RECIPE = 1_000_000 * _OWN_RECIPE + 1_000 * INSIGHT_RECIPE + FORMAT
"""Moves on with everything that makes a digest another one; those of another recipe are made anew."""


def make_digest(source: DigestSource) -> Digest:
    """Return the digest of one adapter. Reads its preview picture: not within a transaction."""
    facts = facts_from(source, preview_of(source))
    insight = insight_of(facts)
    # What the index keeps beside the document: where one of these is another, the digest is one too.
    beside = {"family": facts.family, "base": facts.base_model, "author": facts.author, "archetype": facts.archetype}
    return Digest(
        facts.id,
        source.adapter.revision,
        make_document(facts),
        pack_examples(facts.examples, beside),
        keywords=[keyword._asdict() for keyword in insight.keywords],
        archetype=insight.archetype,
        archetype_confidence=insight.archetype_confidence,
        style=insight.style,
        style_confidence=insight.style_confidence,
        quality=insight.quality,
        quality_parts=[part._asdict() for part in insight.quality_parts],
        popularity=insight.popularity,
    )
