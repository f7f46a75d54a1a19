"""An encoder run by sentence-transformers: texts with any model of its kind, pictures with a CLIP model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.search.vectors.model_folder import ModelFolder

PICTURES = "-pictures"


class SentenceEncoder:
    """Loads when it is made; what sentence-transformers raises then, it raises."""

    def __init__(self, folder: ModelFolder, *, of_pictures: bool = False) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = folder.name
        self.id = folder.make_id() + (PICTURES if of_pictures else "")
        self._model = SentenceTransformer(
            str(folder.path),
            device="cpu",
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
        if not folder.sees:
            self._model.max_seq_length = folder.max_tokens

    def encode(self, items: Sequence[Any]) -> NDArray[np.float32]:
        """Return a row of length 1 for each text or picture."""
        rows = self._model.encode(
            list(items), batch_size=max(1, len(items)), show_progress_bar=False, convert_to_numpy=True
        )
        rows = np.asarray(rows, np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        found: NDArray[np.float32] = rows / np.maximum(lengths, 1e-9)
        return found
