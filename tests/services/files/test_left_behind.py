from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.db.file_operations import Operation
from lora_manager.db.file_places import UnitRow
from lora_manager.db.history import Act
from lora_manager.services.bulk.action import BulkResult
from lora_manager.services.files import changes
from lora_manager.services.files.changes import Run
from lora_manager.services.files.plan import Planner, Wish
from tests.services.files.library import ME, adapter_at, moved, root_of, rows, tree, write_unit

BESIDE = (".json", ".png")


def shelf(app: Application) -> tuple[Path, list[int]]:
    root = root_of(app)
    names = ("a", "b", "c")
    for name in names:
        write_unit(root, f"in/{name}.safetensors", beside=BESIDE)
    app.scan()
    return root, [adapter_at(app, f"in/{name}.safetensors") for name in names]


def move_all(
    app: Application,
    ids: list[int],
    *,
    after_part: Callable[[int], None] = lambda done: None,
    after_plan: Callable[[UnitRow], object] = lambda unit: None,
) -> BulkResult:
    def plan(planner: Planner, unit: UnitRow) -> Operation | None:
        operation = planner.move(unit, Wish(None, "out"))
        after_plan(unit)
        return operation

    with app.files.open_set(Act("move", "page")) as set_id:
        return app.files.run(ids, plan, Run(set_id, lambda done, total, message: after_part(done)))


def test_what_came_between_two_parts_goes_along(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "AT_ONCE", 1)
    root, ids = shelf(application)

    def after_part(done: int) -> None:
        if done == 1:
            (root / "in/c.preview.png").write_bytes(b"new")

    result = move_all(application, ids, after_part=after_part)
    assert (result.changed, result.problems) == (3, [])
    assert (root / "out/c.preview.png").read_bytes() == b"new"
    assert not any(path.startswith("in/") for path in tree(root))


def test_a_rename_between_two_parts_leaves_nothing(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "AT_ONCE", 1)
    root, ids = shelf(application)

    def after_part(done: int) -> None:
        if done == 1:
            application.files.rename(ids[2], "other", ME)

    result = move_all(application, ids, after_part=after_part)
    assert (result.changed, result.problems) == (3, [])
    assert not any(path.startswith("in/") for path in tree(root))
    assert {"out/other.safetensors", "out/other.json", "out/other.png"} < tree(root)


@pytest.mark.parametrize("name", ["b.preview.png", "b.safetensors.sha256"])
def test_what_came_after_the_plan_is_not_left_behind(application: Application, name: str) -> None:
    root, ids = shelf(application)

    def after_plan(unit: UnitRow) -> None:
        if unit.name == "b.safetensors":
            (root / "in" / name).write_bytes(b"new")

    result = move_all(application, ids, after_plan=after_plan)
    assert result.changed == 2
    (problem,) = result.problems
    assert (problem.id, name in problem.why) == (ids[1], True)
    assert {path for path in tree(root) if path.startswith("in/")} == {
        *("in/b.safetensors", "in/b.json", "in/b.png"),
        f"in/{name}",
    }
    assert rows(application) == dict.fromkeys(("out/a.safetensors", "in/b.safetensors", "out/c.safetensors"), "present")
    assert move_all(application, ids).changed == 1
    assert {f"out/{name}", "out/b.json"} < tree(root)


def test_what_is_shared_or_anothers_is_not_missed(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "in/a.safetensors", beside=BESIDE)
    write_unit(root, "in/a.v2.safetensors", beside=BESIDE)
    (root / "in/a.pt").write_bytes(b"a pickle")
    application.scan()
    ids = [adapter_at(application, "in/a.safetensors")]
    assert move_all(application, ids).problems == []
    assert tree(root) == {
        *("in/a.pt", "in/a.json", "in/a.png", "out/a.safetensors"),
        *("in/a.v2.safetensors", "in/a.v2.json", "in/a.v2.png"),
    }


def test_a_name_that_another_takes_over_is_that_ones(application: Application) -> None:
    root, ids = shelf(application)
    stems = {"a": "z", "b": "a"}

    def plan(planner: Planner, unit: UnitRow) -> Operation | None:
        return planner.move(unit, Wish(stem=stems[unit.stem]))

    with application.files.open_set(Act("rename", "page")) as set_id:
        result = application.files.run(ids[:2], plan, Run(set_id))
    assert (result.changed, result.problems) == (2, [])
    assert {"in/z.json", "in/a.json", "in/z.png", "in/a.png"} < tree(root)
    assert "in/b.json" not in tree(root)


def test_what_came_while_it_was_deleted(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "a.safetensors", "A")
    application.scan()

    def plan(planner: Planner, unit: UnitRow) -> Operation | None:
        operation = planner.trash(unit, None)
        (root / "a.md").write_bytes(b"new")
        return operation

    with application.files.open_set(Act("trash", "page")) as set_id:
        result = application.files.run([adapter_at(application, "a.safetensors")], plan, Run(set_id))
    assert (result.changed, len(result.problems)) == (0, 1)
    assert tree(root) == moved("a.safetensors", "a") | {"a.md"}
