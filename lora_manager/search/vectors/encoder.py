"""What every encoder does, whichever package runs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lora_manager.errors import LoraManagerError


class EncoderError(LoraManagerError):
    """An encoder cannot be used; the message is one sentence that says why and what to do."""

    code = "encoder_unusable"


class Encoder(Protocol):
    """Makes vectors of texts, or of pictures. Used by one thread at a time; on the CPU."""

    name: str
    """What makes the vectors, for people."""

    id: str
    """The same for the same weights, pooling and limits, wherever they lie and whichever package runs them."""

    def encode(self, items: Sequence[Any]) -> NDArray[np.float32]:
        """Return a row of length 1 for each text (str) or picture (PIL.Image.Image). Raises EncoderError."""
        ...
