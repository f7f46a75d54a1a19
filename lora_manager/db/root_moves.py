"""A LoRA folder that is seen under another path: its rows go over to the new one, with all the user said of them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, select, update

from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import NetworkFile, Problem, Root, ScannedFolder, Sidecar


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
    return dict(connection.execute(statement).tuples().all())


def sizes_by_path(connection: Connection, root_id: int) -> list[tuple[str, int]]:
    """Return relative path and size of the files of a root that were there at the last scan."""
    statement = select(NetworkFile.relative_path, NetworkFile.size)
    where = (NetworkFile.root_id == root_id, NetworkFile.state != "missing")
    return [(path, size) for path, size in connection.execute(statement.where(*where)).tuples()]


def move_root(connection: Connection, old_id: int, new_id: int) -> None:
    """Give everything of one root to another that has no files, and forget the old root."""
    for table in (ScannedFolder, Problem):  # what a scan says of either place is found anew
        connection.execute(delete(table).where(table.root_id.in_((old_id, new_id))))
    connection.execute(delete(Sidecar).where(Sidecar.root_id == new_id))
    for owned in (NetworkFile, Sidecar):
        connection.execute(update(owned).where(owned.root_id == old_id).values(root_id=new_id))
    connection.execute(delete(Root).where(Root.id == old_id))
    touch_catalogue(connection)
