"""The stripped headers in tests/fixtures/headers: key -> [dtype, shape], with what they really are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_manager.formats.safetensors_header import SafetensorsHeader
from lora_manager.formats.tensor_table import TensorInfo, TensorTable

FOLDER = Path(__file__).parent.parent / "fixtures" / "headers"
SHARED_HEADERS = Path(__file__).parents[3] / "shared" / "data" / "safetensors_header"


@dataclass(frozen=True)
class HeaderCase:
    """One header and the right answers."""

    name: str
    header: SafetensorsHeader
    expected: dict[str, Any]


def header_of(tensors: dict[str, tuple[str, list[int]]], metadata: dict[str, str] | None = None) -> SafetensorsHeader:
    """A header with these keys; the places of the data do not matter here."""
    infos = {key: TensorInfo(dtype, tuple(shape), 0, 0) for key, (dtype, shape) in tensors.items()}
    return SafetensorsHeader(metadata or {}, TensorTable.of(infos), 0, 0)


def load_cases() -> list[HeaderCase]:
    """All fixtures."""
    cases = []
    for path in sorted(FOLDER.glob("*.json")):
        document = json.loads(path.read_text("utf-8"))
        header = header_of(document["tensors"], document["metadata"])
        cases.append(HeaderCase(path.stem, header, document["expected"]))
    return cases


def load_shared(file_name: str) -> SafetensorsHeader:
    """A real header of the shared data: `{"keys": {key: {"dtype": ..., "shape": ...}}, "metadata": {...}}`."""
    document = json.loads((SHARED_HEADERS / file_name).read_text("utf-8"))
    tensors = {key: (entry.get("dtype") or "", entry["shape"]) for key, entry in document["keys"].items()}
    return header_of(tensors, document["metadata"])
