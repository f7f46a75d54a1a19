"""The document of an adapter: its text as terms, packed to a few kilobytes, made once and kept in the database.

Layout (little-endian): a head of eight uint32 (FORMAT, terms, phrases, texts, terms of all texts, pairs, card
length, examples' length), then one array after the other as `unpack` lists them.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lora_manager.errors import BadInputError
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.prompt import is_telling
from lora_manager.search.ranking.terms import LONGEST_PHRASE, Terms, phrase_id, term_id, without_syntax, words_of

FORMAT = 3
"""Version of the layout and of how words are made; a document of another one is made anew."""
MAX_DESCRIPTION = 4_000
"""Characters of a description that are read: what an author means stands in the beginning."""
MOST_EXAMPLES = 60
MOST_TERMS_OF_TEXT = 240
"""Terms of one text that stand forward; an example has 40, seldom more than 120."""
MOST_CAPTIONS = 60
MOST_PHRASES = 120
_LONGEST_TEXT = 2_000
_CARD_WORDS = 1_200

NAME, FILE, TRIGGER, TAG, DESCRIPTION, CAPTION, OTHER = (1 << bit for bit in range(7))
"""Bits of the fields that a term of the card stands in; OTHER: author, version, notes, base model, archetype."""
FIELDS = (NAME, FILE, TRIGGER, TAG, DESCRIPTION, CAPTION, OTHER)

PHRASE_TRIGGER, PHRASE_NAME, PHRASE_FILE = 1, 2, 4
"""Bits of what a phrase is: a trigger phrase, the name or a part of it, the file name."""
_HEAD = struct.Struct("<8I")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)")
_NAME_BREAK = re.compile(r"[()\[\]{}|/\\,;:\u2014\u3010\u3011\u300c\u300d\uff08\uff09]|\s-\s|\s\u2013\s")
_GENERIC_WORDS = (
    "lora locon lycoris loha model style character concept version by v1 v2 v3 v10 v11 v20 sd sd15 sdxl pony"
)
_GENERIC = frozenset(_GENERIC_WORDS.split())
"""Words of names that name nothing."""


@dataclass(frozen=True)
class Document:
    """An adapter's document, unpacked.

    terms: distinct terms of card and examples, ascending, uint32[n]; card and examples: how often each stands there,
    uint8[n]; fields: bits of the card's fields, uint8[n]. phrases: uint32[p], with their bits in phrase_kinds.
    card_length, examples_length: words of each. text_sizes: terms of the card and of each example, in this order and
    with their repetitions, uint16[1+e]; text_terms: those of all, one text behind the other, uint32[sum];
    text_weights: 0 for the card, 1 for an example from elsewhere, more for the user's own. pairs: distinct pairs of
    neighbouring words of all texts, as phrases, uint32[q].
    """

    terms: Terms
    card: NDArray[np.uint8]
    examples: NDArray[np.uint8]
    fields: NDArray[np.uint8]
    phrases: Terms
    phrase_kinds: NDArray[np.uint8]
    card_length: int
    examples_length: int
    text_sizes: NDArray[np.uint16]
    text_weights: NDArray[np.uint8]
    text_terms: Terms
    pairs: Terms


def make_document(facts: AdapterFacts) -> bytes:
    """Return the packed document of an adapter."""
    card: Counter[str] = Counter()
    fields: dict[str, int] = {}
    in_order: list[str] = []
    for bit, text in _card_texts(facts):
        words = [word for word in words_of(text)[:_CARD_WORDS] if is_telling(word)]
        in_order += words
        for word in words:
            card[word] += 1
            fields[word] = fields.get(word, 0) | bit
    examples = _example_words(facts)
    counted: Counter[str] = Counter()
    for words, weight in examples:
        for word in set(words):
            counted[word] += weight
    texts = [(in_order[:MOST_TERMS_OF_TEXT], 0), *examples]
    return _packed(card, fields, counted, texts, _phrases(facts))


def _card_texts(facts: AdapterFacts) -> Iterator[tuple[int, str]]:
    yield NAME, facts.name
    yield (
        FILE,
        f"{facts.file_name} {_CAMEL.sub(' ', facts.file_name)}" if _CAMEL.search(facts.file_name) else facts.file_name,
    )
    for group in facts.trigger_groups:
        for words in group:
            yield TRIGGER, without_syntax(words)[:_LONGEST_TEXT]
    for tag in facts.tags:
        yield TAG, tag
    yield DESCRIPTION, facts.description[:MAX_DESCRIPTION]
    for caption, _ in facts.captions[:MOST_CAPTIONS]:
        yield CAPTION, caption
    for text in (facts.author, facts.version, facts.notes[:MAX_DESCRIPTION], facts.base_model, facts.archetype or ""):
        yield OTHER, text


def _example_words(facts: AdapterFacts) -> list[tuple[list[str], int]]:
    """Return the words of each example, with what it counts: the user's own count most."""
    found = []
    for example in facts.examples[:MOST_EXAMPLES]:
        words = [word for word in words_of(without_syntax(example.text[:_LONGEST_TEXT])) if is_telling(word)]
        weight = (3 if example.liked >= 4 else 2) if example.own else 1
        found.append((words[:MOST_TERMS_OF_TEXT], weight))  # an empty one too: the number of each stays what it is
    return found


def _phrases(facts: AdapterFacts) -> dict[int, int]:
    """Return the numbers of the phrases that stand for this adapter, with the bits of what they are."""
    found: dict[int, int] = {}

    def add(text: str, kind: int) -> None:
        words = words_of(text)
        if not words or all(word in _GENERIC or not is_telling(word) for word in words):
            return
        kept = words[:LONGEST_PHRASE]
        forms = [" ".join(kept)] if len(kept) == 1 or len(words) > 3 else [" ".join(kept), "".join(kept)]
        for form in forms:
            number = term_id(form)
            found[number] = found.get(number, 0) | kind

    for group in facts.trigger_groups:
        for text in group:
            for part in without_syntax(text)[:_LONGEST_TEXT].split(","):
                add(part, PHRASE_TRIGGER)
    for name, kind in ((facts.name, PHRASE_NAME), (facts.file_name, PHRASE_FILE)):
        add(name, kind)
        for part in _NAME_BREAK.split(name):
            add(part, kind)
            words = [word for word in words_of(part) if word not in _GENERIC]
            add(" ".join(words), kind)
        camel = _CAMEL.sub(" ", name)
        if camel != name:
            add(" ".join(word for word in words_of(camel) if word not in _GENERIC), kind)
    return dict(list(found.items())[:MOST_PHRASES])


def _packed(
    card: Counter[str],
    fields: dict[str, int],
    counted: Counter[str],
    texts: list[tuple[list[str], int]],
    phrases: dict[int, int],
) -> bytes:
    words = list(dict.fromkeys([*card, *counted]))
    numbers = np.fromiter((term_id(word) for word in words), np.uint32, len(words))
    order = np.argsort(numbers, kind="stable")
    in_card = np.array([min(card.get(words[i], 0), 255) for i in order], np.uint8)
    in_examples = np.array([min(counted.get(words[i], 0), 255) for i in order], np.uint8)
    bits = np.array([fields.get(words[i], 0) for i in order], np.uint8)
    sizes = np.array([len(words) for words, _ in texts], np.uint16)
    weights = np.array([weight for _, weight in texts], np.uint8)
    terms = np.fromiter((term_id(word) for words, _ in texts for word in words), np.uint32)
    marks = np.array(list(phrases), np.uint32)
    kinds = np.array(list(phrases.values()), np.uint8)
    pairs = np.array(sorted({phrase_id(pair) for words, _ in texts for pair in pairwise(words)}), np.uint32)
    examples_length = sum(len(words) for words, _ in texts[1:])
    counts = (FORMAT, len(words), len(marks), len(sizes), len(terms), len(pairs), card.total(), examples_length)
    arrays = (numbers[order], terms, marks, pairs, sizes, in_card, in_examples, bits, kinds, weights)
    return _HEAD.pack(*counts) + b"".join(array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays)


def unpack(data: bytes) -> Document:
    """Return a packed document. Raises BadInputError for what is none, or one of another format."""
    if len(data) < _HEAD.size:
        raise BadInputError("This is no document of the ranking: it is too short.")
    version, terms, phrases, texts, text_terms, pairs, card_length, examples_length = _HEAD.unpack_from(data)
    if version != FORMAT:
        raise BadInputError("This document of the ranking has another format; it is to be made anew.")
    wanted = [("<u4", terms), ("<u4", text_terms), ("<u4", phrases), ("<u4", pairs), ("<u2", texts)]
    wanted += [("u1", terms)] * 3 + [("u1", phrases), ("u1", texts)]
    place = _HEAD.size
    arrays: list[NDArray[np.generic]] = []
    for kind, count in wanted:
        size = np.dtype(kind).itemsize * count
        if place + size > len(data):
            raise BadInputError("This document of the ranking is cut short.")
        arrays.append(np.frombuffer(data, kind, count, place))
        place += size
    numbers, numbers_of_texts, marks, neighbours, sizes, in_card, in_examples, bits, kinds, weights = arrays
    if int(sizes.sum()) != text_terms:
        raise BadInputError("This document of the ranking does not add up.")
    return Document(
        terms=numbers,  # type: ignore[arg-type]
        card=in_card,  # type: ignore[arg-type]
        examples=in_examples,  # type: ignore[arg-type]
        fields=bits,  # type: ignore[arg-type]
        phrases=marks,  # type: ignore[arg-type]
        phrase_kinds=kinds,  # type: ignore[arg-type]
        card_length=card_length,
        examples_length=examples_length,
        text_sizes=sizes,  # type: ignore[arg-type]
        text_weights=weights,  # type: ignore[arg-type]
        text_terms=numbers_of_texts,  # type: ignore[arg-type]
        pairs=neighbours,  # type: ignore[arg-type]
    )
