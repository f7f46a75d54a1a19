from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lora_manager.search.vectors.encoder_opening import open_picture_encoder
from lora_manager.search.vectors.encoder_sentence import SentenceEncoder
from lora_manager.search.vectors.encoder_transformers import TransformersEncoder
from lora_manager.search.vectors.model_folder import look_at
from tests.helpers.encoders import real_model

pytestmark = [
    pytest.mark.torch,
    pytest.mark.skipif(find_spec("sentence_transformers") is None, reason="sentence-transformers is not installed"),
]


def test_it_makes_the_vectors_that_transformers_alone_makes() -> None:
    folder = look_at(real_model())
    ours, theirs = SentenceEncoder(folder), TransformersEncoder(folder)
    texts = ["a red fox in the snow", "watercolor, loose brush strokes " * 60, "東京の夜"]
    assert np.abs(ours.encode(texts) - theirs.encode(texts)).max() < 1e-4
    assert ours.id == theirs.id


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


def test_a_clip_model_sees_pictures(tmp_path: Path) -> None:
    make_clip(tmp_path)
    encoder = open_picture_encoder(tmp_path)
    red, also_red, noise = (
        Image.new("RGB", (64, 48), "#c02010"),
        Image.new("RGB", (32, 32), "#c12011"),
        Image.effect_noise((64, 64), 120).convert("RGB"),
    )
    rows = encoder.encode([red, also_red, noise])
    assert rows.shape == (3, 16)
    assert rows[0] @ rows[1] > 0.99
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert encoder.id.endswith("-pictures")
