"""The document of an adapter: its text as terms, packed to a few kilobytes, made once and kept in the database.

Layout (little-endian): a head of eleven uint32 (FORMAT, terms, phrases, texts, terms of all texts, pairs, card
length, examples' length, own names, prompts that name others, names in them), then one array after the other as
`unpack` lists them.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.errors import BadInputError
from lora_manager.formats.example_names import fold_name, says_which
from lora_manager.formats.example_prompts import words_of as example_words
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.ranking.prompt import is_telling
from lora_manager.search.ranking.terms import LONGEST_PHRASE, Terms, phrase_id, term_id, without_syntax, words_of

FORMAT = 4
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
_HEAD = struct.Struct("<11I")
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
    neighbouring words of all texts, as phrases, uint32[q]. own_names: what its file is called, uint32[o].
    named_keys: of each example prompt of somebody else's in which there are other LoRAs what tells it from others,
    uint32[k], and in named_counts how many, uint8[k]; names: theirs, one prompt's behind the other's, uint32[sum].
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
    own_names: Terms
    named_keys: Terms
    named_counts: NDArray[np.uint8]
    names: Terms


def is_generic(word: str) -> bool:
    """Whether a folded word of a name names nothing ("lora", "v2")."""
    return word in _GENERIC


def camel_parted(text: str) -> str:
    """Return a name with a blank where a word ends only by its capitals ("OilPainting2")."""
    return _CAMEL.sub(" ", text)


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
    own = _names((facts.file_name, *facts.file_names))
    return _packed(card, fields, counted, texts, _phrases(facts), (own, _named(facts, frozenset(own))))


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


def _names(names: Iterable[str]) -> list[int]:
    """The numbers of names of LoRAs, each once; of those that name nothing ("v1") none."""
    folded = dict.fromkeys(fold_name(name) for name in names)
    return [term_id(name) for name in folded if says_which(name)]


def _named(facts: AdapterFacts, own: frozenset[int]) -> list[tuple[int, list[int]]]:
    """Of each prompt what tells it from others, and the other LoRAs in it. The user's own are in their history."""
    prompts = [example for example in facts.examples[:MOST_EXAMPLES] if example.others and not example.own]
    found = [
        (term_id(example_words(example.text)), [name for name in _names(example.others)[:255] if name not in own])
        for example in prompts
    ]
    return [(key, names) for key, names in found if names]


def _packed(
    card: Counter[str],
    fields: dict[str, int],
    counted: Counter[str],
    texts: list[tuple[list[str], int]],
    phrases: dict[int, int],
    named: tuple[list[int], list[tuple[int, list[int]]]],
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
    own, prompts = named
    names = np.array([name for _, names_of_one in prompts for name in names_of_one], np.uint32)
    keys = np.array([key for key, _ in prompts], np.uint32)
    named_counts = np.array([len(names_of_one) for _, names_of_one in prompts], np.uint8)
    own_names = np.array(own, np.uint32)
    counts = [FORMAT, len(words), len(marks), len(sizes), len(terms), len(pairs), card.total(), examples_length]
    counts += [len(own), len(prompts), len(names)]
    arrays: list[NDArray[Any]] = [numbers[order], terms, marks, pairs, own_names, keys, names]
    arrays += [sizes, in_card, in_examples, bits, kinds, weights, named_counts]
    return _HEAD.pack(*counts) + b"".join(array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays)


def unpack(data: bytes) -> Document:
    """Return a packed document. Raises BadInputError for what is none, or one of another format."""
    if len(data) < _HEAD.size:
        raise BadInputError("This is no document of the ranking: it is too short.")
    head = _HEAD.unpack_from(data)
    version, terms, phrases, texts, text_terms, pairs, card_length, examples_length, own, named, all_names = head
    if version != FORMAT:
        raise BadInputError("This document of the ranking has another format; it is to be made anew.")
    wanted = [("<u4", terms), ("<u4", text_terms), ("<u4", phrases), ("<u4", pairs)]
    wanted += [("<u4", own), ("<u4", named), ("<u4", all_names), ("<u2", texts)]
    wanted += [("u1", terms)] * 3 + [("u1", phrases), ("u1", texts), ("u1", named)]
    place = _HEAD.size
    arrays: list[NDArray[np.generic]] = []
    for kind, count in wanted:
        size = np.dtype(kind).itemsize * count
        if place + size > len(data):
            raise BadInputError("This document of the ranking is cut short.")
        arrays.append(np.frombuffer(data, kind, count, place))
        place += size
    numbers, numbers_of_texts, marks, neighbours, own_names, keys, names, sizes, *small = arrays
    in_card, in_examples, bits, kinds, weights, named_counts = small
    if int(sizes.sum()) != text_terms or int(named_counts.sum()) != all_names:
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
        own_names=own_names,  # type: ignore[arg-type]
        named_keys=keys,  # type: ignore[arg-type]
        named_counts=named_counts,  # type: ignore[arg-type]
        names=names,  # type: ignore[arg-type]
    )
