from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lora_manager.search.vectors.encoder_opening import open_picture_encoder
from lora_manager.search.vectors.encoder_sentence import SentenceEncoder
from lora_manager.search.vectors.encoder_transformers import TransformersEncoder
from lora_manager.search.vectors.model_folder import look_at
from tests.helpers.encoders import make_clip, real_model

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
