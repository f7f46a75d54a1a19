from __future__ import annotations

import numpy as np
import pytest

from lora_manager.search.vectors.encoder_transformers import TransformersEncoder
from lora_manager.search.vectors.model_folder import look_at
from tests.helpers.encoders import real_model

pytestmark = pytest.mark.torch


def test_texts_of_like_meaning_are_near_whatever_their_length() -> None:
    encoder = TransformersEncoder(look_at(real_model()))
    texts = ["a red fox in the snow", "vulpine animal, winter", "an oil painting of a ship " * 100, ""]
    rows = encoder.encode(texts)
    assert rows.shape == (4, 384)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1.0] * 4, abs=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    alone = encoder.encode(texts[:1])
    assert np.abs(alone[0] - rows[0]).max() < 1e-4
    assert encoder.id == look_at(real_model()).make_id()
