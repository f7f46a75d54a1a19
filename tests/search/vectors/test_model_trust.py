from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lora_manager.search.vectors import model_trust
from lora_manager.search.vectors.encoder import EncoderError
from lora_manager.search.vectors.model_trust import check_trust
from tests.helpers.encoders import real_model

BERT = {
    "model_type": "bert",
    "hidden_size": 384,
    "intermediate_size": 1536,
    "num_hidden_layers": 6,
    "vocab_size": 30_522,
}


def check(folder: Path) -> None:
    check_trust("encoder", [folder, folder])


def refusal(folder: Path) -> str:
    with pytest.raises(EncoderError) as refused:
        check(folder)
    text = str(refused.value)
    assert text.endswith(".")
    assert "\n" not in text
    return text


def put(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def test_a_real_encoder_asks_for_nothing() -> None:
    check(real_model())


@pytest.mark.parametrize(
    ("file", "value"),
    [
        ("config.json", {"auto_map": {"AutoModel": "code.Model"}}),
        ("tokenizer_config.json", {"auto_map": {"AutoTokenizer": ["code.Words", None]}}),
        ("config.json", {"attn_implementation": "somebody/kernel"}),
        ("config.json", {"text_config": {"_attn_implementation": {"": "somebody/kernel:x"}}}),
        ("sentence_bert_config.json", {"model_args": {"attn_implementation": "somebody/kernel"}}),
        ("sentence_bert_config.json", {"config_args": {"trust_remote_code": True}}),
    ],
)
def test_what_would_fetch_or_run_code_is_refused(tmp_path: Path, file: str, value: Any) -> None:
    put(tmp_path / file, value)
    assert "code of its own" in refusal(tmp_path)


def test_a_way_of_computing_that_is_built_in_may_be_named(tmp_path: Path) -> None:
    put(tmp_path / "config.json", {**BERT, "_attn_implementation": "sdpa"})
    check(tmp_path)


@pytest.mark.parametrize(
    "value",
    [
        {"tokenizer_class": "TransfoXLTokenizer"},
        {"model_type": "transfo-xl"},
        {"pretrained_vocab_file": "/somewhere/vocab.bin"},
    ],
)
def test_a_tokenizer_that_unpickles_is_refused(tmp_path: Path, value: Any) -> None:
    put(tmp_path / "tokenizer_config.json", value)
    assert "pickled" in refusal(tmp_path)


@pytest.mark.parametrize("value", [{"num_hidden_layers": 10**7}, {"vocab_size": 10**10}, {"hidden_size": 10**9}])
@pytest.mark.parametrize("is_inside", [False, True])
def test_a_model_beyond_all_measure_is_refused(tmp_path: Path, value: Any, *, is_inside: bool) -> None:
    described = {**BERT, **value}
    put(tmp_path / "config.json", {"text_config": described} if is_inside else described)
    assert "much too large" in refusal(tmp_path)


@pytest.mark.parametrize(("name", "most"), [("tokenizer.json", "MOST_FILE"), ("vocab.txt", "MOST_FILE")])
def test_a_vocabulary_beyond_all_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, most: str
) -> None:
    monkeypatch.setattr(model_trust, most, 1000)
    (tmp_path / name).write_bytes(b" " * 1000)
    check(tmp_path)
    (tmp_path / name).write_bytes(b" " * 1001)
    assert f"its {name} is much too large" in refusal(tmp_path)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "{", "\0", '"x"', "[[{}]]"])
def test_a_damaged_file_is_left_to_whoever_reads_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "config_sentence_transformers.json").write_text(text, encoding="utf-8")
    check(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders here")
def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tokenizer.json")
    assert "tokenizer.json in it is no file" in refusal(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "vocab.txt").symlink_to("vocab.txt")
    assert "vocab.txt in it is no file" in refusal(tmp_path)
