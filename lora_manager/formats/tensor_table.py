"""The tensors of a header in columns: a file may hold 5,000, and an object for each takes longer than reading them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from operator import sub
from typing import NamedTuple

DTYPE_BYTES: Mapping[str, int] = {
    "BOOL": 1, "U8": 1, "I8": 1, "F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "F8_E4M3FNUZ": 1, "F8_E5M2FNUZ": 1,
    "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4,
    "I64": 8, "U64": 8, "F64": 8, "C64": 8,
}  # fmt: skip
MAX_DIMENSIONS = 32
_NUMBER = r"(?:0|[1-9]\d{0,17})"  # always fits 64 bits
# One tensor as nearly every writer puts it: its name, its type with the shape, where it starts and ends.
_ENTRY = re.compile(
    r'"([^"\\\x00-\x1f]*)": ?\{"dtype": ?"(\w+", ?"shape": ?\[[\d, ]*)\], ?'
    rf'"data_offsets": ?\[({_NUMBER}), ?({_NUMBER})\]\}}',
    re.ASCII,
)
_DIMENSIONS = re.compile(rf"(?:{_NUMBER}(?:, ?{_NUMBER})*)?", re.ASCII)


@dataclass(frozen=True, eq=False)
class TensorKind:
    """Type and shape, one object for all tensors of a kind; told apart by identity, which costs least to count by."""

    dtype: str
    shape: tuple[int, ...]


class TensorInfo(NamedTuple):
    """One tensor: `start` and `end` count from the end of the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


class TensorTable(Mapping[str, TensorInfo]):
    """Tensors by name, in the order of the file. The columns `names`, `kinds`, `starts` and `ends` are equally long."""

    def __init__(self, names: list[str], kinds: list[TensorKind], starts: list[int], ends: list[int]) -> None:
        self.names = names
        self.kinds = kinds
        self.starts = starts
        self.ends = ends

    @classmethod
    def of(cls, tensors: Mapping[str, TensorInfo]) -> TensorTable:
        """The table of tensors that are at hand one by one."""
        infos = tensors.values()
        kinds = [TensorKind(info.dtype, info.shape) for info in infos]
        return cls(list(tensors), kinds, [info.start for info in infos], [info.end for info in infos])

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of a tensor, () for one that is not there."""
        row = self._rows.get(name)
        return self.kinds[row].shape if row is not None else ()

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.names)}

    def __getitem__(self, name: str) -> TensorInfo:
        row = self._rows[name]
        kind = self.kinds[row]
        return TensorInfo(kind.dtype, kind.shape, self.starts[row], self.ends[row])

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def table_of_text(text: str, start: int) -> TensorTable | None:
    """The tensors in the rest of a header's text, from the first one to the last brace.

    None when they are not written in the usual way, or anything is wrong with them: then only JSON's own parser can say
    what is there.
    """
    parts = _ENTRY.split(text[start:])  # what lies between, name, kind, start, end, what lies between, name ...
    names, kinds = parts[1::5], list(map(_kind_and_size, parts[2::5]))
    starts, ends = list(map(int, parts[3::5])), list(map(int, parts[4::5]))
    usual = (
        parts[0] in ("", " ")
        and set(parts[5:-1:5]) <= {",", ", "}
        and parts[-1].rstrip(" ") == "}"
        and len(set(names)) == len(names)
        and list(map(sub, ends, starts)) == [size for _, size in kinds]
    )
    return TensorTable(names, [kind for kind, _ in kinds], starts, ends) if usual else None


@lru_cache(maxsize=4096)
def _kind_and_size(written: str) -> tuple[TensorKind, int | None]:
    """The kind and the bytes that a tensor of it takes; None for what the size cannot be told of."""
    dtype, _, rest = written.partition('"')
    dimensions = rest.rpartition("[")[2]
    if not _DIMENSIONS.fullmatch(dimensions):
        return TensorKind(dtype, ()), None
    shape = tuple(map(int, dimensions.split(","))) if dimensions else ()
    width = DTYPE_BYTES.get(dtype)
    size = None if width is None or len(shape) > MAX_DIMENSIONS else width * prod(shape)
    return TensorKind(dtype, shape), size
