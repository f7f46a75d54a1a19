from __future__ import annotations

import pytest

from lora_manager.db.scan_state import KnownFile
from lora_manager.formats.walk import FileStat
from lora_manager.services.library.plan import Plan, make_plan, match_moves
from lora_manager.services.library.units import READING, Unit


def unit(path: str, size: int = 5, mtime_ns: int = 10, inode: int = 1) -> Unit:
    folder, _, name = path.rpartition("/")
    return Unit(folder, name, name.rpartition(".")[0], FileStat(size, mtime_ns, inode))


def known(path: str, row_id: int = 1, *, state: str = "present", inode: int = 1) -> KnownFile:
    return KnownFile(row_id, row_id * 10, path, path.rpartition("/")[2], 5, 10, inode, state, f"{READING}:5:10")


def plan_of(units: list[Unit], rows: list[KnownFile], *, force: bool = False) -> Plan:
    return make_plan(units, {row.relative_path: row for row in rows}, force=force)


def test_new_changed_gone_and_unchanged_are_told_apart() -> None:
    units = [unit("new.pt"), unit("same.pt"), unit("changed.pt", size=6)]
    rows = [known("same.pt", 1), known("changed.pt", 2), known("gone.pt", 3)]
    plan = plan_of(units, rows)
    assert [(task.unit.name, task.known.id if task.known else None) for task in plan.tasks] == [
        ("new.pt", None),
        ("changed.pt", 2),
    ]
    assert plan.unchanged == 1
    assert [row.id for row in plan.gone] == [3]
    assert plan.back == []


def test_a_file_that_is_back_as_it_was_is_not_read() -> None:
    rows = [known("a.pt", state="missing"), known("b.pt", 2, state="missing")]
    plan = plan_of([unit("a.pt"), unit("b.pt", size=9)], rows)
    assert [row.relative_path for row in plan.back] == ["a.pt"]
    assert [task.unit.name for task in plan.tasks] == ["b.pt"]


def test_a_file_that_is_back_with_a_record_is_read() -> None:
    """While it was missing, its record was a problem, or given to another file."""
    back = unit("a.pt")
    back.sidecars["a.json"] = FileStat(1, 1, 1)
    row = KnownFile(1, 10, "a.pt", "a.pt", 5, 10, 1, "missing", back.fingerprint())
    plan = plan_of([back], [row])
    assert [task.known for task in plan.tasks] == [row]
    assert (plan.back, plan.gone) == ([], [])


def test_an_incomplete_file_is_tried_again() -> None:
    plan = plan_of([unit("a.pt")], [known("a.pt", state="incomplete")])
    assert [task.unit.name for task in plan.tasks] == ["a.pt"]


@pytest.mark.parametrize("state", ["present", "missing", "incomplete"])
def test_force_reads_everything(state: str) -> None:
    plan = plan_of([unit("a.pt")], [known("a.pt", state=state)], force=True)
    assert [task.known.id for task in plan.tasks if task.known] == [1]
    assert plan.unchanged == 0


def moves(units: list[Unit], rows: list[KnownFile]) -> tuple[dict[str, int | None], list[int]]:
    """Which row each read file gets, and which rows are gone."""
    plan = plan_of(units, rows)
    match_moves([plan])
    taken = {task.unit.relative_path: task.known.id if task.known else None for task in plan.tasks}
    return taken, [row.id for row in plan.gone]


def test_a_moved_file_keeps_its_row() -> None:
    assert moves([unit("x/a.pt", inode=7)], [known("a.pt", 4, inode=1)]) == ({"x/a.pt": 4}, [])


def test_a_renamed_file_keeps_its_row_by_its_inode() -> None:
    assert moves([unit("b.pt", inode=7)], [known("a.pt", 4, inode=7)]) == ({"b.pt": 4}, [])


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (unit("b.pt", inode=8), known("a.pt", inode=7)),
        (unit("b.pt", inode=0), known("a.pt", inode=0)),
        (unit("x/a.pt", size=6), known("a.pt")),
        (unit("x/a.pt", mtime_ns=11), known("a.pt")),
    ],
    ids=["another name and inode", "no inodes here", "another size", "another time"],
)
def test_what_may_be_another_file_is_new(new: Unit, old: KnownFile) -> None:
    assert moves([new], [old]) == ({new.relative_path: None}, [1])


def test_two_candidates_are_no_proof() -> None:
    rows = [known("x/a.pt", 1, inode=0), known("y/a.pt", 2, inode=0)]
    assert moves([unit("z/a.pt", inode=0)], rows) == ({"z/a.pt": None}, [1, 2])


def test_a_row_goes_to_one_file_only() -> None:
    taken, gone = moves([unit("x/a.pt"), unit("y/a.pt")], [known("a.pt", 4)])
    assert sorted(taken.values(), key=str) == [4, None]
    assert gone == []


def test_a_file_that_is_still_there_gives_its_row_to_nobody() -> None:
    assert moves([unit("a.pt"), unit("x/a.pt")], [known("a.pt", 4)]) == ({"x/a.pt": None}, [])


def test_files_move_between_roots() -> None:
    first, second = plan_of([], [known("a.pt", 4)]), plan_of([unit("s/a.pt")], [])
    match_moves([first, second])
    assert second.tasks[0].known is not None
    assert second.tasks[0].known.id == 4
    assert first.gone == []


def test_a_file_that_was_missing_for_long_is_found_elsewhere() -> None:
    assert moves([unit("x/a.pt")], [known("a.pt", 4, state="missing")]) == ({"x/a.pt": 4}, [])


def test_only_the_very_file_comes_back_from_the_trash() -> None:
    row = known("a.pt.trashed", state="trashed")
    for found, expected in ((unit("a.pt"), row), (unit("a.pt", size=6), None), (unit("a.pt", mtime_ns=11), None)):
        plan = make_plan([found], {row.relative_path: row}, force=False, trashed={"a.pt": row})
        assert [task.known for task in plan.tasks] == [expected]
        assert plan.gone == []
