"""Features of a candidate for a prompt, all of them shares, ratios and ranks, which carry over to other libraries."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.ranking.candidates import Scores
from lora_manager.search.ranking.document import (
    DESCRIPTION,
    FIELDS,
    FILE,
    NAME,
    PHRASE_FILE,
    PHRASE_NAME,
    PHRASE_TRIGGER,
    TAG,
    TRIGGER,
)
from lora_manager.search.ranking.library import IndexedLibrary
from lora_manager.search.ranking.matching import Floats
from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.search.ranking.texts import TextFit, fit_texts

WORDS, EXAMPLE, TRIGGERS, POPULARITY, QUALITY = "words", "example", "trigger", "popularity", "quality"


class Feature(NamedTuple):
    """A feature: its name, the part of the reason that it belongs to, and how it may move the score.

    rises: 1 where more of it can only lift, -1 where it can only lower, 0 where the training decides.
    """

    name: str
    group: str
    rises: int


class Built(NamedTuple):
    """Features of m candidates, float32[m, features], and how their single texts fit."""

    values: Floats
    texts: TextFit


_SCORES = {
    "text": WORDS,
    "text_all": WORDS,
    "card": WORDS,
    "examples": EXAMPLE,
    "pairs": WORDS,
    "pairs_near": WORDS,
    "core": EXAMPLE,
    "often": EXAMPLE,
    "best": EXAMPLE,
    "trigger_words": TRIGGERS,
    "name_words": WORDS,
    "author_best": EXAMPLE,
    "author_text": EXAMPLE,
    "author_examples": EXAMPLE,
    "phrase": TRIGGERS,
    "identity": WORDS,
}
"""Scores that come in as a share of the best candidate's, and by rank."""
_SHARES = {
    "text_mass": WORDS,
    "card_mass": WORDS,
    "pairs_best": WORDS,
    "best_similar": EXAMPLE,
    "second_similar": EXAMPLE,
    "mean_similar": EXAMPLE,
    "mean_rel": EXAMPLE,
    "core_share": EXAMPLE,
    "often_share": EXAMPLE,
    "best_cover": EXAMPLE,
    "best_inside": EXAMPLE,
    "author_similar": EXAMPLE,
    "phrase_trigger": TRIGGERS,
    "phrase_name": WORDS,
    "phrase_file": WORDS,
    "phrase_rare": TRIGGERS,
    "phrase_share": TRIGGERS,
    "phrase_words": TRIGGERS,
    "name_cover": WORDS,
    "file_cover": WORDS,
    "trigger_cover": TRIGGERS,
    "tag_mass": WORDS,
    "description_mass": WORDS,
    "name_rarest": WORDS,
    "name_mass": WORDS,
    "trigger_mass": TRIGGERS,
    "identity_mass": WORDS,
    "tag_rarest": WORDS,
    "identity_worth": WORDS,
}
_GIVEN = {
    "triggers": TRIGGERS,
    "examples_count": EXAMPLE,
    "author_count": EXAMPLE,
    "card_length": WORDS,
    "words": WORDS,
    "identity_best": WORDS,
}

_FREE = ("name", "card", "author", "trigger_words", "phrase_name", "phrase_file", "file", "tag", "description")
"""Beginnings of the features that the training may turn either way. What is like a text or an example prompt may only
lift: where held-out prompts were made by taking near copies out of the right record, it would learn the opposite."""


def _rises(name: str, direction: int) -> int:
    return 0 if name.startswith(_FREE) else direction


FEATURES: tuple[Feature, ...] = (
    *(Feature(f"{name}_rel", group, _rises(name, 1)) for name, group in _SCORES.items()),
    *(Feature(f"{name}_rank", group, _rises(name, -1)) for name, group in _SCORES.items()),
    *(Feature(name, group, _rises(name, 1)) for name, group in _SHARES.items()),
    *(Feature(name, group, 0) for name, group in _GIVEN.items()),
    Feature("popularity", POPULARITY, 1),
)
NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
_PLACES = [NAMES.index(f"{name}_rank") for name in _SCORES]
_KNOWN = [NAMES.index(name) for name in (*_GIVEN, "popularity")]


def build(index: IndexedLibrary, parsed: ParsedPrompt, scores: Scores, candidates: NDArray[np.int64]) -> Built:
    """Return the features of the candidates (positions)."""
    count = len(candidates)
    texts = fit_texts(index, parsed, scores.hits, candidates)
    local = np.full(len(index.ids), -1, np.int64)
    local[candidates] = np.arange(count)
    fields = _fields(index, scores, candidates, local)
    phrases = _phrases(index, parsed, scores, candidates, local)
    author = _author_best(index, candidates, texts.best)
    raw = {
        "text": scores.text[candidates],
        "text_all": scores.text_all[candidates],
        "card": scores.card[candidates],
        "examples": scores.examples[candidates],
        "pairs": scores.pairs[candidates],
        "pairs_near": texts.pairs,
        "core": texts.core,
        "often": texts.often,
        "best": texts.best,
        "trigger_words": fields["trigger_mass"],
        "name_words": fields["name_mass"] + fields["file_mass"],
        "author_best": author,
        "author_text": scores.author_text[candidates],
        "author_examples": scores.author_examples[candidates],
        "identity": fields["identity_mass"],
        "phrase": phrases["phrase_trigger"] + 0.5 * phrases["phrase_name"] + 0.3 * phrases["phrase_file"],
    }
    mass = max(float(scores.hits.weights.sum()), 1e-6)
    values = {
        **{f"{name}_rel": _relative(value) for name, value in raw.items()},
        **{f"{name}_rank": _ranks(value) for name, value in raw.items()},
        "text_mass": raw["text_all"] / mass,
        "card_mass": raw["card"] / mass,
        "pairs_best": _relative(texts.pairs_best),
        "best_similar": texts.best,
        "second_similar": texts.second,
        "mean_similar": texts.mean,
        "core_share": texts.core,
        "often_share": texts.often,
        "mean_rel": _relative(texts.mean),
        "best_cover": texts.cover,
        "best_inside": texts.inside,
        "author_similar": author,
        **fields,
        **phrases,
        "triggers": np.minimum(index.triggers[candidates], 50),
        "examples_count": np.minimum(index.example_counts[candidates], 20),
        "author_count": np.minimum(scores.author_count[candidates], 30),
        "card_length": np.log1p(index.card_lengths[candidates]),
        "words": np.full(count, np.log1p(len(parsed.terms))),
        "identity_best": np.full(count, fields["identity_worth"].max(initial=0.0)),
        "popularity": index.popularity_share[candidates],
    }
    matrix = np.stack([values[name].astype(np.float32) for name in NAMES], axis=1)
    return Built(matrix, texts)


def unmatched(features: Floats) -> Floats:
    """Return the features, float32[1, features], of an adapter like those of these rows that holds nothing asked for.

    Its places are behind all of theirs; what is known of it whatever the prompt is what is usual among them.
    """
    row = np.zeros((1, len(NAMES)), np.float32)
    row[0, _PLACES] = features[:, _PLACES].max(axis=0, initial=0.0)
    if len(features):
        row[0, _KNOWN] = np.median(features[:, _KNOWN], axis=0)
    return row


def _relative(values: Floats) -> Floats:
    return values / max(float(values.max(initial=0.0)), 1e-6)


def _ranks(values: Floats) -> Floats:
    """Return log(1 + rank), the best 0; what has nothing shares the place behind all that have some."""
    ordered = np.sort(-values)
    return np.log1p(np.searchsorted(ordered, -values, side="left")).astype(np.float32)


_COVERS = {NAME: "name", FILE: "file", TRIGGER: "trigger", TAG: "tag", DESCRIPTION: "description"}
_NAMED = NAME | FILE | TRIGGER


def _fields(
    index: IndexedLibrary, scores: Scores, candidates: NDArray[np.int64], local: NDArray[np.int64]
) -> dict[str, Floats]:
    """Return by field the share of the prompt's idf that it holds, and the share of its own words in the prompt."""
    hits = scores.hits
    inside = (local[hits.positions] >= 0) & (hits.fields > 0)
    owner, words, bits = local[hits.positions[inside]], hits.words[inside], hits.fields[inside]
    weight = hits.weights[words]
    mass = max(float(hits.weights.sum()), 1e-6)
    highest = max(float(hits.weights.max(initial=0.0)), 1e-6)
    count = len(candidates)
    result: dict[str, Floats] = {}
    for bit, name in _COVERS.items():
        there = (bits & bit) > 0
        result[f"{name}_mass"] = (np.bincount(owner[there], weight[there], count) / mass).astype(np.float32)
        own = index.field_sizes[candidates, FIELDS.index(bit)]
        share = np.bincount(owner[there], minlength=count) / np.maximum(own, 1)
        result[f"{name}_cover"] = np.minimum(share, 1).astype(np.float32)
    for name, kinds in (("name_rarest", _NAMED), ("tag_rarest", TAG)):
        there = (bits & kinds) > 0
        rarest = np.zeros(count, np.float32)
        np.maximum.at(rarest, owner[there], weight[there] / np.float32(highest))
        result[name] = rarest
    there = (bits & (_NAMED | TAG)) > 0
    held = np.bincount(owner[there], weight[there], count).astype(np.float32)
    result["identity_mass"] = held / np.float32(mass)
    result["identity_worth"] = held / np.float32(np.log1p(len(index.ids) + 0.5))  # of a word as rare as can be
    return result


def _phrases(
    index: IndexedLibrary,
    parsed: ParsedPrompt,
    scores: Scores,
    candidates: NDArray[np.int64],
    local: NDArray[np.int64],
) -> dict[str, Floats]:
    """Return what the phrases of the candidates that stand in the prompt as a whole are worth."""
    hits = scores.phrases
    count = len(candidates)
    kept = local[hits.positions] >= 0
    owner, phrase, kinds = local[hits.positions[kept]], hits.phrases[kept], hits.kinds[kept]
    known = np.concatenate([scores.hits.weights, [np.float32(0)]])
    running = np.concatenate([[0.0], np.cumsum(known[parsed.sequence])])
    starts, lengths = parsed.phrase_starts[phrase], parsed.phrase_lengths[phrase]
    worth = (running[starts + lengths] - running[starts]).astype(np.float32)
    # A word that stands nowhere as a word, only in a name written as one, is as rare as can be.
    top = np.float32(np.log1p(len(index.ids) + 0.5))
    worth = np.maximum(worth, np.where(lengths > 1, 0, (known[parsed.sequence[starts]] == 0) * top)) / top

    def greatest(bit: int, values: Floats) -> Floats:
        there = (kinds & bit) > 0
        result = np.zeros(count, np.float32)
        np.maximum.at(result, owner[there], values[there])
        return result

    trigger = (kinds & PHRASE_TRIGGER) > 0
    matched = np.bincount(owner[trigger], minlength=count)
    rare = (1 / np.maximum(hits.found[phrase], 1)).astype(np.float32)
    return {
        "phrase_trigger": greatest(PHRASE_TRIGGER, worth),
        "phrase_name": greatest(PHRASE_NAME, worth),
        "phrase_file": greatest(PHRASE_FILE, worth),
        "phrase_rare": greatest(PHRASE_TRIGGER, rare),
        "phrase_share": np.minimum(matched / np.maximum(index.triggers[candidates], 1), 1).astype(np.float32),
        "phrase_words": greatest(PHRASE_TRIGGER | PHRASE_NAME, lengths.astype(np.float32)),
    }


def _author_best(index: IndexedLibrary, candidates: NDArray[np.int64], best: Floats) -> Floats:
    """Return the best example of the other candidates of the same author: their prompts are written alike."""
    codes = index.author_codes[candidates]
    order = np.lexsort((-best, codes))
    ordered = codes[order]
    first = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(order) else np.zeros(0, bool)
    begins = np.flatnonzero(first)
    group = np.cumsum(first) - 1
    sizes = np.diff(np.concatenate([begins, [len(order)]]))
    leading = best[order][begins][group]
    follower = np.minimum(begins + 1, max(len(order) - 1, 0))
    following = np.where(sizes > 1, best[order][follower], 0)[group]
    result = np.zeros(len(candidates), np.float32)
    result[order] = np.where(first, following, leading) * (ordered > 0)
    return result
