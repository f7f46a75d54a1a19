from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.vectors.technical import DIMENSIONS, TECHNICAL, technical_vector

ONE = AdapterFacts(
    id=1,
    family="Pony",
    algorithm="lora",
    rank=32,
    header={
        "alpha": 16.0,
        "resolution": "(1024, 1024)",
        "steps": 2000,
        "epochs": "10",
        "images": 40,
        "optimizer": "prodigy.Prodigy(x=1)",
        "base_checkpoint": "C:\\models\\Big.safetensors",
    },
)


def cosine(one: AdapterFacts, other: AdapterFacts) -> float:
    return float(technical_vector(one) @ technical_vector(other))


def test_the_vector_is_one_long_and_of_the_documented_dimensions() -> None:
    vector = technical_vector(ONE)
    assert vector.shape == (len(DIMENSIONS),)
    assert np.linalg.norm(vector) == pytest.approx(1.0)
    assert TECHNICAL.startswith("technical-1-")


def test_networks_made_alike_are_nearest() -> None:
    assert (
        cosine(ONE, replace(ONE, id=2, name="Other", header={**ONE.header, "base_checkpoint": "/m/big.ckpt"})) > 0.999
    )
    near = cosine(ONE, replace(ONE, rank=64))
    far = cosine(ONE, replace(ONE, rank=4))
    assert 1.0 > near > far
    assert cosine(ONE, replace(ONE, family="SDXL")) > cosine(ONE, replace(ONE, family="Flux.1"))
    assert cosine(ONE, replace(ONE, algorithm="lokr")) < 0.95


def test_the_family_with_the_same_keys_is_near() -> None:
    pony, sdxl, flux = (AdapterFacts(id=1, family=family) for family in ("Pony", "SDXL", "Flux.1"))
    assert cosine(pony, sdxl) > 0.5
    assert cosine(pony, flux) == 0.0


def test_of_nothing_known_the_vector_is_zero() -> None:
    assert not technical_vector(AdapterFacts(id=1, family="Never Heard Of", name="x")).any()


JSON = st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3)


@given(st.dictionaries(st.sampled_from(["alpha", "dim", "steps", "resolution", "optimizer", "images"]), JSON))
def test_whatever_a_header_says_the_vector_is_finite(header: dict[str, object]) -> None:
    vector = technical_vector(AdapterFacts(id=1, header=header, algorithm="LyCORIS/?"))
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
