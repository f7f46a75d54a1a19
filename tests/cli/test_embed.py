from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.search.vectors.choices import CHOICES
from tests.cli.conftest import Run
from tests.helpers.encoders import real_model


def test_without_an_encoder_the_technical_vectors_are_made(run: Run, library: tuple[str, ...]) -> None:
    made = run("embed", *library, "--json").document
    assert made["encoder"]["state"] == "none"
    assert [(one["kind"], one["done"] == one["total"] > 0) for one in made["vectors"]] == [("technical", True)]
    assert made["written"] == made["vectors"][0]["total"]
    assert "0 vectors written" in run("embed", *library).out


def test_the_choices_are_listed(run: Run, library: tuple[str, ...]) -> None:
    listed = run("embed", "--list", *library).out
    for choice in CHOICES:
        assert f"{choice.name}  {choice.megabytes} MB" in listed
    assert [one["installed"] for one in run("embed", "--list", *library, "--json").document["encoder"]["choices"]] == [
        False
    ] * len(CHOICES)


def test_nothing_is_downloaded_unless_it_is_said(
    run: Run, library: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    asked = run("embed", "--encoder", CHOICES[0].name, *library)
    assert (asked.code, "--download" in asked.err) == (1, True)
    refused = run("embed", "--encoder", CHOICES[0].name, "--download", *library)
    assert (refused.code, "switched off" in refused.err) == (1, True)
    unknown = run("embed", "--encoder", "no/such", *library)
    assert (unknown.code, "neither a whole path" in unknown.err) == (2, True)


def test_an_encoder_that_does_not_load_is_one_sentence(run: Run, library: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"damaged")
    failed = run("embed", "--encoder", folder, *library)
    assert failed.code == 1
    assert failed.err.strip().splitlines()[-1].startswith("error: ")


@pytest.mark.torch
def test_the_real_encoder_makes_the_vectors_of_texts(run: Run, library: tuple[str, ...]) -> None:
    made = run("embed", "--encoder", real_model(), *library, "--json").document
    assert made["encoder"]["state"] == "ready"
    assert {one["kind"]: one["done"] == one["total"] for one in made["vectors"]} == {
        "technical": True,
        "semantic": True,
        "artistic": True,
    }
    assert run("embed", *library, "--json").document["written"] == 0
