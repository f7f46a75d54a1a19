"""What came beside a network file after it was planned which files go along, and would stay behind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from lora_manager.db.engine import Database
from lora_manager.db.file_operations import RESTORE, Operation
from lora_manager.db.file_places import recorded_sidecars
from lora_manager.formats.file_names import join_below
from lora_manager.services.files.companions import FolderNames
from lora_manager.services.files.places import Roots, names_in


def left_behind(
    database: Database, roots: Roots, begun: Sequence[Operation], done: Sequence[Operation]
) -> dict[int, str]:
    """Return, by operation, the name of a file that belongs to it and lies where its others lay before.

    `done` are those of `begun` whose files are at their targets. Each folder is listed once.
    """
    placed = {step.target for one in begun for step in one.steps}
    folders: defaultdict[tuple[int, str], list[Operation]] = defaultdict(list)
    for one in done:
        if one.kind != RESTORE and one.model.source not in placed:  # else it is that other one's
            folders[one.model.source.root_id, one.model.source.folder].append(one)
    found: dict[int, str] = {}
    for (root_id, folder), operations in folders.items():
        root = roots[root_id]
        begins = {_begin(one.model.source.name) for one in operations}
        ours = {place.name for place in placed if (place.root_id, place.folder) == (root_id, folder)}
        try:
            names, _ = names_in(join_below(root, folder) if folder else root)
        except OSError:
            continue  # the drive is gone: what lies there cannot be told
        if not any(_begin(name) in begins for name in names - ours):
            continue
        with database.read() as connection:
            recorded = recorded_sidecars(connection, root_id, folder)
        models = {one.model.source.name for one in operations}
        listed = FolderNames(names | models, recorded)
        for one in operations:
            own = {it.name for it in listed.beside(one.model.source.name).own} - ours
            if own:
                found[one.id] = min(own)
    return found


def _begin(name: str) -> str:
    return name.partition(".")[0].lower()
