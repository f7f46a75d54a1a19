from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.db import file_operations
from lora_manager.db.file_operations import MOVE, Operation, Place, Step
from lora_manager.db.file_places import unit_rows
from lora_manager.db.history import Act, open_set
from lora_manager.errors import CatalogueError
from lora_manager.services.files import carry_out, disk
from lora_manager.services.files.plan import Planner, Wish
from lora_manager.services.files.refusal import FileRefusedError
from tests.helpers.shelf import running, standalone_host
from tests.services.files.library import (
    ME,
    adapter_at,
    contents,
    is_begun,
    is_root,
    moved,
    root_of,
    rows,
    tree,
    value,
    write_unit,
)


def planned(app: Application, path: str, wish: Wish) -> Operation:
    """A move of a file that is not begun."""
    adapter_id = adapter_at(app, path)
    with app.database.read() as connection:
        unit = unit_rows(connection, [adapter_id])[adapter_id]
    operation = Planner(app.files.places()).move(unit, wish)
    assert operation is not None
    with app.database.write() as connection:
        return replace(operation, set_id=open_set(connection, Act("move", "page")))


def begun(app: Application, operation: Operation) -> Operation:
    """It is written down by a process that is gone."""
    with app.database.write() as connection:
        return file_operations.begin(connection, [operation], "")[0]


def put(app: Application, step: Step) -> None:
    root = root_of(app)
    target = root / step.target.path
    target.parent.mkdir(parents=True, exist_ok=True)
    (root / step.source.path).rename(target)


def test_a_failure_in_the_middle_takes_everything_back(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    before, real = tree(root), disk.rename_new
    count = [0]

    def failing(source: Path, target: Path) -> None:
        count[0] += 1
        if count[0] == 6:
            raise PermissionError(13, "denied", str(source))
        real(source, target)

    monkeypatch.setattr(disk, "rename_new", failing)
    with pytest.raises(FileRefusedError, match="permission denied"):
        application.files.move(adapter_at(application, "amber.safetensors"), None, "new/deep", ME)
    assert tree(root) == before
    assert not (root / "new").exists()
    assert not is_begun(application)
    count[0] = 100
    assert application.files.move(adapter_at(application, "amber.safetensors"), None, "new/deep", ME)


def test_a_file_that_vanishes_meanwhile(application: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    operation = planned(application, "amber.safetensors", Wish(stem="new"))
    (root / "amber.safetensors").unlink()
    (outcome,) = application.files.carrier().carry_out([operation])
    assert "is not there (any more)" in outcome.error
    assert tree(root) == moved("amber.safetensors", "amber") - {"amber.safetensors"}


def test_a_database_that_takes_nothing_leaves_the_files_where_they_were(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    before = tree(root)

    def refuse(*_: object) -> None:
        raise CatalogueError("The disk is full.")

    monkeypatch.setattr(carry_out, "write_places", refuse)
    with pytest.raises(CatalogueError):
        application.files.rename(adapter_at(application, "amber.safetensors"), "new", ME)
    assert tree(root) == before
    monkeypatch.undo()
    assert application.files.rename(adapter_at(application, "amber.safetensors"), "new", ME)


def test_what_another_process_moved_since_it_was_planned_is_left_alone(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    write_unit(root, "birch.safetensors")
    application.scan()
    operation = planned(application, "amber.safetensors", Wish(stem="new"))
    application.files.rename(adapter_at(application, "amber.safetensors"), "away", ME)
    application.files.rename(adapter_at(application, "birch.safetensors"), "amber", ME)  # under the name it had
    before = tree(root)
    (outcome,) = application.files.carrier().carry_out([operation])
    assert "moved or deleted by somebody else" in outcome.error
    assert tree(root) == before


@pytest.mark.parametrize("done", range(12))
def test_whatever_was_done_before_a_kill_it_ends_whole(application: Application, done: int) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", "Amber")
    application.scan()
    before = contents(root)
    operation = begun(application, planned(application, "amber.safetensors", Wish(folder="away", stem="new")))
    assert len(operation.steps) == 11
    for step in operation.steps[:done]:
        put(application, step)
    application.files.recover()
    target = "away/new.safetensors" if done == 11 else "amber.safetensors"
    assert tree(root) == moved(target, "new" if done == 11 else "amber")
    assert contents(root) == before
    assert rows(application) == {target: "present"}
    assert not is_begun(application)
    report = application.scan()
    assert (report.added, report.removed, report.problems) == (0, 0, [])


@pytest.mark.parametrize("steps", [1, 11])
def test_a_copy_that_was_cut_off_is_ended_too(application: Application, steps: int) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", "Amber")
    application.scan()
    before = contents(root)
    operation = begun(application, planned(application, "amber.safetensors", Wish(folder="away")))
    (root / "away").mkdir()
    for step in operation.steps[:steps]:  # of each there are two
        shutil.copy2(root / step.source.path, root / step.target.path)
    (root / "away" / f".lora-manager-{operation.id}-3.part").write_bytes(b"half")
    application.files.recover()
    assert contents(root) == before
    assert tree(root) == moved("away/amber.safetensors" if steps == 11 else "amber.safetensors", "amber")


def test_one_of_a_living_process_is_left_to_it(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    operation = planned(application, "amber.safetensors", Wish(stem="new"))
    with application.database.write() as connection:
        file_operations.begin(connection, [operation], "elsewhere:1")
    application.files.recover()
    assert is_begun(application)
    with pytest.raises(FileRefusedError, match="in use by another operation"):
        application.files.rename(adapter_at(application, "amber.safetensors"), "other", ME)


def test_while_its_drive_is_away_it_waits(application: Application, tmp_path: Path) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    operation = begun(application, planned(application, "amber.safetensors", Wish(stem="new")))
    put(application, operation.steps[0])
    root.rename(tmp_path / "away")
    application.files.recover()
    assert is_begun(application)
    (tmp_path / "away").rename(root)
    application.files.recover()
    assert not is_begun(application)
    assert tree(root) == moved("amber.safetensors", "amber")


def test_what_is_of_no_known_root_is_refused(application: Application) -> None:
    step = Step(Place(77, "a.safetensors"), Place(77, "b.safetensors"), 1, 1)
    with pytest.raises(FileRefusedError, match="none of the LoRA folders"):
        application.files.carrier()._put_all(Operation(1, MOVE, (step,)))


# --- other volumes -----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A file system of its own; the test is skipped where none can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted by this user")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextlib.contextmanager
def over_two_volumes(tmp_path: Path, template: Path) -> Iterator[tuple[Application, Path]]:
    """An application with a second LoRA folder on another volume."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("no second volume on this system")
    with tempfile.TemporaryDirectory(dir=memory) as other:
        (tmp_path / "Lora").mkdir()
        host = standalone_host(tmp_path, tmp_path / "Lora", Path(other))
        with running(host, tmp_path / "home", template) as app:
            yield app, Path(other)


def test_onto_another_volume_and_back(tmp_path: Path, migrated_file: Path) -> None:
    with over_two_volumes(tmp_path, migrated_file) as (app, other):
        root = root_of(app)
        write_unit(root, "amber.safetensors", "Amber")
        app.scan()
        adapter_id, before = adapter_at(app, "amber.safetensors"), contents(root)
        times = (root / "amber.safetensors").stat().st_mtime_ns
        set_id = app.files.move(adapter_id, app.roots()[1], "sub", ME)
        assert (tree(root), tree(other)) == (set(), moved("sub/amber.safetensors", "amber"))
        assert contents(other) == before
        assert (other / "sub" / "amber.safetensors").stat().st_mtime_ns == times
        report = app.scan()
        assert (report.added, report.removed) == (0, 0)
        assert set_id is not None
        assert app.history.undo(set_id, ME).skipped == []
        assert (tree(root), tree(other)) == (moved("amber.safetensors", "amber"), set())
        assert contents(root) == before


def test_a_full_disk_is_told_before_anything_is_copied(
    tmp_path: Path, migrated_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Lora").mkdir()
    with (
        small_disk(tmp_path / "small", 1) as small,
        running(standalone_host(tmp_path, tmp_path / "Lora", small), tmp_path / "home", migrated_file) as app,
    ):
        root = root_of(app)
        write_unit(root, "amber.safetensors")
        (root / "amber.mp4").write_bytes(os.urandom(3_000_000))
        app.scan()
        adapter_id, before = adapter_at(app, "amber.safetensors"), contents(root)
        with pytest.raises(FileRefusedError, match="do not fit"):
            app.files.move(adapter_id, app.roots()[1], "", ME)
        monkeypatch.setattr(Planner, "_check_space", lambda *_: None)  # it fills up meanwhile
        with pytest.raises(FileRefusedError, match="no space left"):
            app.files.move(adapter_id, app.roots()[1], "deep/er", ME)
        assert contents(root) == before
        assert list(small.iterdir()) == []
        assert value(app, "SELECT count(*) FROM file_operation WHERE state = 'begun'") == 0


@pytest.mark.skipif(is_root() or os.name == "nt", reason="for this user no folder is closed to writing")
def test_a_folder_that_cannot_be_written(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "s/amber.safetensors")
    application.scan()
    (root / "s").chmod(0o555)
    try:
        with pytest.raises(FileRefusedError, match="cannot be written"):
            application.files.rename(adapter_at(application, "s/amber.safetensors"), "new", ME)
    finally:
        (root / "s").chmod(0o755)
