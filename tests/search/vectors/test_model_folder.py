from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from lora_manager.search.vectors.encoder import EncoderError
from lora_manager.search.vectors.model_folder import first_that_sees, look_at


def put(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def modules(*kinds: tuple[str, str]) -> list[dict[str, str]]:
    return [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path in kinds]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An encoder as sentence-transformers keeps it."""
    path = tmp_path / "encoder"
    put(path / "config.json", {"model_type": "bert", "max_position_embeddings": 512})
    put(path / "modules.json", modules(("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")))
    put(path / "1_Pooling" / "config.json", {"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True})
    put(path / "sentence_bert_config.json", {"max_seq_length": 128})
    (path / "model.safetensors").write_bytes(b"weights")
    return path


def test_a_whole_folder_says_how_it_is_loaded(folder: Path) -> None:
    found = look_at(folder)
    assert (found.name, found.part, found.pooling, found.max_tokens, found.sees) == (
        "encoder", folder.resolve(), "mean", 128, False,
    )  # fmt: skip


def test_the_id_is_that_of_the_weights_wherever_they_lie(folder: Path, tmp_path: Path) -> None:
    before = look_at(folder).make_id()
    assert before.endswith("-mean-128")
    moved = folder.rename(tmp_path / "elsewhere")
    assert look_at(moved).make_id() == before
    (moved / "model.safetensors").write_bytes(b"others")
    assert look_at(moved).make_id() != before


@pytest.mark.parametrize(("mode", "pooling"), [("pooling_mode_cls_token", "cls"), ("pooling_mode_mean_tokens", "mean")])
def test_the_first_word_alone_may_stand_for_the_text(folder: Path, mode: str, pooling: str) -> None:
    put(folder / "1_Pooling" / "config.json", {mode: True})
    assert look_at(folder).pooling == pooling
    put(folder / "1_Pooling" / "config.json", {"pooling_mode": mode.removeprefix("pooling_mode_").split("_")[0]})
    assert look_at(folder).pooling == pooling


def test_a_plain_model_of_transformers_is_averaged(folder: Path) -> None:
    for name in ("modules.json", "sentence_bert_config.json"):
        (folder / name).unlink()
    found = look_at(folder)
    assert (found.pooling, found.max_tokens) == ("mean", 256)


def refusal(folder: Path) -> str:
    with pytest.raises(EncoderError) as refused:
        look_at(folder)
    text = str(refused.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "pickled" in refusal(folder)


def test_what_is_not_there_or_not_whole_is_said(folder: Path, tmp_path: Path) -> None:
    assert "There is no folder" in refusal(tmp_path / "nothing")
    assert "no readable config.json" in refusal(tmp_path)
    (folder / "model.safetensors").unlink()
    assert "not complete" in refusal(folder)


@pytest.mark.parametrize(
    ("file", "value", "said"),
    [
        ("config.json", {"auto_map": {"AutoModel": "code.Model"}}, "code of its own"),
        ("adapter_config.json", {"base_model_name_or_path": "other/model"}, "not a whole encoder"),
        ("modules.json", modules(("Transformer", ""), ("Dense", "2_Dense")), "not known here (Dense)"),
        ("modules.json", modules(("Transformer", "../outside")), "not known here"),
        ("modules.json", [{"type": "evil.models.Transformer", "path": ""}], "not known here"),
        ("modules.json", ["x"], "not known here"),
        ("1_Pooling/config.json", {"pooling_mode_max_tokens": True}, "sums its words up"),
    ],
)
def test_what_would_run_code_or_is_not_known_is_refused(folder: Path, file: str, value: Any, said: str) -> None:
    put(folder / file, value)
    assert said in refusal(folder)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "nothing", "[]", '"x"', "\0"])
def test_a_damaged_description_is_refused_and_breaks_nothing(folder: Path, text: str) -> None:
    (folder / "config.json").write_text(text, encoding="utf-8")
    assert "no readable config.json" in refusal(folder)


def test_the_first_that_sees_is_found(folder: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip"
    put(clip / "modules.json", modules(("CLIPModel", "0_CLIPModel")))
    put(clip / "0_CLIPModel" / "config.json", {"model_type": "clip"})
    (clip / "0_CLIPModel" / "model.safetensors").write_bytes(b"weights")
    found = first_that_sees([tmp_path / "nothing", folder, clip])
    assert found is not None
    assert (found.path, found.sees) == (clip, True)
    assert first_that_sees([folder]) is None


def test_a_path_that_cannot_be_looked_at_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"cannot be read|There is no folder"):
        look_at(tmp_path / ("a" * 100_000))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
@pytest.mark.parametrize("name", ["config.json", "modules.json", "1_Pooling/config.json", "model.safetensors"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder: Path, name: str) -> None:
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with suppress(EncoderError):
        look_at(folder)
