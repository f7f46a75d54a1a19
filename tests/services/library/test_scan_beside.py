"""A scan while files are moved, deleted or restored, and while a drive is away: nothing is lost, nothing is marked."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.services.files.plan import Wish
from lora_manager.services.library.root_scan import RootScan
from lora_manager.services.library.scan import ScanReport, scan_library
from tests.helpers.network_files import civitai_model, write_json, write_network_file
from tests.helpers.shelf import everything
from tests.services.files.library import ME, adapter_at, root_of, rows, value, write_unit
from tests.services.files.test_carry_out import begun, planned, put

Step = Callable[[], object]


def scan_with(
    app: Application, monkeypatch: pytest.MonkeyPatch, moment: str, step: Step, *, force: bool = True
) -> ScanReport:
    """Scan, and do something at one moment of it: before "look", "write" or "finish", or "within" the look."""
    done: list[bool] = []

    def once() -> None:
        if not done:
            done.append(True)
            step()

    name = "_walk" if moment == "within" else moment
    real = getattr(RootScan, name)

    def patched(self: RootScan, *arguments: object, **options: object) -> object:
        if moment == "within":
            found = real(self, *arguments, **options)
            once()
            return found
        once()
        return real(self, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(RootScan, name, patched)
        report = scan_library(app.database, app.host.roots(), force=force)
    assert done
    return report


@pytest.mark.parametrize("moment", ["look", "within", "write", "finish"])
@pytest.mark.parametrize("what", ["move", "rename", "delete", "restore", "undo"])
def test_what_is_done_beside_a_scan_stands(
    application: Application, monkeypatch: pytest.MonkeyPatch, moment: str, what: str
) -> None:
    root, files = root_of(application), application.files
    write_unit(root, "s/amber.safetensors", "Amber")
    write_unit(root, "s/other.safetensors", "Other")
    application.scan()
    adapter_id = adapter_at(application, "s/amber.safetensors")
    application.editor.edit(adapter_id, {"notes": "mine"}, ME)
    steps: dict[str, Step] = {
        "move": lambda: files.move(adapter_id, None, "t/u", ME),
        "rename": lambda: files.rename(adapter_id, "ochre", ME),
        "delete": lambda: files.delete(adapter_id, ME),
    }
    places = {
        "move": "t/u/amber.safetensors",
        "rename": "s/ochre.safetensors",
        "delete": "s/amber.safetensors.trashed",
        "restore": "s/amber.safetensors",
        "undo": "s/amber.safetensors",
    }
    if what == "restore":
        _, trash_id = files.delete(adapter_id, ME)
        steps["restore"] = lambda: files.restore(trash_id, ME)
    if what == "undo":
        set_id = files.rename(adapter_id, "ochre", ME)
        assert set_id is not None
        steps["undo"] = lambda: application.history.undo(set_id, ME)
    report = scan_with(application, monkeypatch, moment, steps[what])
    for _ in range(2):
        assert report.added == 0
        state = "trashed" if what == "delete" else "present"
        assert rows(application) == {places[what]: state, "s/other.safetensors": "present"}
        assert adapter_at(application, places[what]) == adapter_id
        assert value(application, "SELECT notes FROM adapter WHERE id = ?", adapter_id) == "mine"
        assert value(application, "SELECT count(*) FROM sidecar WHERE network_file_id IS NULL") == 0
        assert value(application, "SELECT count(*) FROM sidecar") == 10
        report = application.scan()
        assert report.problems == []


def test_while_files_are_on_their_way_they_are_left_alone(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process is in the middle of a move: half of the files are at their new places when the scan looks."""
    root = root_of(application)
    write_unit(root, "amber.safetensors", "Amber")
    application.scan()
    operation = begun(application, planned(application, "amber.safetensors", Wish(stem="new")))
    for step in operation.steps[:5]:
        put(application, step)
    for force in (False, True):
        assert scan_library(application.database, application.host.roots(), force=force).removed == 0
        assert rows(application) == {"amber.safetensors": "present"}
        assert value(application, "SELECT name FROM adapter") == "Amber"
    for step in operation.steps[5:]:
        put(application, step)
    scan_library(application.database, application.host.roots())
    assert rows(application) == {"amber.safetensors": "present"}
    application.files.recover()
    assert rows(application) == {"new.safetensors": "present"}
    assert application.scan().added == 0


# --- a drive that is away for a moment ----------------------------------------------------------------------------


def library(app: Application, count: int = 30) -> dict[str, str]:
    """LoRAs in three folders with records; returns what the catalogue says of each."""
    root = root_of(app)
    for number in range(count):
        path = write_network_file(root / ("", "a", "b/c")[number % 3] / f"lora_{number}.safetensors")
        write_json(path.with_suffix(".json"), civitai_model(f"Lora {number}", path.name))
    app.scan()
    for adapter_id in everything(app)[:5]:
        app.editor.edit(adapter_id, {"notes": f"mine {adapter_id}"}, ME)
    return facts(app)


def facts(app: Application) -> dict[str, str]:
    with app.database.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT relative_path, state || adapter.name || base_model || coalesce(notes, '') || algorithm "
            "FROM network_file JOIN adapter ON adapter.id = adapter_id"
        ).all()
    return {row[0]: row[1] for row in found}


ORDER = ("look", "within", "write", "finish", "never")
AWAY = [(gone, back) for at, gone in enumerate(ORDER[:-1]) for back in ORDER[at + 1 :] if back != "within"]


@pytest.mark.parametrize(("gone", "back"), AWAY)
def test_a_drive_that_is_unplugged_during_a_scan_loses_and_marks_nothing(
    application: Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: str, back: str
) -> None:
    before, root = library(application), root_of(application)

    def unplug() -> None:
        root.rename(tmp_path / "away")

    def plug() -> None:
        if not root.exists():
            (tmp_path / "away").rename(root)

    with monkeypatch.context() as patch:
        if back != "never":
            real = getattr(RootScan, back)

            def plugged(self: RootScan, *arguments: object, **options: object) -> object:
                plug()
                return real(self, *arguments, **options)

            patch.setattr(RootScan, back, plugged)
        scan_with(application, patch, gone, unplug)
    assert facts(application) == before
    plug()
    report = application.scan()
    assert (report.added, report.removed, report.problems) == (0, 0, [])
    assert facts(application) == before


@pytest.mark.skipif(os.name == "nt", reason="no folder is renamed there while something in it is read")
def test_a_drive_that_comes_and_goes_all_the_time(application: Application, tmp_path: Path) -> None:
    before, root = library(application, 120), root_of(application)
    stop = threading.Event()

    def flap() -> None:
        while not stop.is_set():
            root.rename(tmp_path / "away")
            stop.wait(0.003)
            (tmp_path / "away").rename(root)
            stop.wait(0.01)

    flapping = threading.Thread(target=flap)
    flapping.start()
    try:
        for number in range(15):
            scan_library(application.database, application.host.roots(), force=number % 2 == 0)
            assert set(facts(application)) == set(before)
            assert not [path for path, state in rows(application).items() if state != "present"]
    finally:
        stop.set()
        flapping.join()
    application.scan(force=True)
    assert facts(application) == before


def test_what_is_really_gone_is_missing_all_the_same(application: Application) -> None:
    root = root_of(application)
    before = library(application)
    (root / "lora_0.safetensors").unlink()
    assert application.scan().removed == 1
    assert rows(application)["lora_0.safetensors"] == "missing"
    assert len(before) == len(rows(application))
