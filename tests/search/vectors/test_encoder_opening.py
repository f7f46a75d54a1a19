from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from lora_manager.search.vectors import encoder_opening
from lora_manager.search.vectors.encoder import EncoderError
from lora_manager.search.vectors.encoder_opening import NOTHING_RUNS_IT, is_there, open_encoder, open_picture_encoder
from lora_manager.search.vectors.encoder_sentence import SentenceEncoder
from lora_manager.search.vectors.encoder_transformers import TransformersEncoder
from tests.helpers.encoders import real_model


@pytest.mark.torch
def test_sentence_transformers_comes_first_and_transformers_where_it_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = real_model()
    if find_spec("sentence_transformers") is not None:
        assert isinstance(open_encoder(folder), SentenceEncoder)
    monkeypatch.setattr(encoder_opening, "is_there", lambda package: package in ("torch", "transformers"))
    assert isinstance(open_encoder(folder), TransformersEncoder)


@pytest.mark.torch
def test_one_that_does_not_work_gives_way_to_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = real_model()

    class Broken:
        def __init__(self, folder: object) -> None:
            raise ImportError("of another version")

    monkeypatch.setattr(encoder_opening, "SentenceEncoder", Broken)
    monkeypatch.setattr(encoder_opening, "is_there", lambda package: True)
    assert isinstance(open_encoder(folder), TransformersEncoder)
    monkeypatch.setattr(encoder_opening, "TransformersEncoder", Broken)
    with pytest.raises(EncoderError, match=r"could not be loaded \(ImportError: of another version; ImportError"):
        open_encoder(folder)


@pytest.mark.torch
def test_damaged_weights_are_one_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(real_model(), folder)
    (folder / "model.safetensors").write_bytes(b"\x10" * 4096)
    with pytest.raises(EncoderError, match="damaged could not be loaded") as refused:
        open_encoder(folder)
    assert "\n" not in str(refused.value)


@pytest.mark.torch
def test_an_encoder_without_its_vocabulary_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "wordless"
    shutil.copytree(real_model(), folder)
    for name in ("tokenizer.json", "vocab.txt"):
        (folder / name).unlink()
    with pytest.raises(EncoderError, match=r"wordless (reads nothing of a text|could not be loaded)"):
        open_encoder(folder)


def test_without_a_package_that_runs_it_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(b"x")
    monkeypatch.setattr(encoder_opening, "is_there", lambda package: False)
    with pytest.raises(EncoderError) as refused:
        open_encoder(tmp_path)
    assert str(refused.value) == NOTHING_RUNS_IT
    with pytest.raises(EncoderError, match="sees no pictures"):
        open_picture_encoder(tmp_path)


def test_a_package_is_looked_for_without_importing_it() -> None:
    assert is_there("json")
    assert not is_there("no_such_package_anywhere")
