"""ParsedPrompt: a prompt as the ranking reads it - its words as terms, its phrases, and the concepts it names."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.terms import Terms, phrases_in, placed_words, term_id, without_syntax

MOST_WORDS = 2_000
"""Words of a prompt that are read; what comes after them changes no picture."""
MOST_CONCEPTS = 60
_LONGEST_CONCEPT = 200
_MOST_WORDS_OF_CONCEPT = 6
"""A piece of more words between two commas is a sentence: it is taken apart before its prepositions."""
_JOINING = "and of in on at by to with from for near into over under while"
_JOINS = frozenset(_JOINING.split())
_BREAK = re.compile(r"[,\n;|\u3001\u3002\uff0c\uff1b]|(?<=[a-z\d)])[.!?](?=\s|$)")
_EDGES = " \t\r()[]{}<>\"'.:*_-"
_IDLE = "a an the and or of in on at by to with from for as is are be it its this that her his near into over under"
IDLE_WORDS = frozenset(_IDLE.split())
"""Words that say nothing of the picture; in a small library they are rare enough to be taken for telling ones."""
_STRONGER = 1.1
_LEAST_FACTOR, _MOST_FACTOR = 0.001, 1000.0
"""What `(a:0)` and `(a:99999)` mean: a weight beyond these is a slip of the hand."""
_LONGEST_WEIGHT = re.compile(r":\s*([+-]?\d*\.?\d+)\s*$")


@dataclass(frozen=True)
class Concept:
    """A piece of a prompt that names one thing: `prompt[start:end]` is `text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class ParsedPrompt:
    """A prompt, taken apart.

    words: its distinct folded words in order of appearance, tags, weights, idle words, single letters and numbers of
    one or two digits left out. terms: their numbers, uint32[n]. spans: where each stands first, int32[n,2]. emphasis:
    the weight that the prompt's syntax gives each, float32[n] (1 where it gives none). sequence: all words of the
    prompt in order as indices into terms, -1 for those that were left out, int32[k]; places: where each stands.
    phrases: the numbers of every run of up to eight words, uint32[m], with the first word of each in phrase_starts and
    the number of its words in phrase_lengths (int32[m], into the sequence).
    """

    text: str
    words: tuple[str, ...]
    terms: Terms
    spans: NDArray[np.int32]
    emphasis: NDArray[np.float32]
    sequence: NDArray[np.int32]
    places: NDArray[np.int32]
    phrases: Terms
    phrase_starts: NDArray[np.int32]
    phrase_lengths: NDArray[np.int32]
    concepts: tuple[Concept, ...]

    @classmethod
    def of(cls, prompt: str) -> ParsedPrompt:
        """Read a prompt: everything takes time in proportion to its length, of which the end may be left out."""
        plain = without_syntax(prompt)
        placed = placed_words(plain)[:MOST_WORDS]
        strength = _strengths(prompt, [start for _, start, _ in placed])
        first: dict[str, int] = {}
        for position, (word, _, _) in enumerate(placed):
            if is_telling(word):
                first.setdefault(word, position)
        kept = list(first.values())
        number = {word: i for i, word in enumerate(first)}
        places = np.array([(start, end) for _, start, end in placed], np.int32).reshape(-1, 2)
        phrases, starts, lengths = phrases_in([word for word, _, _ in placed])
        return cls(
            prompt,
            tuple(first),
            np.fromiter((term_id(word) for word in first), np.uint32, len(first)),
            places[kept],
            strength[kept],
            np.array([number.get(word, -1) for word, _, _ in placed], np.int32),
            places,
            phrases,
            starts,
            lengths,
            _concepts(prompt, plain),
        )


def is_telling(word: str) -> bool:
    """Whether a folded word says anything of a picture: not an idle word, a single letter or a number of two digits."""
    if len(word) <= 2 and word.isdigit():
        return False
    return word not in IDLE_WORDS and (len(word) > 1 or not word.isascii())


def _concepts(prompt: str, plain: str) -> tuple[Concept, ...]:
    found: list[Concept] = []
    seen: set[str] = set()
    for start, stop in _pieces(plain):
        text = prompt[start:stop]
        key = text.casefold()
        if text and key not in seen and len(text) <= _LONGEST_CONCEPT and placed_words(plain[start:stop]):
            seen.add(key)
            found.append(Concept(text, start, stop))
            if len(found) == MOST_CONCEPTS:
                break
    return tuple(found)


def _pieces(plain: str) -> Iterator[tuple[int, int]]:
    """Where the pieces between commas begin and end, long ones in parts: "a pier at night" as "a pier", "night"."""
    begin = 0
    for end in [*(match.start() for match in _BREAK.finditer(plain)), len(plain)]:
        start, stop = _trimmed(plain, begin, end)
        begin = end + 1
        words = placed_words(plain[start:stop])
        if len(words) <= _MOST_WORDS_OF_CONCEPT:
            yield start, stop
            continue
        part: list[tuple[str, int, int]] = []
        for word in [*words, ("and", 0, 0)]:
            if word[0] not in _JOINS:
                part.append(word)
            elif any(is_telling(known) for known, _, _ in part):
                yield _trimmed(plain, start + part[0][1], start + part[-1][2])
                part = []


def _trimmed(plain: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and plain[start] in _EDGES:
        start += 1
    while stop > start and plain[stop - 1] in _EDGES:
        stop -= 1
    return start, stop


def _strengths(prompt: str, starts: list[int]) -> NDArray[np.float32]:
    """Return the weight of the sign at each place: `(` strengthens by 1.1, `[` weakens, `(a:1.3)` says it outright."""
    if "(" not in prompt and "[" not in prompt:
        return np.ones(len(starts), np.float32)
    # Each pair of brackets multiplies a run of signs: in logarithms that is a step up where it begins, one down behind.
    steps = [0.0] * (len(starts) + 1)
    opened: list[tuple[str, int]] = []
    for place, sign in enumerate(prompt):
        if sign in "([":
            opened.append((sign, place))
        elif sign in ")]" and opened:
            bracket, start = opened.pop()
            step = math.log(_factor(bracket, prompt[max(start, place - 12) : place]))
            steps[bisect_left(starts, start)] += step
            steps[bisect_left(starts, place)] -= step
    sums = np.cumsum(steps[:-1])
    strengths: NDArray[np.float32] = np.exp(np.clip(sums, math.log(0.2), math.log(3.0))).astype(np.float32)
    return strengths


def _factor(bracket: str, inside: str) -> float:
    if bracket == "[":
        return 1 / _STRONGER
    said = _LONGEST_WEIGHT.search(inside)
    return min(max(float(said[1]), _LEAST_FACTOR), _MOST_FACTOR) if said else _STRONGER
