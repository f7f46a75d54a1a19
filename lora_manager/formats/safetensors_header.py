"""The header of a safetensors file: which tensors it holds and what its maker wrote into it. No tensor data is read.

Layout: 8 bytes little-endian length, that many bytes of JSON, then the data that the JSON's offsets point into.
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lora_manager.errors import IncompleteFileError, UnreadableFileError
from lora_manager.formats.json_file import open_regular_file, parse_json, parse_json_at
from lora_manager.formats.tensor_table import DTYPE_BYTES, MAX_DIMENSIONS, TensorInfo, TensorTable, table_of_text

MAX_HEADER_BYTES = 100_000_000  # the limit of the safetensors library itself
_FIRST_READ = 8 * 1024  # holds a short header whole; a long one takes a second read whatever this is
_LARGEST = 2**63
_METADATA = re.compile(r'\{"__metadata__": ?(?=\{)')


@dataclass(frozen=True, eq=False)
class SafetensorsHeader:
    """What the header says. `data_start` and `data_end` are positions in the file.

    metadata_json: the metadata as a JSON object, where it can be had as the file spells it; "" when there are none.
    Compared and hashed by identity, so that what is derived from a header can be cached.
    """

    metadata: dict[str, str]
    tensors: TensorTable
    data_start: int
    data_end: int
    metadata_json: str = ""


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
    metadata, metadata_json, tensors = _parse_usual(raw) or _parse_any(raw)
    data_start = 8 + len(raw)
    data_end = data_start + max(tensors.ends, default=0)
    return SafetensorsHeader(metadata, tensors, data_start, data_end, metadata_json)


def _parse_usual(raw: bytes) -> tuple[dict[str, str], str, TensorTable] | None:
    """Metadata first and then tensors, as nearly every file has them: without an object for every tensor.

    None for any other file, also for a damaged one; `_parse_any` reads that, or finds out what is wrong with it.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    metadata, written, position = {}, "", 1
    found = _METADATA.match(text)
    if found:
        parsed = parse_json_at(text, found.end())
        if parsed is None or not text.startswith(",", parsed[1]):
            return None
        metadata, written, position = parsed[0], text[found.end() : parsed[1]], parsed[1] + 1
    tensors = table_of_text(text, position) if text.startswith("{") else None
    return None if tensors is None else (_metadata(metadata), written, tensors)


def _parse_any(raw: bytes) -> tuple[dict[str, str], str, TensorTable]:
    try:
        document = parse_json(raw)
    except UnreadableFileError as error:
        raise _bad_header("its header is not valid JSON") from error
    if not isinstance(document, dict):
        raise _bad_header("its header is not a JSON object")
    metadata = _metadata(document.pop("__metadata__", None))
    tensors = TensorTable.of({name: _tensor(name, entry) for name, entry in document.items()})
    return metadata, json.dumps(metadata) if metadata else "", tensors


def read_scalar(path: str | Path, header: SafetensorsHeader, name: str) -> float | None:
    """The value of a tensor of one floating point number, such as an alpha; None where it is not one.

    Raises UnreadableFileError when the file cannot be opened.
    """
    tensor = header.tensors.get(name)
    decode = _DECODE_SCALAR.get(tensor.dtype) if tensor else None
    if tensor is None or decode is None or tensor.end - tensor.start != DTYPE_BYTES[tensor.dtype]:
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
    if not 0 <= start <= end < _LARGEST or len(shape) > MAX_DIMENSIONS:
        raise _bad_tensor(name)
    count = 1
    for dimension in shape:
        if type(dimension) is not int or not 0 <= dimension < _LARGEST:
            raise _bad_tensor(name)
        count *= dimension
    width = DTYPE_BYTES.get(dtype)  # a type that is newer than this table is taken at its word
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
