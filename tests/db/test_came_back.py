from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lora_manager.application import Application
from lora_manager.db.hash_state import HashedFile, pending, record_hashes
from lora_manager.db.revision import touch_catalogue
from tests.helpers.network_files import civitai_model, write_json, write_network_file
from tests.helpers.shelf import everything
from tests.services.files.library import ME, adapter_at, root_of, rows, value


@pytest.fixture
def app(application: Application) -> Application:
    """One whose own hasher rests."""
    application.hasher.stop()
    return application


def hash_all(app: Application) -> None:
    with app.database.write() as connection:
        files = pending(connection, app.roots(), 100)
        found = [
            HashedFile(
                file.id, file.size, file.mtime_ns, hashlib.sha256(Path(file.path).read_bytes()).hexdigest(), None
            )
            for file in files
        ]
        if record_hashes(connection, found):
            touch_catalogue(connection)


def gone_and_back(app: Application, before_hashing: Callable[[int], object] = lambda adapter_id: None) -> int:
    """A LoRA with the user's notes vanishes, and lies elsewhere under another name and time; returns its adapter."""
    root = root_of(app)
    content = write_network_file(root / "amber.safetensors").read_bytes()
    write_json(root / "amber.civitai.info", civitai_model("Amber", "amber.safetensors"))
    app.scan()
    hash_all(app)
    adapter_id = adapter_at(app, "amber.safetensors")
    app.editor.edit(adapter_id, {"notes": "mine", "favourite": True}, ME)
    for name in ("amber.safetensors", "amber.civitai.info"):
        (root / name).unlink()
    write_network_file(root / "other.safetensors")
    app.scan()
    assert rows(app)["amber.safetensors"] == "missing"
    (root / "x").mkdir()
    (root / "x" / "copy.safetensors").write_bytes(content)
    os.utime(root / "x" / "copy.safetensors", (10**9, 10**9))
    app.scan()
    before_hashing(adapter_at(app, "x/copy.safetensors"))
    hash_all(app)
    return adapter_id


def test_a_missing_file_that_lies_elsewhere_is_itself_again(app: Application) -> None:
    adapter_id = gone_and_back(app)
    assert rows(app) == {"x/copy.safetensors": "present", "other.safetensors": "present"}
    assert adapter_at(app, "x/copy.safetensors") == adapter_id
    assert value(app, "SELECT notes FROM adapter WHERE id = ?", adapter_id) == "mine"
    assert len(everything(app)) == value(app, "SELECT count(*) FROM adapter") == 2
    assert not everything(app, text="is:missing")
    assert everything(app, text="copy") == [adapter_id]
    with app.database.read() as connection:
        assert app.tag_names.resolve(connection, ["amber"])["amber"].adapter_id == adapter_id
    report = app.scan()
    assert (report.added, report.updated, report.removed) == (0, 1, 0)
    assert value(app, "SELECT notes FROM adapter WHERE id = ?", adapter_id) == "mine"


def test_a_record_of_which_the_user_said_something_stays_its_own(app: Application) -> None:
    def say(adapter_id: int) -> None:
        app.editor.edit(adapter_id, {"active": False}, ME)

    adapter_id = gone_and_back(app, say)
    assert rows(app)["amber.safetensors"] == "missing"
    assert adapter_at(app, "x/copy.safetensors") != adapter_id


def test_what_was_deleted_for_good_comes_back_too(app: Application) -> None:
    root = root_of(app)
    content = write_network_file(root / "amber.safetensors").read_bytes()
    app.scan()
    hash_all(app)
    adapter_id = adapter_at(app, "amber.safetensors")
    _, trash_id = app.files.delete(adapter_id, ME)
    (root / "again.safetensors").write_bytes(content)
    app.scan()
    hash_all(app)
    assert adapter_at(app, "again.safetensors") != adapter_id, "it can be restored still"
    (root / "again.safetensors").unlink()
    app.scan()
    app.trash.purge(trash_id)
    write_network_file(root / "filler.safetensors")
    (root / "once_more.safetensors").write_bytes(content)
    app.scan()
    hash_all(app)
    assert adapter_at(app, "once_more.safetensors") in everything(app)
