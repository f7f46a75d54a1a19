"""The technical vector: what a network is made of and how it was trained, as numbers. No encoder is needed for it.

The cosine of two of them is 1 for networks made alike. The dimensions, in order, see `DIMENSIONS`:

- `family:X`, 1 for the base model's family, and 0.7 for the family whose keys it shares (SDXL for Pony);
- `algorithm:X`, 0.8 for the kind of network;
- `rank`, `scale` (alpha / rank), `resolution`, `steps`, `epochs`, `images`: two dimensions each. A number is laid on a
  scale from 0 to 1 (see `_NUMBERS`), and that on a quarter of a circle: (cos, sin) of it times 90 degrees, times the
  weight. So equal numbers add the weight's square, the ends of the scale add nothing, and what is not known takes no
  part;
- `optimizer:X`, 0.3;
- `checkpoint:0` to `checkpoint:15`, 0.4 in the bucket of the name of the checkpoint it was trained on.

Only the network's own facts count: who made it and what it shows is not in here.
"""

from __future__ import annotations

import math
import re
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lora_manager.formats.base_model_rules import BY_NAME, FAMILIES
from lora_manager.formats.family_fit import architecture
from lora_manager.search.adapter_facts import AdapterFacts

ALGORITHMS = ("lora", "locon", "loha", "lokr", "dora", "glora", "full", "ia3", "oft", "norm", "other")
OPTIMIZERS = ("adamw", "adafactor", "prodigy", "lion", "dadapt", "came", "sgd", "other")
CHECKPOINT_BUCKETS = 16
_SAME_KEYS, _ALGORITHM, _OPTIMIZER, _CHECKPOINT = 0.7, 0.8, 0.3, 0.4


def _logarithmic(least: float, most: float) -> Callable[[float], float]:
    return lambda value: math.log(value / least) / math.log(most / least)


_NUMBERS: dict[str, tuple[float, Callable[[float], float]]] = {
    # name: (weight, from the number to 0..1)
    "rank": (0.8, _logarithmic(1, 512)),
    "scale": (0.4, lambda value: value / 2),
    "resolution": (0.5, _logarithmic(256, 2048)),
    "steps": (0.3, _logarithmic(100, 100_000)),
    "epochs": (0.2, _logarithmic(1, 1000)),
    "images": (0.4, _logarithmic(1, 100_000)),
}
DIMENSIONS: tuple[str, ...] = (
    *(f"family:{family.name}" for family in FAMILIES),
    *(f"algorithm:{name}" for name in ALGORITHMS),
    *(f"{name}:{axis}" for name in _NUMBERS for axis in ("cos", "sin")),
    *(f"optimizer:{name}" for name in OPTIMIZERS),
    *(f"checkpoint:{bucket}" for bucket in range(CHECKPOINT_BUCKETS)),
)
_PLACE = {name: place for place, name in enumerate(DIMENSIONS)}
TECHNICAL = f"technical-1-{zlib.crc32('|'.join(DIMENSIONS).encode()):08x}"
"""What stands where others name their encoder: another one when the dimensions are."""


def technical_vector(facts: AdapterFacts) -> NDArray[np.float32]:
    """Return the vector, of length 1, or of zeros where nothing at all is known of the network."""
    vector = np.zeros(len(DIMENSIONS), np.float32)
    _add_family(vector, facts.family)
    if facts.algorithm:
        vector[_PLACE[f"algorithm:{_algorithm(facts.algorithm)}"]] = _ALGORITHM
    for name, value in _numbers(facts).items():
        weight, share = _NUMBERS[name]
        if value is not None and value > 0:
            angle = min(max(share(value), 0.0), 1.0) * math.pi / 2
            vector[_PLACE[f"{name}:cos"]] = weight * math.cos(angle)
            vector[_PLACE[f"{name}:sin"]] = weight * math.sin(angle)
    optimizer = str(facts.header.get("optimizer") or "").lower()
    if optimizer:
        vector[_PLACE[f"optimizer:{_first_in(OPTIMIZERS, optimizer)}"]] = _OPTIMIZER
    checkpoint = PurePosixPath(str(facts.header.get("base_checkpoint") or "").replace("\\", "/")).stem.casefold()
    if checkpoint:
        vector[_PLACE[f"checkpoint:{zlib.crc32(checkpoint.encode('utf-8', 'replace')) % CHECKPOINT_BUCKETS}"]] = (
            _CHECKPOINT
        )
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector


def _add_family(vector: NDArray[np.float32], family: str) -> None:
    if family not in BY_NAME:
        return
    root = architecture(family)
    if root != family:
        vector[_PLACE[f"family:{root}"]] = _SAME_KEYS
    vector[_PLACE[f"family:{family}"]] = 1.0


def _algorithm(name: str) -> str:
    lowered = re.sub(r"[^a-z0-9]", "", name.lower())
    return lowered if lowered in ALGORITHMS else _first_in(("locon", "loha", "lokr", "dora", "glora", "oft"), lowered)


def _first_in(names: tuple[str, ...], text: str) -> str:
    return next((name for name in names if name in text), "other")


def _numbers(facts: AdapterFacts) -> dict[str, float | None]:
    header = facts.header
    rank = _number(facts.rank) or _number(header.get("dim"))
    alpha = _number(header.get("alpha"))
    return {
        "rank": rank,
        "scale": alpha / rank if alpha and rank else None,
        **{name: _number(header.get(name)) for name in ("resolution", "steps", "epochs", "images")},
    }


def _number(value: Any) -> float | None:
    """The number in what a trainer wrote: 512, "512", "(512, 768)" (the first); None where there is none."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value) if 0 < value < 1e12 else None
    if isinstance(value, list | tuple):
        return _number(value[0]) if value else None
    found = re.search(r"\d{1,12}(?:\.\d{1,6})?", value) if isinstance(value, str) else None
    return float(found[0]) if found else None
