from __future__ import annotations

import json
from pathlib import Path

import pytest

from lora_manager.search.vectors.choices import CHOICES
from lora_manager.search.vectors.encoder import Encoder, EncoderError
from lora_manager.search.vectors.model_folder import look_at
from lora_manager.services.vectors.encoders import Encoders
from tests.helpers.encoders import WordEncoder, make_clip


def make_folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.json").write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    (path / "model.safetensors").write_bytes(b"weights")
    return path


@pytest.fixture
def opened() -> list[Path]:
    return []


@pytest.fixture
def encoders(tmp_path: Path, opened: list[Path]) -> Encoders:
    def opener(path: Path) -> Encoder:
        opened.append(path)
        look_at(path)
        return WordEncoder(path.name)

    return Encoders(tmp_path / "encoders", environment={"HF_HOME": str(tmp_path / "hub")}, opener=opener)


def test_none_is_chosen_at_first_and_choices_say_whether_they_are_there(encoders: Encoders) -> None:
    assert encoders.texts.status().state == "none"
    assert [choice.installed for choice in encoders.choices()] == [False] * len(CHOICES)
    make_folder(encoders.folder / CHOICES[0].folder_name)
    assert encoders.choices()[0].installed
    encoders.use(CHOICES[0].name)
    assert encoders.texts.wait(5).state == "ready"
    encoders.close()


def test_a_choice_that_was_not_fetched_is_not_fetched_by_itself(encoders: Encoders, opened: list[Path]) -> None:
    encoders.use(CHOICES[0].name)
    status = encoders.texts.wait(5)
    assert (status.state, opened) == ("failed", [])
    assert "was not fetched yet" in status.reason
    with pytest.raises(EncoderError, match="was not fetched yet"):
        encoders.check(CHOICES[0].name)


def test_a_local_folder_is_loaded_once(encoders: Encoders, opened: list[Path], tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "mine")
    encoders.check(str(folder))
    for _ in range(2):
        encoders.use(str(folder))
    assert encoders.texts.wait(5).state == "ready"
    assert opened == [folder]
    encoders.again()
    encoders.texts.wait(5)
    assert opened == [folder, folder]
    encoders.use("")
    assert (encoders.texts.status().state, encoders.pictures.status().state) == ("none", "none")
    encoders.check("")


def test_what_is_no_encoder_says_so(encoders: Encoders, tmp_path: Path) -> None:
    for name, said in (("all-minilm", "neither a whole path"), (str(tmp_path / "nothing"), "There is no folder")):
        with pytest.raises(EncoderError, match=said):
            encoders.check(name)
        encoders.use(name)
        assert said in encoders.texts.wait(5).reason
    encoders.close()


@pytest.mark.torch
@pytest.mark.parametrize("name", ["~nobody-of-this-name/encoder", "/" + "a" * 5000, "/a\0b", "here"])
def test_a_path_that_can_be_none_fails_in_a_sentence(encoders: Encoders, name: str) -> None:
    with pytest.raises(EncoderError):
        encoders.check(name)
    encoders.use(name)  # as it stands in the settings
    assert encoders.texts.wait(5).state == "failed"
    encoders.close()


def test_a_clip_model_that_is_at_hand_sees_the_pictures(encoders: Encoders, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sentence_transformers")
    make_clip(tmp_path / "hub" / "hub" / "models--sentence-transformers--clip-small" / "snapshots" / "0123")
    encoders.use(str(make_folder(tmp_path / "mine")))
    assert encoders.texts.wait(5).state == "ready"
    status = encoders.pictures.wait(120)
    assert (status.name, status.state) == ("sentence-transformers/clip-small", "ready")
    assert encoders.pictures.encoder_id().endswith("-pictures")
    encoders.close()
