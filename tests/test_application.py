from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lora_manager.application import Application, open_location
from lora_manager.db.engine import sqlite_url
from lora_manager.services.jobs import ENDED, Job
from tests.helpers.drawing_host import DrawingHost
from tests.helpers.network_files import civitai_model, write_adapter, write_network_file
from tests.helpers.shelf import everything, running, standalone_host


def ended(job: Job, limit_s: float = 20) -> Job:
    until = time.monotonic() + limit_s
    while job.state not in ENDED:
        assert time.monotonic() < until, job
        time.sleep(0.002)
    return job


def test_a_scan_is_a_job_with_the_figures_as_its_result(application: Application) -> None:
    root = application.host.roots()[0]
    write_network_file(root / "a.safetensors")
    (root / "b.safetensors").write_bytes(b"\xff" * 64)
    job = ended(application.jobs.submit("scan", {"force": False}))
    assert (job.state, job.error) == ("done", "")
    assert job.result is not None
    assert set(job.result) == {
        "found", "added", "updated", "unchanged", "removed", "incomplete", "problems", "seconds", "files_per_second",
        "roots_offline", "cancelled",
    }  # fmt: skip
    assert (job.result["found"], job.result["added"], job.result["problems"]) == (2, 2, 1)
    json.dumps(job.result, allow_nan=False)
    assert ended(application.jobs.submit("scan", {"force": True})).result["updated"] == 2  # type: ignore[index]


def test_the_host_lists_its_folders_again_when_something_changed(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    drawing_application.scan()
    assert drawing_host.refreshed == 0
    path = write_network_file(drawing_host.roots()[0] / "a.safetensors")
    write_network_file(drawing_host.roots()[0] / "b.safetensors")
    drawing_application.scan()
    assert drawing_host.refreshed == 1
    drawing_application.scan()
    assert drawing_host.refreshed == 1
    path.unlink()
    drawing_application.scan()
    assert drawing_host.refreshed == 2


def test_a_generation_is_a_job_with_what_was_recorded(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    write_adapter(drawing_host.roots()[0], "amber", civitai_model("Amber", "amber.safetensors"))
    drawing_application.scan()
    request: dict[str, Any] = {"prompt": "x <lora:amber:0.5:0.25> <lora:no:1>", "width": 64, "height": 64, "steps": 2}
    job = ended(drawing_application.jobs.submit("generate", {**request, "seed": 3, "batch_size": 2}))
    assert job.state == "done", job.error
    result = job.result
    assert result is not None
    json.dumps(result, allow_nan=False)
    assert set(result) == {
        "generation_id", "images", "applied", "refused", "infotext", "seconds", "interrupted", "notes",
    }  # fmt: skip
    assert [(image["seed"], image["width"], image["height"]) for image in result["images"]] == [
        (3, 64, 64),
        (4, 64, 64),
    ]
    assert all(Path(image["path"]).is_file() for image in result["images"])
    adapter_id = everything(drawing_application)[0]
    assert result["applied"] == [
        {"tag_name": "amber", "id": adapter_id, "name": "Amber", "weight": 0.5, "unet_weight": 0.25}
    ]
    assert [item["tag_name"] for item in result["refused"]] == ["no"]
    assert (job.done, job.total) == (4, 4)
    assert result["notes"] == ["drawn by a test"]


def test_a_generation_that_is_cancelled_is_recorded_as_interrupted(
    drawing_application: Application, drawing_host: DrawingHost
) -> None:
    drawing_host.step_seconds = 0.005
    job = drawing_application.jobs.submit("generate", {"prompt": "x", "steps": 200, "width": 64, "height": 64})
    while job.done < 2:
        time.sleep(0.002)
    drawing_application.jobs.cancel(job.id)
    ended(job)
    assert job.state == "cancelled"
    assert job.result is not None
    assert job.result["interrupted"] is True


def test_hashing_is_slow_while_a_generation_runs(drawing_application: Application, drawing_host: DrawingHost) -> None:
    app = drawing_application
    app.hasher.stop()
    app.hasher.times = replace(app.hasher.times, first_wait=0.0, settle=0.0, look=0.05)
    write_network_file(drawing_host.roots()[0] / "amber.safetensors")
    app.scan()
    drawing_host.step_seconds = 0.05
    job = app.jobs.submit("generate", {"prompt": "x", "steps": 200, "width": 64, "height": 64})
    while job.done < 1:
        time.sleep(0.002)
    states = set()
    app.hasher.listen(lambda status: states.add((status.state, status.slow_for)))
    app.hasher.start()
    while app.hasher.rounds == 0:
        time.sleep(0.002)
    assert ("waiting", "generation") in states
    app.jobs.cancel(job.id)
    ended(job)
    assert app.hasher.status().done == 1


def test_a_scan_wakes_the_hashing(application: Application) -> None:
    application.hasher.stop()
    application.hasher.times = replace(application.hasher.times, first_wait=0.0, settle=0.0, look=60.0)
    application.hasher.start()
    while application.hasher.rounds == 0:
        time.sleep(0.002)
    write_network_file(application.host.roots()[0] / "new.safetensors")
    application.scan()
    until = time.monotonic() + 20
    while application.hasher.status().done == 0:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_library_in_other_roots_is_not_shown(tmp_path: Path, migrated_file: Path) -> None:
    """Two hosts may share one catalogue."""
    for name in ("one", "two"):
        write_network_file(tmp_path / name / f"{name}.safetensors")
    with running(standalone_host(tmp_path, tmp_path / "one"), tmp_path / "home", migrated_file) as first:
        second = Application(standalone_host(tmp_path, tmp_path / "two"), first.location)
        for app in (first, second):
            app.scan()
        names = [everything(app) for app in (first, second)]
        assert [len(ids) for ids in names] == [1, 1]
        assert names[0] != names[1]
        assert first.roots() != second.roots()
        second.close()


def test_the_roots_follow_the_host(drawing_application: Application, drawing_host: DrawingHost, tmp_path: Path) -> None:
    (first,) = drawing_application.roots()
    drawing_host.lora_dirs = (tmp_path / "new", tmp_path / "Lora")
    new, again = drawing_application.roots()
    assert again == first
    assert new != first
    drawing_host.lora_dirs = (tmp_path / "Lora",)
    assert drawing_application.roots() == (first,)


def test_our_own_folder_among_the_models_is_not_scanned(tmp_path: Path, migrated_file: Path) -> None:
    models = tmp_path / "models"
    write_network_file(models / "a.safetensors")
    with running(standalone_host(tmp_path, models), models / "lora_manager", migrated_file) as app:
        write_network_file(app.location.folder / "backups" / "b.safetensors")
        app.scan()
        assert len(everything(app)) == 1


def test_a_database_can_be_named(tmp_path: Path, migrated_file: Path) -> None:
    with running(standalone_host(tmp_path), tmp_path / "home", migrated_file) as app:
        location = app.location
    other = Application(standalone_host(tmp_path), location, sqlite_url(tmp_path / "other.sqlite3"))
    other.close()
    assert (tmp_path / "other.sqlite3").exists()


def test_a_new_database_is_made_ready(tmp_path: Path) -> None:
    app = Application(standalone_host(tmp_path), open_location(tmp_path / "models", str(tmp_path / "state")))
    assert everything(app) == []
    app.close()
    assert (tmp_path / "state" / "lora_manager.sqlite3").exists()


def test_the_place_of_the_state_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LORA_MANAGER_DIR", raising=False)
    assert open_location(tmp_path / "models").folder == tmp_path / "lora_manager"
    monkeypatch.setenv("LORA_MANAGER_DIR", str(tmp_path / "env"))
    assert open_location(tmp_path / "models").folder == tmp_path / "env"
    assert open_location(tmp_path / "models", str(tmp_path / "chosen")).folder == tmp_path / "chosen"


def test_closing_twice_is_fine(tmp_path: Path, migrated_file: Path) -> None:
    with running(standalone_host(tmp_path), tmp_path / "home", migrated_file) as app:
        app.close()


def test_importing_the_application_brings_no_heavy_package() -> None:
    code = (
        "import sys, lora_manager.application, lora_manager.hosts.standalone;"
        "print([name for name in ('torch', 'diffusers', 'transformers', 'fastapi', 'gradio') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
