"""What network files were called before they were moved or renamed: old prompts still say so."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select

from lora_manager.db.chunks import chunks
from lora_manager.db.file_operations import Place
from lora_manager.db.tables import FormerName, NetworkFile, Root


@dataclass(frozen=True)
class FormerPlace:
    """A place a network file had, and where it lies now; roots are absolute, the other paths below them."""

    adapter_id: int
    root: str
    relative_path: str
    stem: str
    until: str
    now_root: str
    now_path: str


def add_former_names(connection: Connection, names: Iterable[tuple[int, Place, Place, str]], until: str) -> None:
    """Note places that network files left: (file, old place, new place, old stem). Where one is now is no old name."""
    rows, current = [], []
    for file_id, old, new, stem in names:
        current += [{"file": file_id, "root": place.root_id, "path": place.path} for place in (old, new)]
        path = old.path
        rows.append(
            {"network_file_id": file_id, "root_id": old.root_id, "relative_path": path, "stem": stem, "until": until}
        )
    if not rows:
        return
    same = (
        FormerName.network_file_id == bindparam("file"),
        FormerName.root_id == bindparam("root"),
        FormerName.relative_path == bindparam("path"),
    )
    connection.execute(delete(FormerName).where(*same), current)
    connection.execute(insert(FormerName), rows)


def former_places(connection: Connection, stems: Collection[str], roots: Sequence[str]) -> list[FormerPlace]:
    """Return the former places with these stems of files that are there, the latest first.

    A stem counts also with "." written as "_". `roots` are absolute paths; none: all roots.
    """
    # The stems alone are read from their index first: most names of a prompt are no former ones.
    known: set[str] = set()
    for part in chunks(list(stems)):
        known.update(connection.scalars(select(FormerName.stem).where(FormerName.stem.in_(part)).distinct()))
    found = _places_of(connection, known, roots)
    spelled = {stem for stem in stems if "_" in stem} - {place.stem for place in found}
    if spelled:
        dotted = connection.scalars(select(FormerName.stem).where(FormerName.stem.contains(".")).distinct())
        found += _places_of(connection, [stem for stem in dotted if stem.replace(".", "_") in spelled], roots)
    return sorted(found, key=lambda place: place.until, reverse=True)


def former_places_of(connection: Connection, adapter_id: int) -> list[FormerPlace]:
    """Return the former places of an adapter's file, the latest first."""
    found = _places(connection, NetworkFile.adapter_id == adapter_id, (), any_state=True)
    return sorted(found, key=lambda place: place.until, reverse=True)


def _places_of(connection: Connection, stems: Collection[str], roots: Sequence[str]) -> list[FormerPlace]:
    return [place for part in chunks(list(stems)) for place in _places(connection, FormerName.stem.in_(part), roots)]


def _places(
    connection: Connection, where: ColumnElement[bool], roots: Sequence[str], *, any_state: bool = False
) -> list[FormerPlace]:
    now = Root.__table__.alias("now_root")
    statement = (
        select(
            NetworkFile.adapter_id,
            Root.path,
            FormerName.relative_path,
            FormerName.stem,
            FormerName.until,
            now.c.path,
            NetworkFile.relative_path,
        )
        .join(NetworkFile, NetworkFile.id == FormerName.network_file_id)
        .join(Root, Root.id == FormerName.root_id)
        .join(now, now.c.id == NetworkFile.root_id)
        .where(where)
    )
    if not any_state:
        statement = statement.where(NetworkFile.state == "present")
    if roots:
        statement = statement.where(now.c.path.in_([os.path.abspath(root) for root in roots]))
    return [FormerPlace(*row) for row in connection.execute(statement)]
