"""Finding network files by what they are called: by stem for tag names, by path for what a host reports."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, select

from lora_manager.db.pairs import pairs
from lora_manager.db.tables import Adapter, NetworkFile, Root


@dataclass(frozen=True)
class NamedFile:
    """A network file with what its names are made of; `root` is absolute, `relative_path` below it."""

    root: str
    relative_path: str
    stem: str
    adapter_id: int


# Which of the files that share a stem has the plain name: one in the root itself, whose path is no other name than its
# stem; then safetensors before pickles, for the same reason; then the first.
_FIRST_COMES = (
    NetworkFile.folder != "",
    NetworkFile.root_id,
    NetworkFile.name.not_ilike("%.safetensors"),
    NetworkFile.relative_path,
)
# In plain SQL, and with the order in which tables are read: asked for every page of cards, of which few share a stem.
_OWN = "state = 'present' AND (? = 0 OR root.path IN (SELECT value FROM json_each(?)))"
_SHARED = (
    "SELECT stem FROM json_each(?) AS wanted CROSS JOIN network_file ON stem = wanted.value "
    f"CROSS JOIN root ON root.id = root_id WHERE {_OWN} GROUP BY stem HAVING count(*) > 1"
)
_SHARING = (
    "SELECT root.path, relative_path, stem FROM json_each(?) AS wanted CROSS JOIN network_file ON stem = wanted.value "
    f"CROSS JOIN root ON root.id = root_id WHERE {_OWN} "
    "ORDER BY folder != '', root_id, name NOT LIKE '%.safetensors', relative_path"
)
_NAMED = (Root.path, NetworkFile.relative_path, NetworkFile.stem, NetworkFile.adapter_id)


def files_of_stems(connection: Connection, stems: Collection[str], roots: Sequence[str]) -> list[NamedFile]:
    """Return the whole files of these stems, or of stems that are one of them with "." written as "_".

    Of several files of a stem the one that has the plain name comes first. `roots` are absolute paths; none: all roots.
    """
    found = _named_files(connection, NetworkFile.stem.in_(stems), roots)
    unknown = {stem for stem in stems if "_" in stem} - {file.stem for file in found}
    if unknown:
        # The stems alone are read from their index; few have a dot.
        dotted = connection.scalars(select(NetworkFile.stem).where(NetworkFile.stem.contains(".")).distinct())
        spelled = [stem for stem in dotted if stem.replace(".", "_") in unknown]
        found += _named_files(connection, NetworkFile.stem.in_(spelled), roots) if spelled else []
    return found


def _named_files(connection: Connection, where: ColumnElement[bool], roots: Sequence[str]) -> list[NamedFile]:
    statement = (
        select(*_NAMED)
        .join(Root, Root.id == NetworkFile.root_id)
        .where(*_nameable(roots), where)
        .order_by(*_FIRST_COMES)
    )
    return [NamedFile(*row) for row in connection.execute(statement)]


def first_of_stem(connection: Connection, stems: Collection[str], roots: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return, for each of these stems that several whole files share, the root and relative path of the first."""
    own = json.dumps([os.path.abspath(root) for root in roots])
    shared = connection.exec_driver_sql(_SHARED, (json.dumps(list(stems)), len(roots), own)).scalars().all()
    first: dict[str, tuple[str, str]] = {}
    if shared:
        for root, relative, stem in connection.exec_driver_sql(_SHARING, (json.dumps(list(shared)), len(roots), own)):
            first.setdefault(stem, (root, relative))
    return first


def adapter_at(connection: Connection, root: str, relative_path: str) -> int | None:
    """Return the adapter of the file at a path, or None when the catalogue has no such file."""
    where = (Root.path == root, NetworkFile.relative_path == relative_path)
    statement = select(NetworkFile.adapter_id).join(Root, Root.id == NetworkFile.root_id).where(*where)
    return connection.execute(statement).scalar()


def adapters_at(connection: Connection, paths: Iterable[Path]) -> dict[Path, tuple[int, str]]:
    """Return (adapter id, display name) of the files at these absolute paths; unknown ones are left out."""
    wanted = {str(path): path for path in paths}
    statement = (
        select(Root.path, NetworkFile.relative_path, Adapter.id, Adapter.name)
        .join(Root, Root.id == NetworkFile.root_id)
        .join(Adapter, Adapter.id == NetworkFile.adapter_id)
        .where(NetworkFile.name.in_({path.name for path in wanted.values()}))
    )
    found = {}
    for root, relative, adapter_id, name in connection.execute(statement):
        path = wanted.get(str(Path(root) / relative))
        if path is not None:
            found[path] = (adapter_id, name)
    return found


def root_ids_of(connection: Connection, paths: Sequence[str]) -> dict[str, int]:
    """Return the ids of the roots with these paths that the database knows."""
    return pairs(connection, select(Root.path, Root.id).where(Root.path.in_(paths)))


def _nameable(roots: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a file that a host can be told of: whole, and in one of its own roots."""
    present = NetworkFile.state == "present"
    if not roots:
        return (present,)
    own = [os.path.abspath(root) for root in roots]
    return (present, NetworkFile.root_id.in_(select(Root.id).where(Root.path.in_(own))))
