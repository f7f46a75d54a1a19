"""The header of a safetensors file: which tensors it holds and what its maker wrote into it. No tensor data is read.

Layout: 8 bytes little-endian length, that many bytes of JSON, then the data that the JSON's offsets point into.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lora_manager.errors import IncompleteFileError, UnreadableFileError
from lora_manager.formats.json_file import open_regular_file, parse_json

MAX_HEADER_BYTES = 100_000_000  # the limit of the safetensors library itself
_FIRST_READ = 32 * 1024  # holds most headers, so that most files need one read
_MAX_DIMENSIONS = 32
_LARGEST = 2**63
_DTYPE_BYTES = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "F8_E4M3FNUZ": 1, "F8_E5M2FNUZ": 1,
    "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4,
    "I64": 8, "U64": 8, "F64": 8, "C64": 8,
}  # fmt: skip


class TensorInfo(NamedTuple):
    """One tensor: `start` and `end` count from the end of the header. A NamedTuple, for some files hold 5,000."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class SafetensorsHeader:
    """What the header says. `data_start` and `data_end` are positions in the file.

    Compared and hashed by identity, so that what is derived from a header can be cached.
    """

    metadata: dict[str, str]
    tensors: dict[str, TensorInfo]
    data_start: int
    data_end: int


def read_header(path: str | Path, file_size: int | None = None) -> SafetensorsHeader:
    """Read and check the header of the file at `path`; `file_size` overrides what the file system says.

    Raises IncompleteFileError when the file ends before its data does (most likely a download in progress) and
    UnreadableFileError with kind "bad_header", or with a kind of `json_file` for what cannot be opened.
    """
    with open_regular_file(path) as (descriptor, actual_size):
        size = actual_size if file_size is None else file_size
        first = os.read(descriptor, _FIRST_READ)
        length = _header_length(first, size)
        raw = first[8 : 8 + length]
        if len(raw) < length:
            raw += _read_exactly(descriptor, length - len(raw))
    header = parse_header(raw)
    if header.data_end > size:
        raise _incomplete(f"{size:,} of {header.data_end:,} bytes are there")
    return header


def parse_header(raw: bytes) -> SafetensorsHeader:
    """Parse and check the JSON part of a header. Raises UnreadableFileError with kind "bad_header"."""
    try:
        document = parse_json(raw)
    except UnreadableFileError as error:
        raise _bad_header("its header is not valid JSON") from error
    if not isinstance(document, dict):
        raise _bad_header("its header is not a JSON object")
    metadata = _metadata(document.pop("__metadata__", None))
    tensors: dict[str, TensorInfo] = {}
    furthest = 0
    for name, entry in document.items():
        tensor = _tensor(name, entry)
        tensors[name] = tensor
        if tensor.end > furthest:
            furthest = tensor.end
    data_start = 8 + len(raw)
    return SafetensorsHeader(metadata, tensors, data_start, data_start + furthest)


def read_scalar(path: str | Path, header: SafetensorsHeader, name: str) -> float | None:
    """The value of a tensor of one floating point number, such as an alpha; None where it is not one.

    Raises UnreadableFileError when the file cannot be opened.
    """
    tensor = header.tensors.get(name)
    decode = _DECODE_SCALAR.get(tensor.dtype) if tensor else None
    if tensor is None or decode is None or tensor.end - tensor.start != _DTYPE_BYTES[tensor.dtype]:
        return None
    with open_regular_file(path) as (descriptor, _):
        os.lseek(descriptor, header.data_start + tensor.start, os.SEEK_SET)
        data = os.read(descriptor, tensor.end - tensor.start)
    return decode(data) if len(data) == tensor.end - tensor.start else None


def _header_length(first: bytes, size: int) -> int:
    if size < 8 or len(first) < 8:
        raise _incomplete("it has no header yet")
    length = int.from_bytes(first[:8], "little")
    if not 2 <= length <= MAX_HEADER_BYTES:
        raise _bad_header("it does not begin like a safetensors file")
    if 8 + length > size:
        # A length that could be right proves little, since other files begin with small numbers too: the brace does.
        if first[8:].lstrip()[:1] not in (b"{", b""):
            raise _bad_header("it does not begin like a safetensors file")
        raise _incomplete("its header is cut off", begun=False)
    return length


def _read_exactly(descriptor: int, count: int) -> bytes:
    parts = []
    while count > 0:
        part = os.read(descriptor, count)
        if not part:
            raise _incomplete("its header is cut off", begun=False)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _metadata(value: Any) -> dict[str, str]:
    """The format allows strings only; what else a tool wrote is kept as JSON text rather than lost."""
    if not isinstance(value, dict):
        return {}
    try:
        return {
            key: item if isinstance(item, str) else json.dumps(item, ensure_ascii=False) for key, item in value.items()
        }
    except RecursionError as error:
        raise _bad_header("its metadata is nested too deeply") from error


def _tensor(name: str, entry: Any) -> TensorInfo:
    try:
        dtype, shape, (start, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise _bad_tensor(name) from error
    # type() rather than isinstance(): true and false are ints too, and this runs for every tensor.
    if type(start) is not int or type(end) is not int or type(dtype) is not str or type(shape) is not list:
        raise _bad_tensor(name)
    if not 0 <= start <= end < _LARGEST or len(shape) > _MAX_DIMENSIONS:
        raise _bad_tensor(name)
    count = 1
    for dimension in shape:
        if type(dimension) is not int or not 0 <= dimension < _LARGEST:
            raise _bad_tensor(name)
        count *= dimension
    width = _DTYPE_BYTES.get(dtype)  # a type that is newer than this table is taken at its word
    if width is not None and count * width != end - start:
        raise _bad_tensor(name)
    return TensorInfo(dtype, tuple(shape), start, end)


def _bad_tensor(name: str) -> UnreadableFileError:
    return _bad_header(f"type, shape and place of its tensor {name[:80]!r} do not fit together")


def _bad_header(reason: str) -> UnreadableFileError:
    return UnreadableFileError("bad_header", f"This is not a usable safetensors file: {reason}. Download it again.")


def _incomplete(reason: str, *, begun: bool = True) -> IncompleteFileError:
    message = f"The file is not complete: {reason}. If no download is running any more, download it again."
    return IncompleteFileError(message, begun=begun)


def _unpack(layout: str) -> Callable[[bytes], float]:
    def decode(data: bytes) -> float:
        return float(struct.unpack(layout, data)[0])

    return decode


def _decode_bfloat16(data: bytes) -> float:
    # A bfloat16 is the upper half of a float32.
    return float(struct.unpack("<f", b"\0\0" + data)[0])


_DECODE_SCALAR: dict[str, Callable[[bytes], float]] = {
    "F16": _unpack("<e"),
    "BF16": _decode_bfloat16,
    "F32": _unpack("<f"),
    "F64": _unpack("<d"),
}
