"""A LoRA folder that is seen under another path: its rows go over to the new one, with all the user said of them."""

from __future__ import annotations

import os
from collections.abc import Collection

from sqlalchemy import Connection, delete, func, select, update

from lora_manager.db.file_operations import rename_root
from lora_manager.db.library_state import THERE
from lora_manager.db.pairs import pairs
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import FormerName, NetworkFile, Problem, Root, ScannedFolder, Sidecar, Trash

_PLACES = (
    "UPDATE change SET {side} = json_set({side}, '$.root_id', ?) "
    "WHERE field = 'file' AND json_extract({side}, '$.root_id') = ?"
)


def roots_without_files(connection: Connection, root_ids: Collection[int]) -> list[int]:
    """Return those of the roots in which the catalogue knows no file."""
    known = set(connection.execute(select(NetworkFile.root_id).distinct()).scalars())
    return [root_id for root_id in root_ids if root_id not in known]


def other_roots(connection: Connection, root_ids: Collection[int]) -> dict[int, str]:
    """Return the paths of the roots with files that are not among `root_ids`."""
    statement = (
        select(Root.id, Root.path)
        .join(NetworkFile, NetworkFile.root_id == Root.id)
        .where(Root.id.not_in(root_ids))
        .group_by(Root.id)
        .order_by(func.count().desc())
    )
    return pairs(connection, statement)


def sizes_by_path(connection: Connection, root_id: int) -> list[tuple[str, int]]:
    """Return relative path and size of the files of a root that were there at the last scan."""
    statement = select(NetworkFile.relative_path, NetworkFile.size)
    where = (NetworkFile.root_id == root_id, NetworkFile.state.in_(THERE))
    return [(path, size) for path, size in connection.execute(statement.where(*where))]


def move_root(connection: Connection, old_id: int, new_id: int) -> None:
    """Give everything of one root to another that has no files, and forget the old root."""
    # Every folder is looked at anew. What is wrong with a file that did not change is not, so that goes over as well.
    connection.execute(delete(ScannedFolder).where(ScannedFolder.root_id.in_((old_id, new_id))))
    _move_problems(connection, old_id, new_id)
    connection.execute(delete(Sidecar).where(Sidecar.root_id == new_id))
    for owned in (NetworkFile, Sidecar, Trash, FormerName):
        connection.execute(update(owned).where(owned.root_id == old_id).values(root_id=new_id))
    rename_root(connection, old_id, new_id)
    for side in ("old", "new"):  # where files were, to be taken back to
        connection.exec_driver_sql(_PLACES.format(side=side), (new_id, old_id))
    connection.execute(delete(Root).where(Root.id == old_id))
    touch_catalogue(connection, None)


def _move_problems(connection: Connection, old_id: int, new_id: int) -> None:
    """Let the problems of one root be those of another, at the paths that their files have there."""
    connection.execute(delete(Problem).where(Problem.root_id == new_id))
    roots = pairs(connection, select(Root.id, Root.path).where(Root.id.in_((old_id, new_id))))
    problems = connection.execute(select(Problem.id, Problem.path, Problem.kind).where(Problem.root_id == old_id)).all()
    for problem_id, path, kind in problems:
        moved = _below(roots[new_id], path, roots[old_id])
        same = select(Problem.id).where(Problem.path == moved, Problem.kind == kind)
        where = Problem.id == problem_id
        if moved is None or connection.execute(same).first() is not None:  # of the old root itself, or known already
            connection.execute(delete(Problem).where(where))
        else:
            connection.execute(update(Problem).where(where).values(root_id=new_id, path=moved))


def _below(new_root: str, path: str, old_root: str) -> str | None:
    """Return where a path below the old root is below the new one; None for one that is not below it."""
    separators = "/\\" if "\\" in old_root else "/"  # it may come from another system
    base = old_root.rstrip(separators)
    if not path.startswith(base) or path[len(base) : len(base) + 1] not in tuple(separators):
        return None
    relative = path[len(base) :].lstrip(separators)
    if len(separators) > 1:
        relative = relative.replace("\\", "/")
    return os.path.join(new_root, relative) if relative else None
