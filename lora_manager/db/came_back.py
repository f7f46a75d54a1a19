"""A file that comes back elsewhere, under any name: by its own hash it is one that is missing, and is it again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.edits.card_texts import write_texts
from lora_manager.db.file_operations import BEGUN, Place
from lora_manager.db.former_names import add_former_names
from lora_manager.db.full_text import FullText
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.scan_state import write_scanned_folders
from lora_manager.db.tables import (
    Adapter,
    Change,
    ChangeSet,
    FileOperation,
    FormerName,
    NetworkFile,
    Sidecar,
    Trash,
    Use,
    UserEdit,
)
from lora_manager.db.trash import TRASHED

_KEPT = frozenset({"id", "adapter_id", "first_seen_at", "fingerprint"})
"""Columns of a missing file that stay its own; the others are those of the file that was found."""


def take_over_missing(connection: Connection, file_ids: Sequence[int]) -> int:
    """Give each of these files, just hashed, that is a missing one the missing one's row with all the user said of it.

    Only where the record that was made for the file holds nothing of the user's. Returns how many there were.
    """
    taken = 0
    for part in chunks(file_ids):
        for fresh in connection.execute(_FRESH.where(NetworkFile.id.in_(part))).mappings().all():
            missing = connection.execute(_missing(fresh["size"], fresh["sha256"])).mappings().all()
            if len(missing) == 1:
                _take_over(connection, dict(fresh), dict(missing[0]))
                taken += 1
    if taken:
        touch_catalogue(connection, None)  # adapters are gone: what is kept in memory is read anew
    return taken


def _has(table: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether there is a row of a table; other tables that are only named in the conditions are looked into as well."""
    return exists(select(table).where(*where).correlate(Adapter, NetworkFile))


_FILES = NetworkFile.__table__
_FRESH = (
    select(_FILES)
    .join(Adapter, Adapter.id == NetworkFile.adapter_id)
    .where(
        *(NetworkFile.state == "present", NetworkFile.sha256_state == "confirmed", NetworkFile.is_primary),
        *(Adapter.uses == 0, Adapter.active, Adapter.ordinal == 0, ~Adapter.made_by_hand),
        ~_has(UserEdit, UserEdit.adapter_id == Adapter.id),
        ~_has(Use, Use.adapter_id == Adapter.id),
        ~_has(Change, Change.adapter_id == Adapter.id, ChangeSet.id == Change.set_id, ChangeSet.by != "scan"),
        ~_has(FormerName, FormerName.network_file_id == NetworkFile.id),
        ~_has(Trash, Trash.network_file_id == NetworkFile.id),
        ~_has(FileOperation, FileOperation.network_file_id == NetworkFile.id, FileOperation.state == BEGUN),
    )
)


def _missing(size: int, sha256: str) -> Any:
    """What is gone, or was deleted for good, and had this content. An index goes by the size."""
    is_in_trash = _has(Trash, Trash.network_file_id == NetworkFile.id)
    return select(_FILES).where(
        *(NetworkFile.hashed_size == size, NetworkFile.size == size, NetworkFile.sha256 == sha256),
        *(NetworkFile.sha256_state == "confirmed", NetworkFile.is_primary),
        or_(NetworkFile.state == "missing", (NetworkFile.state == TRASHED) & ~is_in_trash),
    )


def _take_over(connection: Connection, fresh: dict[str, Any], missing: dict[str, Any]) -> None:
    old, new = (Place(row["root_id"], row["relative_path"]) for row in (missing, fresh))
    connection.execute(delete(Sidecar).where(Sidecar.network_file_id == missing["id"]))
    of_fresh = Sidecar.network_file_id == fresh["id"]
    connection.execute(update(Sidecar).where(of_fresh).values(network_file_id=missing["id"]))
    FullText.delete(connection, [fresh["adapter_id"]])
    connection.execute(delete(NetworkFile).where(NetworkFile.id == fresh["id"]))
    connection.execute(delete(Adapter).where(Adapter.id == fresh["adapter_id"]))
    values = {name: value for name, value in fresh.items() if name not in _KEPT}
    # Read once more, for what the sources say goes into the row that was missing.
    connection.execute(update(NetworkFile).where(NetworkFile.id == missing["id"]).values(**values, fingerprint=""))
    if old.name == missing["name"]:  # else the path is none that the file ever had
        add_former_names(connection, [(missing["id"], old, new, missing["stem"])], utc_now())
    write_scanned_folders(connection, new.root_id, {new.folder: None})
    write_texts(connection, [missing["adapter_id"]])
