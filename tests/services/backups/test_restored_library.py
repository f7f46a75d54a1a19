"""What a restore finds in the folders: files that were moved or deleted after the moment that it brings back."""

from __future__ import annotations

import time

from lora_manager.application import Application
from lora_manager.services.actor import Actor
from tests.helpers.network_files import civitai_model, write_adapter

ME = Actor("page", None)
LIMIT_S = 60


def restore(app: Application, name: str) -> None:
    job = app.jobs.submit("backup", {"do": "restore", "name": name})
    _end(app)
    assert job.state == "done", job.error


def _end(app: Application) -> None:
    """The restore, and the scan that follows it."""
    until = time.monotonic() + LIMIT_S
    while any(job.state in ("queued", "running") for job in app.jobs.jobs()):
        assert time.monotonic() < until
        time.sleep(0.02)


def states(app: Application) -> dict[str, str]:
    with app.database.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT adapter.name, relative_path, state FROM network_file JOIN adapter ON adapter.id = adapter_id"
        )
        return {name: f"{state} {path}" for name, path, state in rows}


def ids(app: Application) -> dict[str, int]:
    with app.database.read() as connection:
        return {name: adapter_id for adapter_id, name in connection.exec_driver_sql("SELECT id, name FROM adapter")}


def filled(app: Application) -> str:
    """Three LoRAs, and a backup of them."""
    root = app.host.roots()[0]
    for name in ("amber", "moth", "reed"):
        write_adapter(root, name, civitai_model(name.title(), f"{name}.safetensors"))
    app.scan()
    return app.backups.make().backup.name


def test_what_was_deleted_since_lies_in_the_trash_and_comes_back(application: Application) -> None:
    name = filled(application)
    application.files.delete(ids(application)["Moth"], ME)
    restore(application, name)
    assert {key: value.split()[0] for key, value in states(application).items()} == {
        "Amber": "present",
        "Moth": "trashed",
        "Reed": "present",
    }
    page = application.trash.page(10, 0)
    assert page.total == 1
    application.files.restore(page.entries[0].item.id, ME)
    assert states(application)["Moth"] == "present moth.safetensors"
    assert (application.host.roots()[0] / "moth.safetensors").exists()


def test_what_was_moved_since_is_found_where_it_lies(application: Application) -> None:
    name = filled(application)
    application.files.move(ids(application)["Reed"], None, "far/away", ME)
    restore(application, name)
    assert states(application)["Reed"] == "present far/away/reed.safetensors"
    assert len(ids(application)) == 3


def test_an_undo_of_the_restore_knows_it_again(application: Application) -> None:
    name = filled(application)
    application.files.delete(ids(application)["Moth"], ME)
    application.files.move(ids(application)["Reed"], None, "far", ME)
    restore(application, name)
    safety = next(one for one in application.backups.listed().items if one.reason == "before_restore")
    restore(application, safety.name)
    after = states(application)
    assert after["Reed"] == "present far/reed.safetensors"
    assert after["Moth"].startswith("trashed")
    assert application.trash.page(10, 0).total == 1
