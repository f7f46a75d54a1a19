"""Single texts: how each example prompt and the card of a candidate fit a prompt, words and pairs of words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.library import IndexedLibrary
from lora_manager.search.ranking.matching import Floats, Hits
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.segment import spread

MOST_WORDS = 160
"""Words of a prompt that are looked for in single texts: the rarest."""
_TABLE = 1 << 16


@dataclass(frozen=True)
class TextFit:
    """How the texts of m candidates fit, float32[m] each.

    best: of their examples the best similarity (shared idf over the root of the prompt's idf times the length); mean
    and second: the mean and the second best; cover: the greatest share of the prompt's idf in one example; inside: the
    greatest share of an example's words that are in the prompt. best_example: its number, -1 for none. pairs: weight of
    the prompt's pairs of neighbouring words that stand in card or examples, by BM25; pairs_best: in one text.
    core: how much of what its examples have in common is in the prompt; often: the share of its examples that hold a
    word of the prompt, by idf.
    """

    best: Floats
    second: Floats
    mean: Floats
    cover: Floats
    inside: Floats
    best_example: NDArray[np.int64]
    pairs: Floats
    pairs_best: Floats
    core: Floats
    often: Floats


def fit_texts(index: IndexedLibrary, parsed: ParsedPrompt, hits: Hits, candidates: NDArray[np.int64]) -> TextFit:
    """Return how the single texts of candidates fit the prompt."""
    texts = _Texts.of(index, candidates)
    used = hits.used[:MOST_WORDS]
    words = _numbered(parsed, used, texts.terms)
    weights = hits.weights[used]
    inside = words >= 0
    rows, held = _distinct(texts.rows[inside], words[inside], texts.count, len(used))
    shared = np.bincount(rows, weights[held], texts.count).astype(np.float32)
    mass = float(weights.sum()) or 1.0
    lengths = np.maximum(texts.sizes, 1).astype(np.float32)
    similar = shared / np.sqrt(mass * lengths) * texts.strength
    is_example = texts.is_example
    owner = texts.owner[is_example]
    best, second, mean, number = _of_each(similar[is_example], owner, len(candidates))
    cover = _greatest(shared[is_example] / mass, owner, len(candidates))
    share = np.bincount(texts.rows[inside], minlength=texts.count) / np.maximum(lengths, 4)
    within = _greatest(share[is_example].astype(np.float32), owner, len(candidates))
    pairs, pairs_best = _pairs(parsed, used, words, texts, hits, len(candidates))
    of_example = is_example[rows]
    keys = texts.owner[rows[of_example]] * len(used) + held[of_example]
    share_of = np.bincount(keys, minlength=len(candidates) * len(used)).reshape(len(candidates), len(used))
    share_of = (share_of / np.maximum(np.bincount(owner, minlength=len(candidates)), 1)[:, None]).astype(np.float32)
    core = (share_of * share_of).sum(axis=1) / np.maximum(index.core_sizes[candidates], 1)
    return TextFit(
        best, second, mean, cover, within, number, pairs, pairs_best, core, share_of @ (weights / np.float32(mass))
    )


@dataclass(frozen=True)
class _Texts:
    """The texts of candidates: owner (index of the candidate), sizes, is_example, strength per text; rows, terms."""

    count: int
    owner: NDArray[np.int64]
    sizes: NDArray[np.int64]
    is_example: NDArray[np.bool_]
    strength: Floats
    rows: NDArray[np.int64]
    terms: NDArray[np.uint32]

    @classmethod
    def of(cls, index: IndexedLibrary, candidates: NDArray[np.int64]) -> _Texts:
        owners, sizes, weights, terms = [], [], [], []
        for segment, shift in index.segments:
            mine = np.flatnonzero((candidates >= shift) & (candidates < shift + segment.size))
            local = candidates[mine] - shift
            first = segment.first_texts[local].astype(np.int64)
            texts, owner = spread(first, segment.first_texts[local + 1] - first)
            starts = segment.first_terms[texts]
            counts = segment.first_terms[texts + 1] - starts
            places, _ = spread(starts, counts)
            owners.append(mine[owner])
            sizes.append(counts)
            weights.append(segment.text_weights[texts])
            terms.append(segment.text_terms[places])
        size, weight = np.concatenate(sizes), np.concatenate(weights)
        return cls(
            len(size),
            np.concatenate(owners),
            size,
            weight > 0,
            np.where(weight > 1, np.float32(1.1), np.float32(1)).astype(np.float32),
            np.repeat(np.arange(len(size)), size),
            np.concatenate(terms),
        )


def _numbered(parsed: ParsedPrompt, used: NDArray[np.int64], terms: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return for each term the place in `used` of the word that it is, or -1."""
    result = np.full(len(terms), -1, np.int64)
    if not len(used):
        return result
    wanted = parsed.terms[used]
    order = np.argsort(wanted)
    ordered = wanted[order]
    table = np.zeros(_TABLE, bool)  # most terms are none of the prompt's: their low bits say so at once
    table[ordered & np.uint32(_TABLE - 1)] = True
    maybe = np.flatnonzero(table[terms & np.uint32(_TABLE - 1)])
    place = np.minimum(np.searchsorted(ordered, terms[maybe]), len(ordered) - 1)
    found = ordered[place] == terms[maybe]
    result[maybe[found]] = order[place[found]]
    return result


def _pairs(
    parsed: ParsedPrompt,
    used: NDArray[np.int64],
    words: NDArray[np.int64],
    texts: _Texts,
    hits: Hits,
    count: int,
) -> tuple[Floats, Floats]:
    """Return the weight of the prompt's neighbouring words found as neighbours: in all texts, and in the best text."""
    place = np.full(len(parsed.terms) + 1, -1, np.int64)
    place[used] = np.arange(len(used))
    sequence = parsed.sequence[parsed.sequence >= 0]
    numbers = place[sequence]
    width = len(used) + 1
    wanted = np.unique(_keys(numbers[:-1], numbers[1:], width))
    wanted = wanted[wanted >= 0]
    if not len(wanted) or len(words) < 2:
        return np.zeros(count, np.float32), np.zeros(count, np.float32)
    keys = _keys(words[:-1], words[1:], width)
    keys[texts.rows[:-1] != texts.rows[1:]] = -1
    there = np.flatnonzero(keys >= 0)
    found = np.minimum(np.searchsorted(wanted, keys[there]), len(wanted) - 1)
    right = wanted[found] == keys[there]
    rows, pair = texts.rows[there[right]], found[right]
    rows, pair = _distinct(rows, pair, texts.count, len(wanted))
    counted = np.bincount(texts.owner[rows] * len(wanted) + pair, minlength=count * len(wanted))
    times = counted.reshape(count, len(wanted)).astype(np.float32)
    having = (times > 0).sum(axis=0)
    weight = np.log1p((count - having + 0.5) / (having + 0.5))
    weight = (weight * np.sqrt(hits.weights[used][wanted // width] * hits.weights[used][wanted % width])).astype(
        np.float32
    )
    length = np.bincount(texts.owner, texts.sizes, count).astype(np.float32)
    slack = 1.2 * (0.25 + 0.75 * length / max(float(length.mean()), 1.0))
    total = (times * 2.2 / (times + slack[:, None])) @ weight
    in_one = np.bincount(rows, weight[pair], texts.count).astype(np.float32)
    return total.astype(np.float32), _greatest(in_one, texts.owner, count)


def _distinct(
    rows: NDArray[np.int64], columns: NDArray[np.int64], height: int, width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each pair of row and column once, in order: a table of marks is quicker than sorting."""
    marks = np.zeros(height * width, bool)
    marks[rows * width + columns] = True
    found = np.flatnonzero(marks)
    return (found // width, found % width) if width else (found, found)


def _keys(first: NDArray[np.int64], second: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    return np.where((first >= 0) & (second >= 0), first * width + second, -1)


def _greatest(values: Floats, owner: NDArray[np.int64], count: int) -> Floats:
    result = np.zeros(count, np.float32)
    np.maximum.at(result, owner, values)
    return result


def _of_each(values: Floats, owner: NDArray[np.int64], count: int) -> tuple[Floats, Floats, Floats, NDArray[np.int64]]:
    """Return the best, the second best and the mean of each owner's values, and which of its values is the best."""
    best = np.zeros(count, np.float32)
    second = np.zeros(count, np.float32)
    number = np.full(count, -1, np.int64)
    amount = np.bincount(owner, minlength=count)
    mean = np.bincount(owner, values, count) / np.maximum(amount, 1)
    order = np.lexsort((-values, owner))
    place = np.arange(len(order)) - np.repeat(np.cumsum(amount) - amount, amount)
    start = np.cumsum(amount) - amount
    leading, following = order[place == 0], order[place == 1]
    best[owner[leading]] = values[leading]
    second[owner[following]] = values[following]
    within = leading - start[owner[leading]] if np.all(np.diff(owner) >= 0) else _within(owner, leading)
    number[owner[leading]] = within
    return best, second, mean.astype(np.float32), number


def _within(owner: NDArray[np.int64], chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    order = np.argsort(owner, kind="stable")
    amount = np.bincount(owner)
    place = np.empty(len(owner), np.int64)
    place[order] = np.arange(len(owner)) - np.repeat(np.cumsum(amount) - amount, amount)
    result: NDArray[np.int64] = place[chosen]
    return result
