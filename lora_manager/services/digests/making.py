"""One adapter's digest: its facts, and what is found out of them."""

from __future__ import annotations

from lora_manager.db.digest_sources import DigestSource
from lora_manager.db.digests import Digest
from lora_manager.formats.example_prompts import pack_examples
from lora_manager.search.ranking.document import FORMAT, make_document
from lora_manager.services.digests.facts import facts_from, preview_of

_OWN_RECIPE = 1
"""Moves on when the facts are put together in another way."""
RECIPE = 1_000 * _OWN_RECIPE + FORMAT
"""Moves on with everything that makes a digest another one; those of an earlier recipe are made anew."""


def make_digest(source: DigestSource) -> Digest:
    """Return the digest of one adapter. Reads its preview picture: not within a transaction."""
    facts = facts_from(source, preview_of(source))
    # What the index keeps beside the document: where one of these is another, the digest is one too.
    beside = {"family": facts.family, "base": facts.base_model, "author": facts.author, "archetype": facts.archetype}
    return Digest(facts.id, source.adapter.revision, make_document(facts), pack_examples(facts.examples, beside))
