from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lora_manager.search.insight.archetype_words import ARCHETYPES
from tools.train_archetype import (
    Sample,
    best_temperature,
    calibrated,
    calibration_error,
    facts_of,
    folds,
    measure,
    read_samples,
    report,
    sample_of,
)

THINGS = {"clothing": ("dress", "coat", "hat"), "vehicle": ("car", "tank", "boat"), "style": ("ink", "oil", "flat")}


def model(number: int, tags: list[str], **changes: Any) -> dict[str, Any]:
    version = {
        "name": "v1",
        "trainedWords": ["made up"],
        "files": [{"type": "Model", "name": f"file{number}.safetensors"}],
        "images": [{"meta": {"prompt": "made up, a hill"}}, {"meta": None}],
    }
    return {"id": number, "name": f"Thing {number}", "tags": tags, "modelVersions": [version], **changes}


def made_up(count: int) -> list[Sample]:
    found = []
    for number in range(count):
        archetype, words = list(THINGS.items())[number % len(THINGS)]
        word = words[number // len(THINGS) % len(words)]
        sample = sample_of(model(number, [archetype, word, "made up"], name=f"{word} {number}"))
        assert sample is not None
        found.append(sample)
    return found


def test_category_tags_are_hidden_and_all_others_kept() -> None:
    sample = sample_of(model(1, ["Clothing", "silk", "character"]))
    assert sample is not None
    assert sample.archetype == "character"
    assert sample.facts.tags == ("silk",)
    assert (sample.facts.file_name, sample.facts.trigger_groups) == ("file1", (("made up",),))
    assert [example.text for example in sample.facts.examples] == ["made up, a hill"]


def test_what_says_nothing_is_left_out(tmp_path: Path) -> None:
    assert sample_of(model(1, ["silk"])) is None
    assert facts_of({"id": 1, "name": "x", "modelVersions": []}) is None
    lines = [json.dumps(model(1, ["silk"])), json.dumps(model(2, ["style"]))]
    path = tmp_path / "models.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert [sample.facts.id for sample in read_samples(path)] == [2]


def test_each_adapter_is_tested_once_and_never_trained_on_then() -> None:
    samples = made_up(23)
    parts = [(training, test) for training, test in folds(samples, 5)]
    assert sorted(np.concatenate([test for _, test in parts])) == list(range(23))
    assert all(not set(training) & set(test) and len(training) + len(test) == 23 for training, test in parts)
    again = [test.tolist() for _, test in folds(samples, 5)]
    assert again == [test.tolist() for _, test in parts]


def test_the_temperature_cools_what_is_too_sure_of_itself() -> None:
    sure = np.array([[0.99, 0.01]] * 10)
    right = np.array([0] * 7 + [1] * 3)
    temperature = best_temperature(sure, right)
    assert temperature > 1.5
    assert calibrated(sure, temperature)[0, 0] < 0.99
    assert calibration_error(np.full(10, 0.7), right == 0) == pytest.approx(0.0)
    assert calibration_error(sure.max(axis=1), right == 0) == pytest.approx(0.29)


def test_the_report_stands_beside_majority_and_rules() -> None:
    samples = made_up(6)
    probabilities = np.full((6, len(ARCHETYPES)), 0.01)
    for row, sample in enumerate(samples):
        probabilities[row, ARCHETYPES.index(sample.archetype)] = 0.8
    probabilities[0] = 1 / len(ARCHETYPES)
    found = report(samples, probabilities)
    assert (found["adapters"], found["accuracy_majority"]) == (6, 0.3333)
    assert found["accuracy"] == pytest.approx(5 / 6, abs=1e-3)
    assert (found["guessed"], found["accuracy_where_guessed"]) == (0.8333, 1.0)
    assert found["recall"]["vehicle"] == [2, 1.0]


def test_what_words_tell_is_learned() -> None:
    pytest.importorskip("sklearn")
    found, temperature = measure(made_up(45), 3)
    assert found["accuracy"] > 0.9
    assert temperature > 0
