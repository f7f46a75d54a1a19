"""What tells that two adapters are versions of one, or by one author: fetched for a few candidates at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from lora_manager.db.plain_rows import WANTED, rows_of

_KIN = (
    "SELECT id, name, coalesce(version, ''), coalesce(author_username, ''), model_id, family FROM adapter "
    f"WHERE id IN {WANTED}"
)
_DOCUMENTS = f"SELECT adapter_id, document FROM adapter_digest WHERE adapter_id IN {WANTED}"
_STEMS = f"SELECT adapter_id, stem FROM network_file WHERE is_primary AND adapter_id IN {WANTED}"


class Kin(NamedTuple):
    """Who an adapter belongs with. `model_id` is that of the page it was published on; its versions share it."""

    id: int
    name: str
    version: str
    author: str
    model_id: int | None
    family: str


def kin_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, Kin]:
    """Return the kinship of adapters; those that are gone are left out."""
    return {row[0]: Kin(*row) for row in rows_of(connection, _KIN, adapter_ids)}


def stems_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, str]:
    """Return the file names, without ending, of adapters' files."""
    return dict(rows_of(connection, _STEMS, adapter_ids))


def documents_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, bytes]:
    """Return the packed documents of adapters; those without a digest are left out."""
    return dict(rows_of(connection, _DOCUMENTS, adapter_ids))
