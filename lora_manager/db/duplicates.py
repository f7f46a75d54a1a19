"""LoRAs that are there more than once: the same file, the same weights, the same version, the same name.

Found among the columns in memory. What a group looks like is read only for those that are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from lora_manager.db.chunks import chunks
from lora_manager.db.columns.table import Columns, Ints, Mask
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.db.duplicate_keys import DuplicateKeys
from lora_manager.db.tables import NetworkFile, Root

FILE, TENSORS, VERSION, NAME = "file", "tensors", "version", "name"
KINDS = (FILE, TENSORS, VERSION, NAME)


@dataclass(frozen=True)
class Groups:
    """Positions of adapters, group after group; `starts` is where each begins. The largest gain comes first."""

    positions: Ints
    starts: Ints
    bytes: int = 0

    def __len__(self) -> int:
        return len(self.starts)

    def some(self, offset: int, limit: int) -> list[Ints]:
        """Return the positions of some groups."""
        ends = [*self.starts[1:].tolist(), len(self.positions)]
        return [self.positions[self.starts[at] : ends[at]] for at in range(offset, min(offset + limit, len(self)))]


class HashedState(NamedTuple):
    """Whether the hashes of a file are its own: computed, when it had the size and time that it has now."""

    adapter_id: int
    file_id: int
    path: str
    sha256: str | None
    autov3: str | None
    size: int
    mtime_ns: int
    sha256_state: str
    is_own: bool


def groups_of(kind: str, columns: Columns, keys: DuplicateKeys, roots: Sequence[int]) -> Groups:
    """Return the groups of a kind among the files that are there, in these roots."""
    is_there = _is_there(columns, roots)
    sizes, hashes = columns["size"], columns["hash"]
    if kind == FILE:
        return _grouped([hashes, sizes], is_there, sizes)
    if kind == NAME:
        return _grouped([keys.of("stem", columns.ids)], is_there, np.zeros_like(sizes))
    # The same weights in the same file, or the same version by the same file, are told of as the same file already.
    wanted = columns["autov3_own"] if kind == TENSORS else keys.of("version", columns.ids)
    return _grouped([wanted], is_there, sizes, unlike=hashes)


def _is_there(columns: Columns, roots: Sequence[int]) -> Mask:
    is_present = columns.mask_of_codes("state", columns.vocabularies["state"].find("present"))
    mask: Mask = is_present & ~columns.is_offline & np.isin(columns["root_id"], list(roots))
    return mask


def _grouped(wanted: Sequence[Ints], mask: Mask, sizes: Ints, unlike: Ints | None = None) -> Groups:
    at = np.flatnonzero(mask & (wanted[0] != NO_VALUE))
    order = at[np.lexsort([key[at] for key in reversed(wanted)])]
    if not len(order):
        return Groups(order, order)
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = np.any([key[order[1:]] != key[order[:-1]] for key in wanted], axis=0)
    starts = np.flatnonzero(is_new)
    lengths = np.diff(np.append(starts, len(order)))
    is_group = lengths > 1
    if unlike is not None:
        first, last = np.minimum.reduceat(unlike[order], starts), np.maximum.reduceat(unlike[order], starts)
        is_group &= (first != last) | (first == NO_VALUE)
    gains = np.add.reduceat(sizes[order], starts) - np.maximum.reduceat(sizes[order], starts)
    chosen = np.flatnonzero(is_group)
    chosen = chosen[np.lexsort((order[starts[chosen]], -gains[chosen]))]
    if not len(chosen):
        return Groups(order[:0], order[:0])
    parts = [order[starts[one] : starts[one] + lengths[one]] for one in chosen.tolist()]
    begins = np.concatenate([[0], np.cumsum(lengths[chosen])[:-1]])
    return Groups(np.concatenate(parts), begins, int(gains[chosen].sum()))


def hashed_states(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, HashedState]:
    """Return what is known of the hashes of these adapters' files."""
    columns = (
        NetworkFile.adapter_id, NetworkFile.id, Root.path, NetworkFile.relative_path, NetworkFile.sha256,
        NetworkFile.autov3_computed, NetworkFile.size, NetworkFile.mtime_ns, NetworkFile.sha256_state,
        NetworkFile.hashed_size, NetworkFile.hashed_mtime_ns, NetworkFile.state,
    )  # fmt: skip
    found: dict[int, HashedState] = {}
    for part in chunks(adapter_ids):
        statement = select(*columns).join(Root, Root.id == NetworkFile.root_id)
        rows = connection.execute(statement.where(NetworkFile.adapter_id.in_(part), NetworkFile.is_primary))
        found.update({row[0]: _state_of(row) for row in rows})
    return found


def _state_of(row: Any) -> HashedState:
    adapter_id, file_id, root, relative, sha256, autov3, size, mtime_ns, said, hashed_size, hashed_mtime_ns, state = row
    is_own = state == "present" and said == "confirmed" and (hashed_size, hashed_mtime_ns) == (size, mtime_ns)
    return HashedState(adapter_id, file_id, f"{root}/{relative}", sha256, autov3, size, mtime_ns, said, is_own)


def others_like(connection: Connection, kind: str, states: Mapping[int, HashedState]) -> dict[str, list[int]]:
    """Return the adapters of each hash that these have: "file" by SHA256, "tensors" by the computed AutoV3."""
    column = NetworkFile.sha256 if kind == FILE else NetworkFile.autov3_computed
    wanted = {hash_of(kind, state) for state in states.values()} - {None}
    found: dict[str, list[int]] = {}
    for part in chunks(sorted(map(str, wanted))):
        statement = select(column, NetworkFile.adapter_id).where(column.in_(part), NetworkFile.is_primary)
        for digest, adapter_id in connection.execute(statement):
            found.setdefault(digest, []).append(adapter_id)
    return found


def hash_of(kind: str, state: HashedState) -> str | None:
    """Return the hash by which files of a kind are the same."""
    return state.sha256 if kind == FILE else state.autov3
