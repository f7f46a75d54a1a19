"""The words of an adapter by the place they stand in, read once for everything that is guessed from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.terms import folded
from lora_manager.search.words import CJK_RUN, cjk_pieces, split_words

MAX_TEXT = 1000
"""Characters of a description that are read: what an author means stands in the beginning."""
MAX_EXAMPLES = 10
MAX_EXAMPLE = 400
MAX_ENTRIES = 60
"""Entries of a list (tags, trigger words, captions) that are read."""
MAX_ENTRY = 120

_NETWORK_TAG = re.compile(r"<[a-z]{2,12}:[^<>]{0,300}>")
_PARTS = re.compile(r"[,\n;|()\[\]{}:]+|\bbreak\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASCII_WORD = re.compile("[a-z0-9]+")


class Texts(NamedTuple):
    """Each phrase as a tuple of its words, case folded; CJK runs in overlapping pairs.

    name: of the adapter, its version and its file. triggers, tags, captions: one phrase per entry; counts: how often
    each caption was there. description: one phrase per line. examples: the phrases between commas of each prompt.
    """

    name: list[tuple[str, ...]]
    triggers: list[tuple[str, ...]]
    tags: list[tuple[str, ...]]
    description: list[tuple[str, ...]]
    captions: list[tuple[str, ...]]
    counts: list[int]
    examples: list[list[tuple[str, ...]]]


def texts_of(facts: AdapterFacts) -> Texts:
    """Return the words of an adapter; costs what the limits above cost, however long its texts are."""
    captions = [(words_of(text), count) for text, count in facts.captions[:MAX_ENTRIES]]
    captions = [(words, max(0, count)) for words, count in captions if words]
    return Texts(
        name=_phrases(_apart(text) for text in (facts.name, facts.version, facts.file_name)),
        triggers=_phrases(word for group in facts.trigger_groups[:MAX_ENTRIES] for word in group[:MAX_ENTRIES]),
        tags=_phrases(facts.tags),
        description=_phrases(facts.description[:MAX_TEXT].splitlines()),
        captions=[words for words, _ in captions],
        counts=[count for _, count in captions],
        examples=[prompt_phrases(example.text) for example in facts.examples[:MAX_EXAMPLES]],
    )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a short text, case folded, accents off."""
    text = text[:MAX_ENTRY]
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text.lower()))
    words: list[str] = []
    for word in split_words(text):
        if CJK_RUN.match(word):
            words.extend(cjk_pieces(folded(word)))
        else:
            words.append(folded(word))
    return tuple(words)


def key_of(phrase: str) -> tuple[str, ...]:
    """Return the words by which a phrase is found inside another one: within a CJK run, too."""
    words = words_of(phrase)
    ends_within = len(words) > 1 and len(words[-1]) == 1 and CJK_RUN.match(words[-1])
    return words[:-1] if ends_within else words


def prompt_phrases(prompt: str) -> list[tuple[str, ...]]:
    """Return the phrases between the commas of a prompt, without the tags of networks."""
    text = _NETWORK_TAG.sub(",", prompt[:MAX_EXAMPLE].lower())
    return [words for part in _PARTS.split(text) if (words := words_of(part))]


def _apart(name: str) -> str:
    """A name with blanks between the words of `likeThisOne`."""
    return _CAMEL.sub(" ", name[:MAX_TEXT])


def _phrases(texts: Iterable[str]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for text in texts:
        for start in range(0, min(len(text), MAX_TEXT), MAX_ENTRY):
            if words := words_of(text[start : start + MAX_ENTRY]):
                found.append(words)
        if len(found) >= MAX_ENTRIES:
            break
    return found
