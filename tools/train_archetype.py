"""Train the archetype classifier on records of a model site whose category tags say the archetype, and measure it.

usage: train_archetype.py MODELS.jsonl[.gz] [--out FILE] [--folds 5]

The category tags are hidden from the classifier; adapters without one are left out. Each is seen whole and, counting
less, with parts of its record taken out, as a user's own file may have none. Prints the cross-validated accuracy beside
that of the majority class and of keyword rules; what is shipped is then trained on all. The same input gives the same
file. Needs scikit-learn: `pip install .[train]`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lora_manager.formats.html_text import html_to_text
from lora_manager.formats.trigger_words import clean_trigger_words
from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.archetype import LEAST_CONFIDENCE, SHIPPED, ArchetypeModel
from lora_manager.search.insight.archetype_features import archetype_features
from lora_manager.search.insight.archetype_words import (
    ARCHETYPES,
    CATEGORY_TAGS,
    archetype_by_hints,
    archetype_said,
)
from lora_manager.search.insight.texts import texts_of

FEWEST = 3
"""Adapters that have a feature, for it to be kept."""
REGULARISATION = 1.5
RARE_COUNT_MORE = 0.75
"""Each adapter counts as the share of its archetype to the power of minus this."""
SEED = 7
_TEMPERATURES = np.geomspace(0.4, 2.5, 60)
FEW = 30
"""Adapters of an archetype below which its hints count as much as they ever do: they could not be learned."""
_HINT = {True: 2.0, False: 1.0}
"""How much more than the strongest learned hint one counts, at an archetype without any adapter and with a few."""
_VIEW_COUNTS = 0.3
"""How much an adapter counts with a part of its record taken out."""


class Sample(NamedTuple):
    """An adapter with its category tags hidden, and what they say."""

    facts: AdapterFacts
    archetype: str


def read_samples(path: Path) -> list[Sample]:
    """Return the adapters of a file of model records, one per line, whose tags say an archetype."""
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [sample for line in lines if (sample := sample_of(json.loads(line))) is not None]


def sample_of(model: Mapping[str, Any]) -> Sample | None:
    """Return the adapter of a model record, its category tags hidden; None where no tag says an archetype."""
    facts = facts_of(model)
    archetype = archetype_said(facts.tags) if facts else None
    if facts is None or archetype is None:
        return None
    hidden = tuple(tag for tag in facts.tags if tag.strip().lower() not in CATEGORY_TAGS)
    return Sample(replace(facts, tags=hidden), archetype)


def facts_of(model: Mapping[str, Any]) -> AdapterFacts | None:
    """Return what a model record says of its first version; None where it has none."""
    versions = model.get("modelVersions") or []
    if not versions:
        return None
    version = versions[0]
    files = [file for file in version.get("files") or [] if file.get("type") == "Model"]
    images = [image for each in versions for image in each.get("images") or []]
    prompts = [str((image.get("meta") or {}).get("prompt") or "") for image in images]
    return AdapterFacts(
        id=int(model["id"]),
        name=model["name"],
        version=version.get("name") or "",
        file_name=Path(files[0]["name"]).stem if files else "",
        author=(model.get("creator") or {}).get("username") or "",
        base_model=version.get("baseModel") or "",
        tags=tuple(tag if isinstance(tag, str) else str(tag["name"]) for tag in model.get("tags") or []),
        trigger_groups=tuple(map(tuple, clean_trigger_words(version.get("trainedWords") or []))),
        description=html_to_text("\n".join(filter(None, (model.get("description"), version.get("description"))))),
        examples=tuple(ExamplePrompt(prompt) for prompt in prompts if prompt)[:60],
        stats=model.get("stats") or {},
    )


def views_of(facts: AdapterFacts) -> dict[str, AdapterFacts]:
    """Return an adapter whole, and with parts of its record taken out."""
    return {
        "whole": facts,
        "without tags": replace(facts, tags=()),
        "name, trigger words and examples": replace(facts, tags=(), description=""),
        "name and trigger words": replace(facts, tags=(), description="", examples=()),
    }


VIEWS = tuple(views_of(AdapterFacts(0)))


def folds(samples: Sequence[Sample], count: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (training, test) places; each archetype is spread evenly, the same in every run."""
    random = np.random.default_rng(SEED)
    fold = np.empty(len(samples), dtype=np.int64)
    for archetype in sorted({sample.archetype for sample in samples}):
        places = [i for i, sample in enumerate(samples) if sample.archetype == archetype]
        fold[random.permutation(places)] = (np.arange(len(places)) + random.integers(count)) % count
    for one in range(count):
        yield np.flatnonzero(fold != one), np.flatnonzero(fold == one)


def train(views: Sequence[Sequence[Mapping[int, float]]], archetypes: Sequence[str]) -> ArchetypeModel:
    """Train on feature -> value of the views of each adapter, the whole one first; the temperature is 1."""
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    features = [view for one in views for view in one]
    counts = Counter(feature for one in views for feature in one[0])
    hashes = np.array(sorted(feature for feature, count in counts.items() if count >= FEWEST), dtype=np.uint32)
    column = {int(feature): place for place, feature in enumerate(hashes)}
    cells = [(row, column[f], v) for row, one in enumerate(features) for f, v in one.items() if f in column]
    rows, columns, values = zip(*cells, strict=True)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(features), len(hashes)))
    share = Counter(archetypes)
    weights = np.array([(len(archetypes) / share[archetype]) ** RARE_COUNT_MORE for archetype in archetypes])
    weights /= weights.mean()
    of_view = [1.0 if number == 0 else _VIEW_COUNTS for one in views for number in range(len(one))]
    repeats = [len(one) for one in views]
    model = LogisticRegression(C=REGULARISATION, max_iter=300)
    model.fit(matrix, np.repeat(np.array(archetypes), repeats), np.repeat(weights, repeats) * np.array(of_view))
    return _quantised(hashes, column, model.coef_, model.intercept_, {one: share[one] for one in model.classes_})


def _quantised(
    hashes: NDArray[np.uint32],
    column: Mapping[int, int],
    coefficients: NDArray[np.float64],
    intercepts: NDArray[np.float64],
    counts: Mapping[str, int],
) -> ArchetypeModel:
    """Each archetype's coefficients in 255 steps. One that few adapters were of to learn from is known by its hints."""
    weights = np.zeros((len(hashes), len(ARCHETYPES)))
    bias = np.full(len(ARCHETYPES), intercepts.min())
    classes = list(counts)
    hints = {one: place for one in ARCHETYPES if (place := column.get(zlib.crc32(f"x:{one}".encode()))) is not None}
    learned = [coefficients[classes.index(one), place] for one, place in hints.items() if counts.get(one, 0) >= FEW]
    strongest = max(learned, default=1.0)
    for number, archetype in enumerate(ARCHETYPES):
        if archetype in classes:
            weights[:, number] = coefficients[classes.index(archetype)]
            bias[number] = intercepts[classes.index(archetype)]
        if archetype in hints and counts.get(archetype, 0) < FEW:
            least = _HINT[archetype not in classes] * strongest
            weights[hints[archetype], number] = max(weights[hints[archetype], number], least)
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return ArchetypeModel(
        ARCHETYPES,
        hashes,
        np.rint(weights / scale).astype(np.int8),
        scale.astype(np.float32),
        bias.astype(np.float32),
        1.0,
    )


def best_temperature(probabilities: NDArray[np.float64], right: NDArray[np.int64]) -> float:
    """Return the temperature under which the right archetypes, [N], are likeliest. probabilities: [N, K], of 1."""
    logs = np.log(np.maximum(probabilities, 1e-12))

    def loss(temperature: float) -> float:
        odds = logs / temperature
        odds -= odds.max(axis=1, keepdims=True)
        return float(np.mean(np.log(np.exp(odds).sum(axis=1)) - odds[np.arange(len(right)), right]))

    return float(min(_TEMPERATURES, key=loss))


def calibrated(probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Return probabilities of a temperature of 1 as those of another one."""
    powers = np.maximum(probabilities, 1e-12) ** (1 / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def out_of_fold(
    samples: Sequence[Sample], views: Sequence[Sequence[Mapping[int, float]]], count: int
) -> NDArray[np.float64]:
    """Return the probabilities, [V, N, K], each by a classifier that has not seen any view of the adapter."""
    found = np.zeros((len(VIEWS), len(samples), len(ARCHETYPES)))
    for training, test in folds(samples, count):
        model = train([views[i] for i in training], [samples[i].archetype for i in training])
        for i in test:
            found[:, i] = [model.probabilities(view) for view in views[i]]
    return found


def calibration_error(confidence: NDArray[np.float64], is_right: NDArray[np.bool_], bins: int = 10) -> float:
    """Return the expected calibration error over equally wide bins."""
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[place == b].mean() - is_right[place == b].mean()) * (place == b).mean() for b in set(place)]
    return float(sum(gaps))


def report(samples: Sequence[Sample], probabilities: NDArray[np.float64]) -> dict[str, Any]:
    """Return what is printed. probabilities: out of fold and calibrated, [N, K]."""
    said = np.array([ARCHETYPES.index(sample.archetype) for sample in samples])
    guessed = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    counts = Counter(sample.archetype for sample in samples)
    majority = counts.most_common(1)[0][0]
    rules = [archetype_by_hints(texts_of(sample.facts)) or majority for sample in samples]
    right, sure = guessed == said, confidence >= LEAST_CONFIDENCE
    recalls = {one: float(right[said == ARCHETYPES.index(one)].mean()) for one in counts}
    by_rules = np.array([rule == sample.archetype for rule, sample in zip(rules, samples, strict=True)])
    return {
        "adapters": len(samples),
        "accuracy": round(float(right.mean()), 4),
        "accuracy_keyword_rules": round(float(by_rules.mean()), 4),
        "accuracy_majority": round(counts[majority] / len(samples), 4),
        "mean_recall": round(float(np.mean(list(recalls.values()))), 4),
        "guessed": round(float(sure.mean()), 4),
        "accuracy_where_guessed": round(float(right[sure].mean()), 4),
        "calibration_error": round(calibration_error(confidence, right), 4),
        "recall": {one: [counts[one], round(recalls[one], 3)] for one, _ in counts.most_common()},
    }


def measure(samples: Sequence[Sample], count: int) -> tuple[dict[str, Any], float]:
    """Return the report of a cross-validation and the temperature that it found."""
    raw = out_of_fold(samples, [features_of(sample) for sample in samples], count)
    said = np.array([ARCHETYPES.index(sample.archetype) for sample in samples])
    temperature = best_temperature(raw.reshape(-1, len(ARCHETYPES)), np.tile(said, len(VIEWS)))
    found = report(samples, calibrated(raw[0], temperature))
    return {**found, "views": {view: _brief(raw[n], temperature, said) for n, view in enumerate(VIEWS)}}, temperature


def _brief(raw: NDArray[np.float64], temperature: float, said: NDArray[np.int64]) -> dict[str, float]:
    probabilities = calibrated(raw, temperature)
    right, confidence = probabilities.argmax(axis=1) == said, probabilities.max(axis=1)
    return {
        "accuracy": round(float(right.mean()), 4),
        "guessed": round(float((confidence >= LEAST_CONFIDENCE).mean()), 4),
        "calibration_error": round(calibration_error(confidence, right), 4),
    }


def features_of(sample: Sample) -> list[dict[int, float]]:
    """Return the features of each view of an adapter."""
    return [archetype_features(facts, texts_of(facts)) for facts in views_of(sample.facts).values()]


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--folds", type=int, default=5)
    asked = parser.parse_args()
    samples = read_samples(asked.models)
    found, temperature = measure(samples, asked.folds)
    print(json.dumps(found, indent=1))
    model = train([features_of(sample) for sample in samples], [sample.archetype for sample in samples])
    replace(model, temperature=temperature).write(asked.out)
    print(json.dumps({"features": len(model.hashes), "temperature": temperature, "bytes": asked.out.stat().st_size}))


if __name__ == "__main__":
    main()
