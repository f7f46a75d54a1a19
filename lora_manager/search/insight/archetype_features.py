"""What the archetype classifier sees of an adapter: hashed words by the place they stand in, and a few of its shape."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from itertools import pairwise

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.archetype_words import hints_in
from lora_manager.search.insight.texts import Texts

_DESCRIPTION, _EXAMPLE, _PAIR, _ANYWHERE, _LAST = 0.5, 0.5, 0.5, 0.7, 0.7
_FEW, _MANY, _LONG_NAME, _LONG_TEXT, _HINTS = 10, 20, 60, 1000, 3


def archetype_features(facts: AdapterFacts, texts: Texts) -> dict[int, float]:
    """Return feature -> value in 0..1.5. A feature is the CRC-32 of its place and word, so no word is in clear."""
    found: dict[str, float] = {}
    names = {word for phrase in texts.name for word in phrase}
    tags = {word for phrase in texts.tags for word in phrase}
    triggers = {word for phrase in texts.triggers for word in phrase}
    _put(found, "n", names, 1.0)
    _put(found, "t", tags, 1.0)
    _put(found, "g", triggers, _ANYWHERE)
    _put(found, "a", names | tags | triggers, _ANYWHERE)
    _put(found, "l", {phrase[-1] for phrase in texts.tags}, _LAST)
    _put(found, "p", {" ".join(phrase) for phrase in texts.tags if len(phrase) > 1}, 1.0)
    _put(found, "q", {" ".join(pair) for phrase in texts.name for pair in pairwise(phrase)}, _PAIR)
    _put(found, "d", {word for phrase in texts.description for word in phrase}, _DESCRIPTION)
    for word, share in _shares(texts).items():
        found["e:" + word] = _EXAMPLE * share
    for archetype, count in hints_in(texts).items():
        found["x:" + archetype] = 1.5 * min(count, _HINTS) / _HINTS
    found.update(_shape(facts, texts))
    return {zlib.crc32(feature.encode("utf-8", "replace")): value for feature, value in found.items() if value}


def _put(found: dict[str, float], place: str, words: Iterable[str], value: float) -> None:
    for word in words:
        found[f"{place}:{word}"] = value


def _shares(texts: Texts) -> dict[str, float]:
    """In which share of the example prompts, or of the training captions, each word is: both say what is seen."""
    counts: dict[str, float] = {}
    for example in texts.examples:
        for word in {word for phrase in example for word in phrase}:
            counts[word] = counts.get(word, 0) + 1
    shares = {word: count / len(texts.examples) for word, count in counts.items()}
    most = max(texts.counts, default=0)
    for phrase, count in zip(texts.captions, texts.counts, strict=True):
        for word in phrase:
            shares[word] = max(shares.get(word, 0.0), count / most if most else 1.0)
    return shares


def _shape(facts: AdapterFacts, texts: Texts) -> dict[str, float]:
    name = facts.name
    triggers, examples, tags = len(texts.triggers), len(texts.examples), len(texts.tags)
    return {
        "s:examples": min(examples, _FEW) / _FEW,
        "s:no example": float(not examples),
        "s:triggers": min(triggers, _FEW) / _FEW,
        "s:no trigger": float(not triggers),
        "s:tags": min(tags, _MANY) / _MANY,
        "s:brackets": float("(" in name or "（" in name or "【" in name),
        "s:bars": float("/" in name or "|" in name),
        "s:other script": float(not name.isascii()),
        "s:long name": min(len(name), _LONG_NAME) / _LONG_NAME,
        "s:long text": min(len(facts.description), _LONG_TEXT) / _LONG_TEXT,
    }
