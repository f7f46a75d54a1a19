"""An encoder run by transformers alone: the words' vectors are averaged, as the model's own card says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.vectors.model_folder import ModelFolder


class TransformersEncoder:
    """Loads when it is made; what transformers raises then, it raises."""

    def __init__(self, folder: ModelFolder) -> None:
        from transformers import AutoModel, AutoTokenizer

        self.name = folder.name
        self.id = folder.make_id()
        self._pooling = folder.pooling
        self._max_tokens = folder.max_tokens
        place: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        self._tokenizer = AutoTokenizer.from_pretrained(str(folder.part), **place)
        self._model = AutoModel.from_pretrained(str(folder.part), use_safetensors=True, **place).float().eval()

    def encode(self, items: Sequence[Any]) -> NDArray[np.float32]:
        """Return a row of length 1 for each text."""
        import torch

        tokens = self._tokenizer(
            list(items), padding=True, truncation=True, max_length=self._max_tokens, return_tensors="pt"
        )
        with torch.inference_mode():
            words = self._model(**tokens).last_hidden_state
            if self._pooling == "cls":
                pooled = words[:, 0]
            else:
                mask = tokens["attention_mask"].unsqueeze(-1).to(words.dtype)
                pooled = (words * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            rows = torch.nn.functional.normalize(pooled, dim=1)
        found: NDArray[np.float32] = rows.numpy().astype(np.float32)
        return found
