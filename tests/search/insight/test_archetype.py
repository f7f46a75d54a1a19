from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest

from lora_manager.search.adapter_facts import AdapterFacts, ExamplePrompt
from lora_manager.search.insight.archetype import (
    LEAST_CONFIDENCE,
    SHIPPED,
    ArchetypeModel,
    Guess,
    archetype_of,
    shipped_model,
)
from lora_manager.search.insight.archetype_features import archetype_features
from lora_manager.search.insight.archetype_words import ARCHETYPES
from lora_manager.search.insight.texts import texts_of

MOST_BYTES = 300 * 1024


def guess(facts: AdapterFacts) -> Guess | None:
    return archetype_of(facts, texts_of(facts))


@pytest.fixture
def tiny() -> ArchetypeModel:
    return ArchetypeModel(
        ("a", "b"),
        np.array([3, 9], dtype=np.uint32),
        np.array([[100, -100], [-50, 50]], dtype=np.int8),
        np.array([0.02, 0.02], dtype=np.float32),
        np.array([0.0, 0.0], dtype=np.float32),
        1.0,
    )


def test_what_is_said_comes_first() -> None:
    assert guess(AdapterFacts(1, name="A long dress", archetype="vehicle")) == Guess("vehicle", 1.0)
    assert guess(AdapterFacts(1, name="A long dress", tags=("Style",))) == Guess("style", 1.0)


def test_what_the_words_say_is_guessed() -> None:
    clothing = guess(AdapterFacts(1, name="Long silk dress", tags=("dress", "fashion"), file_name="silk_dress"))
    style = guess(AdapterFacts(1, name="Oil Painting Style", tags=("painting", "art style"), file_name="oil_style"))
    person = guess(AdapterFacts(1, name="Jo Doe", tags=("actress", "real person", "woman"), file_name="jodoe"))
    assert [found.value for found in (clothing, style, person) if found] == ["clothing", "style", "celebrity"]
    assert all(found and LEAST_CONFIDENCE <= found.confidence < 1 for found in (clothing, style, person))


def test_of_nothing_nothing_is_guessed() -> None:
    assert guess(AdapterFacts(1)) is None
    assert guess(AdapterFacts(1, name="???")) is None


def test_the_sums_are_those_of_the_coefficients(tiny: ArchetypeModel) -> None:
    odds = np.exp(4 * 0.5)
    np.testing.assert_allclose(tiny.probabilities({3: 0.5, 4: 1.0}), [odds / (1 + odds), 1 / (1 + odds)], rtol=1e-5)
    np.testing.assert_allclose(tiny.probabilities({}), [0.5, 0.5])
    assert tiny.guess({2**32 - 1: 1.0, 9: 1.0}) == Guess("b", 0.881)


def test_a_file_of_coefficients_reads_back_and_is_the_same_each_time(tiny: ArchetypeModel, tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        tiny.write(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()
    read = ArchetypeModel.load(tmp_path / "one.npz")
    assert read.archetypes == tiny.archetypes
    np.testing.assert_array_equal(read.weights, tiny.weights)


def test_what_is_shipped_is_small_sorted_and_knows_every_archetype() -> None:
    model = shipped_model()
    assert SHIPPED.stat().st_size < MOST_BYTES
    assert model.archetypes == ARCHETYPES
    assert model.weights.shape == (len(model.hashes), len(ARCHETYPES))
    assert np.all(np.diff(model.hashes.astype(np.int64)) > 0)


def test_the_hints_that_it_was_trained_with_are_those_of_today() -> None:
    """Whoever changes the words or the features trains again: tools/train_archetype.py."""
    hints = {zlib.crc32(f"x:{one}".encode()) for one in ARCHETYPES}
    assert len(hints & set(shipped_model().hashes.tolist())) >= len(ARCHETYPES) - 1
    facts = AdapterFacts(1, name="Oil style", examples=(ExamplePrompt("a hill, oil painting"),))
    known = set(shipped_model().hashes.tolist())
    features = archetype_features(facts, texts_of(facts))
    assert len(features.keys() & known) > len(features) / 2
