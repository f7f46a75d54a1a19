"""Write small, valid network files, sidecars and pictures, as the tools of the field write them.

Only the standard library is used, so that a test of any layer may import this.
"""

from __future__ import annotations

import json
import math
import random
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ITEM_SIZE = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1, "I8": 1, "U8": 1, "BOOL": 1}

SD15_MODULE = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
"""A kohya module name; with `width=768` (the default) shape detection says SD 1.5, with 2048 SDXL."""

TensorSpec = tuple[str, Sequence[int]]
"""(dtype, shape) of one tensor, as in a safetensors header."""


def lora_tensors(
    modules: Iterable[str] = (SD15_MODULE,),
    *,
    rank: int = 4,
    width: int = 768,
    out_width: int = 320,
    dtype: str = "F16",
    alpha: bool = True,
) -> dict[str, TensorSpec]:
    """The tensors of a kohya LoRA: `lora_down`, `lora_up` and `alpha` for each module."""
    tensors: dict[str, TensorSpec] = {}
    for module in modules:
        tensors[f"{module}.lora_down.weight"] = (dtype, (rank, width))
        tensors[f"{module}.lora_up.weight"] = (dtype, (out_width, rank))
        if alpha:
            tensors[f"{module}.alpha"] = (dtype, ())
    return tensors


def _scalar(dtype: str, value: float) -> bytes:
    if dtype == "F16":
        return struct.pack("<e", value)
    if dtype == "BF16":
        return struct.pack("<f", value)[2:]
    if dtype == "F64":
        return struct.pack("<d", value)
    return struct.pack("<f", value)


def _half_noise(rng: random.Random, count: int) -> bytes:
    """Finite small float16 values: the exponent is fixed, |value| in [2**-7, 2**-6)."""
    body = bytearray(rng.randbytes(2 * count))
    body[1::2] = bytes((high & 0x83) | 0x20 for high in body[1::2])
    return bytes(body)


def _tensor_bytes(dtype: str, shape: Sequence[int], alpha: float, rng: random.Random) -> bytes:
    count = math.prod(shape)
    if not shape:
        return _scalar(dtype, alpha)
    if dtype == "F16":
        return _half_noise(rng, count)
    return bytes(count * ITEM_SIZE[dtype])


def network_file_bytes(
    tensors: Mapping[str, TensorSpec] | None = None,
    metadata: Mapping[str, str] | None = None,
    *,
    alpha: float = 4.0,
    seed: int | str = 0,
) -> bytes:
    """A whole safetensors file: every scalar tensor holds `alpha`, every other float16 tensor small noise from `seed`.

    Other dtypes are zeros. `metadata` becomes `__metadata__` (all values must be strings, as the format demands).
    """
    rng = random.Random(seed)
    header: dict[str, Any] = {"__metadata__": dict(metadata)} if metadata is not None else {}
    body = bytearray()
    for name, (dtype, shape) in (lora_tensors() if tensors is None else tensors).items():
        data = _tensor_bytes(dtype, shape, alpha, rng)
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": offsets}
        body += data
    head = json.dumps(header, separators=(",", ":")).encode()
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + bytes(body)


def write_network_file(
    path: Path,
    tensors: Mapping[str, TensorSpec] | None = None,
    metadata: Mapping[str, str] | None = None,
    *,
    alpha: float = 4.0,
    seed: int | str | None = None,
) -> Path:
    """Write a valid network file (folders are made) and return its path.

    Without `tensors` it is a rank 4 kohya LoRA for SD 1.5 with one module, about 9 KB. The content depends on the name
    of the file unless `seed` is given, so that two files differ and two files of one `seed` are equal.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(network_file_bytes(tensors, metadata, alpha=alpha, seed=path.name if seed is None else seed))
    return path


def write_raw_header(path: Path, header: bytes, *, length: int | None = None, body: bytes = b"") -> Path:
    """Write a file with this header text and, if given, a length field that lies about it: for hostile cases."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + body)
    return path


def write_json(path: Path, content: object) -> Path:
    """Write a sidecar as UTF-8 JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def civitai_model(name: str, file_name: str, **changes: Any) -> dict[str, Any]:
    """A small reply in the shape of Civitai's MODEL resource, invented: one version with one file.

    `changes` replaces top-level keys; keys beginning with `version_` replace keys of the version, `file_` of the file.
    """
    file: dict[str, Any] = {
        "id": 31,
        "name": file_name,
        "type": "Model",
        "sizeKB": 9.0,
        "hashes": {},
        "metadata": {"format": "SafeTensor"},
        "downloadUrl": "https://models.example/files/31",
        "primary": True,
    }
    version: dict[str, Any] = {
        "id": 21,
        "name": "v1.0",
        "baseModel": "SD 1.5",
        "publishedAt": "2024-05-06T07:08:09.000Z",
        "availability": "Public",
        "nsfwLevel": 1,
        "description": "<p>First version</p>",
        "trainedWords": ["lantern light"],
        "files": [file],
        "images": [],
    }
    model: dict[str, Any] = {
        "id": 11,
        "name": name,
        "description": "<p>Draws lanterns at dusk. Use a weight of 0.7.</p>",
        "type": "LORA",
        "nsfw": False,
        "nsfwLevel": 1,
        "availability": "Public",
        "supportsGeneration": True,
        "stats": {"downloadCount": 12},
        "creator": {"username": "paper_moth"},
        "tags": ["lantern", "style"],
        "modelVersions": [version],
    }
    for key, value in changes.items():
        if key.startswith("version_"):
            version[key[len("version_") :]] = value
        elif key.startswith("file_"):
            file[key[len("file_") :]] = value
        else:
            model[key] = value
    return model


def civitai_version(name: str, file_name: str, **changes: Any) -> dict[str, Any]:
    """The same record in the shape of Civitai's VERSION resource (`stem.civitai.info`)."""
    model = civitai_model(name, file_name, **changes)
    version: dict[str, Any] = dict(model["modelVersions"][0])
    version["modelId"] = model["id"]
    version["model"] = {"name": model["name"], "type": model["type"], "nsfw": model["nsfw"], "poi": False}
    return version


def a1111_metadata(**changes: Any) -> dict[str, Any]:
    """A1111's user metadata with the spaces in its keys; keywords use underscores: `activation_text="..."`."""
    record: dict[str, Any] = {
        "description": "my notes on lanterns",
        "sd version": "SD1",
        "activation text": "lantern light, dusk",
        "preferred weight": 0.8,
        "negative text": "daylight",
        "notes": "",
    }
    record.update({key.replace("_", " "): value for key, value in changes.items()})
    return record


def png_bytes(width: int = 24, height: int = 32, colour: tuple[int, int, int] = (90, 120, 160)) -> bytes:
    """A valid one-colour PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) & 0xFFFFFFFF)

    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def write_adapter(folder: Path, stem: str, sidecar: object | None = None, *, preview: bool = False) -> Path:
    """A network file `stem.safetensors`, with `stem.json` when `sidecar` is given and `stem.preview.png` on demand."""
    path = write_network_file(folder / f"{stem}.safetensors")
    if sidecar is not None:
        write_json(folder / f"{stem}.json", sidecar)
    if preview:
        (folder / f"{stem}.preview.png").write_bytes(png_bytes())
    return path
