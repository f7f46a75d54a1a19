"""What a scan has to do for one root: which files are new, changed, moved, back, unchanged or gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lora_manager.db.scan_state import KnownFile
from lora_manager.services.library.units import Unit


@dataclass
class Task:
    """A unit to read; `known` is its row when it has one."""

    unit: Unit
    known: KnownFile | None


@dataclass
class Plan:
    """The work for one root. `back` are files without sidecars that were missing and are as they were.

    One with sidecars is read: while it was missing, they were problems, and may have been given to another file.
    """

    tasks: list[Task] = field(default_factory=list)
    unchanged: int = 0
    back: list[KnownFile] = field(default_factory=list)
    gone: list[KnownFile] = field(default_factory=list)


def make_plan(
    units: Iterable[Unit],
    known: Mapping[str, KnownFile],
    *,
    force: bool,
    trashed: Mapping[str, KnownFile] | None = None,
) -> Plan:
    """Compare what lies on the disk with what the last scan left.

    `trashed` are files in the trash by the path that each had: one that lies there again came back by itself. Another
    file that has its name now is another LoRA: the one in the trash can still be restored.
    """
    plan = Plan()
    trashed = trashed or {}
    seen: set[str] = set()
    for unit in units:
        path = unit.relative_path
        row = known.get(path) or _came_back(unit, trashed.get(path))
        seen.add(path)
        if row is None or force or row.state in ("incomplete", "trashed") or row.fingerprint != unit.fingerprint():
            plan.tasks.append(Task(unit, row))
        elif row.state != "missing":
            plan.unchanged += 1
        elif unit.sidecars:
            plan.tasks.append(Task(unit, row))
        else:
            plan.back.append(row)
    plan.gone = [row for path, row in known.items() if path not in seen and row.state != "trashed"]
    return plan


def _came_back(unit: Unit, row: KnownFile | None) -> KnownFile | None:
    """Return the row of what is in the trash when this is that very file, as far as size and time tell."""
    return row if row is not None and (row.size, row.mtime_ns) == (unit.stat.size, unit.stat.mtime_ns) else None


def match_moves(plans: Iterable[Plan]) -> None:
    """Give new files the row of the gone file that they evidently are, in any root.

    That is one of the same size and time, and of the same name or inode. So a file that was moved or renamed keeps
    everything the user said of it.
    """
    plans = list(plans)
    gone: dict[tuple[int, int], list[KnownFile]] = {}
    for plan in plans:
        for row in plan.gone:
            gone.setdefault((row.size, row.mtime_ns), []).append(row)
    if not gone:
        return
    taken: set[int] = set()
    for plan in plans:
        for task in plan.tasks:
            if task.known is None:
                task.known = _moved_from(task.unit, gone, taken)
    for plan in plans:
        plan.gone = [row for row in plan.gone if row.id not in taken]


def _moved_from(unit: Unit, gone: Mapping[tuple[int, int], list[KnownFile]], taken: set[int]) -> KnownFile | None:
    candidates = [row for row in gone.get((unit.stat.size, unit.stat.mtime_ns), ()) if row.id not in taken]
    same = [row for row in candidates if row.name == unit.name or (row.inode and row.inode == unit.stat.inode)]
    if len(same) != 1:
        return None
    taken.add(same[0].id)
    return same[0]
