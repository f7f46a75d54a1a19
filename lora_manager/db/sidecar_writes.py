"""Sidecars that are written: for which network file, what stood there before, and what is on record of them then."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.edits.fields import EDITABLE, OWN, UNSET, USER
from lora_manager.db.edits.state import held_fields
from lora_manager.db.history import OPEN, ChangeRow, add_changes
from lora_manager.db.pairs import pairs
from lora_manager.db.rows import SidecarRow
from lora_manager.db.tables import (
    Adapter,
    Change,
    ChangeSet,
    FileOperation,
    KeptContent,
    NetworkFile,
    Problem,
    Root,
    Sidecar,
    UserEdit,
)
from lora_manager.formats.packing import pack, unpack

FIELD = "sidecar"
NOT_WRITTEN_BACK = "not_written_back"
"""The kind of problem of a sidecar that could not be written when an edit was."""


@dataclass(frozen=True)
class Target:
    """An adapter's primary network file, beside which its sidecars lie. `root` is absolute.

    `twins` are other network files of the same folder and stem: they share its sidecars.
    """

    adapter_id: int
    name: str
    file_id: int
    root_id: int
    root: str
    folder: str
    stem: str
    file_name: str
    size: int
    autov3: str | None
    sha256: str | None
    state: str
    twins: tuple[str, ...] = ()

    @property
    def relative_path(self) -> str:
        """The network file's path below its root."""
        return f"{self.folder}/{self.file_name}" if self.folder else self.file_name

    @property
    def path(self) -> str:
        """The network file's absolute path."""
        return os.path.join(self.root, *self.relative_path.split("/"))

    def beside(self, suffix: str) -> str:
        """Return the path below the root of a sidecar that is called as the file with another end."""
        return f"{self.folder}/{self.stem}{suffix}" if self.folder else f"{self.stem}{suffix}"

    def absolute(self, suffix: str) -> str:
        """Return the absolute path of such a sidecar."""
        return os.path.join(self.root, *self.beside(suffix).split("/"))


class Write(NamedTuple):
    """A sidecar to write, as the history notes it: the bytes before and after; None where there is no file."""

    target: Target
    suffix: str
    old: bytes | None
    new: bytes | None


class NotedWrite(NamedTuple):
    """A write of a set that is still open: of which process, where, and what was to stand there ("": nothing)."""

    owner: str
    set_id: int
    change_id: int
    root: str
    path: str
    digest: str


def targets_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, Target]:
    """Return the network file of each adapter; those without one are left out."""
    columns = (
        NetworkFile.adapter_id, Adapter.name, NetworkFile.id, NetworkFile.root_id, Root.path, NetworkFile.folder,
        NetworkFile.stem, NetworkFile.name, NetworkFile.size, NetworkFile.autov3, NetworkFile.sha256, NetworkFile.state,
    )  # fmt: skip
    found: dict[int, Target] = {}
    for part in chunks(adapter_ids):
        statement = (
            select(*columns)
            .join(Root, Root.id == NetworkFile.root_id)
            .join(Adapter, Adapter.id == NetworkFile.adapter_id)
            .where(NetworkFile.adapter_id.in_(part), NetworkFile.is_primary)
        )
        rows = [Target(*row) for row in connection.execute(statement)]
        twins = _twins(connection, rows)
        for one in rows:
            others = twins.get((one.root_id, one.folder, one.stem), ())
            found[one.adapter_id] = Target(
                **{**vars(one), "twins": tuple(name for name in others if name != one.file_name)}
            )
    return found


def _twins(connection: Connection, files: Sequence[Target]) -> dict[tuple[int, str, str], list[str]]:
    names: defaultdict[tuple[int, str, str], list[str]] = defaultdict(list)
    columns = (NetworkFile.root_id, NetworkFile.folder, NetworkFile.stem, NetworkFile.name)
    for part in chunks(sorted({one.stem for one in files})):
        where = (NetworkFile.stem.in_(part), NetworkFile.state.in_(("present", "incomplete")))
        for root_id, folder, stem, name in connection.execute(select(*columns).where(*where)):
            names[(root_id, folder, stem)].append(name)
    return names


def values_to_write(
    connection: Connection, adapter_ids: Sequence[int]
) -> dict[int, tuple[dict[str, Any], dict[str, Any]]]:
    """Return what the user set of each adapter, and what its sources say of the other fields."""
    found: dict[int, tuple[dict[str, Any], dict[str, Any]]] = {}
    for adapter_id, fields in held_fields(connection, adapter_ids, EDITABLE).items():
        own, sourced = {}, {}
        for name in sorted(fields):
            value, source = fields[name]
            if source == USER or (name in OWN and value != UNSET[name]):
                own[name] = value
            elif name not in OWN and value != UNSET.get(name):
                sourced[name] = value
        found[adapter_id] = (own, sourced)
    return found


def edited_since_written(connection: Connection) -> list[int]:
    """Return the adapters that were edited after sidecars were last written by themselves."""
    written = select(func.max(ChangeSet.created_at)).where(ChangeSet.kind == "write_back")
    last = connection.execute(written).scalar()
    if last is None:
        return []
    statement = select(UserEdit.adapter_id).where(UserEdit.edited_at > last).distinct().order_by(UserEdit.adapter_id)
    return list(connection.execute(statement).scalars())


def busy_with_files(connection: Connection, file_ids: Collection[int]) -> set[int]:
    """Return those network files that are being moved or deleted now."""
    found: set[int] = set()
    for part in chunks(list(file_ids)):
        where = (FileOperation.network_file_id.in_(part), FileOperation.state == "begun")
        found.update(connection.execute(select(FileOperation.network_file_id).where(*where)).scalars())
    return found


def note_writes(connection: Connection, set_id: int, writes: Sequence[Write], digests: Sequence[str]) -> list[int]:
    """Note what is about to be written, and keep what stands there; returns the changes' ids.

    `digests` are those of the bytes that will stand there.
    """
    rows = [
        ChangeRow(one.target.adapter_id, FIELD, _place(one, one.old), _place(one, one.new, digest))
        for one, digest in zip(writes, digests, strict=True)
    ]
    ids = list(add_changes(connection, set_id, rows))
    kept = [
        {"change_id": change_id, "content": None if one.old is None else pack(one.old)}
        for change_id, one in zip(ids, writes, strict=True)
    ]
    if kept:
        connection.execute(insert(KeptContent), kept)
    return ids


def _place(write: Write, content: bytes | None, digest: str = "") -> dict[str, Any] | None:
    if content is None:
        return None
    place = {"root_id": write.target.root_id, "path": write.target.beside(write.suffix), "size": len(content)}
    return {**place, "suffix": write.suffix, **({"digest": digest} if digest else {})}


def forget_writes(connection: Connection, set_id: int, change_ids: Sequence[int]) -> None:
    """Take changes off the record that did not happen."""
    for part in chunks(change_ids):
        connection.execute(delete(Change).where(Change.id.in_(part)))
    if change_ids:
        fewer = update(ChangeSet).where(ChangeSet.id == set_id).values(count=ChangeSet.count - len(change_ids))
        connection.execute(fewer)


def kept_contents(connection: Connection, change_ids: Sequence[int]) -> dict[int, bytes | None]:
    """Return the bytes that stood there before each change."""
    found: dict[int, bytes | None] = {}
    for part in chunks(change_ids):
        statement = select(KeptContent.change_id, KeptContent.content).where(KeptContent.change_id.in_(part))
        for change_id, content in connection.execute(statement):
            found[change_id] = None if content is None else unpack(content)
    return found


def last_noted_writes(connection: Connection, most: int) -> list[NotedWrite]:
    """Return the last writes of each set that is still open."""
    statement = (
        select(ChangeSet.owner, Change.set_id, Change.id, Change.old, Change.new)
        .join(ChangeSet, ChangeSet.id == Change.set_id)
        .where(ChangeSet.state == OPEN, Change.field == FIELD)
        .order_by(Change.id.desc())
    )
    roots = pairs(connection, select(Root.id, Root.path))
    found: defaultdict[int, list[NotedWrite]] = defaultdict(list)
    for owner, set_id, change_id, old, new in connection.execute(statement):
        if len(found[set_id]) < most:
            place, digest = new or old, (new or {}).get("digest", "")
            noted = NotedWrite(owner, set_id, change_id, roots.get(place["root_id"], ""), place["path"], digest)
            found[set_id].append(noted)
    return [one for noted in found.values() for one in noted]


def record_sidecars(connection: Connection, rows: Iterable[tuple[Target, str, SidecarRow | None]]) -> None:
    """Write what stands in sidecars now, by their paths below the root; None for one that is gone."""
    now = utc_now()
    for target, relative_path, row in rows:
        same = (Sidecar.root_id == target.root_id, Sidecar.relative_path == relative_path)
        connection.execute(delete(Sidecar).where(*same))
        if row is not None:
            values = {"root_id": target.root_id, "network_file_id": target.file_id, "last_read_at": now}
            connection.execute(insert(Sidecar), {**vars(row), **values})


def replace_write_problems(connection: Connection, found: Mapping[Target, str], path_of: Mapping[Target, str]) -> None:
    """Let these be the problems of writing these sidecars: a sentence for each, "" for one that went well."""
    now = utc_now()
    for target, message in found.items():
        same = (Problem.path == path_of[target], Problem.kind == NOT_WRITTEN_BACK)
        first = connection.execute(select(Problem.first_seen).where(*same)).scalar()
        connection.execute(delete(Problem).where(*same))
        if message:
            row = {"root_id": target.root_id, "path": path_of[target], "kind": NOT_WRITTEN_BACK, "message": message}
            connection.execute(insert(Problem), {**row, "first_seen": first or now, "last_seen": now})
