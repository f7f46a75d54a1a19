from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from lora_manager.db.history import Act, close_set, open_set, read_changes, read_set
from lora_manager.db.sidecar_writes import FIELD, Target, Write, targets_of
from lora_manager.services.actor import Actor
from lora_manager.services.change_context import ChangeContext
from lora_manager.services.sidecar_files import CannotWriteError, SidecarFiles, digest_of, read_for_writing
from tests.helpers.network_files import write_adapter
from tests.helpers.shelf import Shelf

ME = Actor("page")
SUFFIX = ".json"


@pytest.fixture
def target(shelf: Shelf) -> Target:
    """A LoRA without a record."""
    write_adapter(shelf.root, "amber")
    shelf.scan()
    with shelf.database.read() as connection:
        return targets_of(connection, [shelf.adapter_id("amber.safetensors")])[shelf.adapter_id("amber.safetensors")]


def begun(shelf: Shelf) -> int:
    """A set that stays open."""
    with shelf.database.write() as connection:
        return open_set(connection, Act("write_back", "page"))


def fine(write: Write, there: bytes) -> str:
    """Nothing is wrong."""
    return ""


def undo(shelf: Shelf, files: SidecarFiles, set_id: int) -> list[str]:
    """Take a set back; what is said of those that stay."""
    into = begun(shelf)
    with shelf.database.read() as connection:
        changes = read_changes(connection, set_id=set_id)
    outcome = files.undo(changes[::-1], ChangeContext(into, ME, lambda *_: None, lambda: False))
    return [skipped.why for skipped in outcome.skipped]


def test_what_stood_there_is_kept_and_comes_back(shelf: Shelf, target: Target) -> None:
    files, set_id = SidecarFiles(shelf.database), begun(shelf)
    path = Path(target.absolute(SUFFIX))
    for old, new in ((None, b"{}"), (b"{}", b'{"a": 1}'), (b'{"a": 1}', None), (None, b"[]")):
        assert files.write([Write(target, SUFFIX, old, new)], set_id, fine) == [""]
        assert (path.read_bytes() if path.exists() else None) == new
    with shelf.database.read() as connection:
        changes = read_changes(connection, set_id=set_id)
    assert {change.field for change in changes} == {FIELD}
    assert (changes[0].old, changes[0].new["path"], changes[0].new["size"]) == (None, "amber.json", 2)
    assert (changes[2].old["path"], changes[2].new) == ("amber.json", None)
    assert undo(shelf, files, set_id) == []
    assert not path.exists()


def test_a_write_that_fails_is_off_the_record(shelf: Shelf, target: Target) -> None:
    files, set_id = SidecarFiles(shelf.database), begun(shelf)
    (why,) = files.write([Write(target, SUFFIX, None, b"{}")], set_id, lambda *_: "it is wrong")
    assert "amber.json" in why
    assert "it is wrong" in why
    assert not os.path.exists(target.absolute(SUFFIX))
    with shelf.database.write() as connection:
        close_set(connection, set_id)
        assert read_set(connection, set_id) is None


def test_files_that_are_being_moved_are_left_alone(
    shelf: Shelf, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = {target.file_id}
    monkeypatch.setattr("lora_manager.services.sidecar_files.busy_with_files", lambda *_: busy)
    (why,) = SidecarFiles(shelf.database).write([Write(target, SUFFIX, None, b"{}")], begun(shelf), fine)
    assert "being moved" in why
    assert not os.path.exists(target.absolute(SUFFIX))


@pytest.mark.parametrize("is_written", [True, False])
def test_after_a_sudden_end_the_record_agrees_with_the_disk(
    shelf: Shelf, target: Target, monkeypatch: pytest.MonkeyPatch, is_written: bool
) -> None:
    class KilledError(BaseException):
        """The process ends here."""

    def killed(write: Any, *_: object) -> str:
        if is_written and isinstance(write, Write):
            Path(write.target.absolute(write.suffix)).write_bytes(write.new or b"")
        raise KilledError

    files, set_id = SidecarFiles(shelf.database), begun(shelf)
    with monkeypatch.context() as patch:
        patch.setattr("lora_manager.services.sidecar_files._put", killed)
        patch.setattr("lora_manager.services.sidecar_files.forget_writes", killed)
        with pytest.raises(KilledError):
            files.write([Write(target, SUFFIX, None, b"{}")], set_id, fine)
    part = shelf.root / ".lora-manager-sidecar-1.part"
    part.write_bytes(b"{")
    SidecarFiles(shelf.database).recover()
    assert not part.exists()
    with shelf.database.read() as connection:
        assert len(read_changes(connection, set_id=set_id)) == int(is_written)
        stored = read_set(connection, set_id)
    assert stored is not None
    assert stored.count == int(is_written)
    assert undo(shelf, files, set_id) == []
    assert not os.path.exists(target.absolute(SUFFIX))


def test_another_process_that_is_at_work_is_left_to_it(shelf: Shelf, target: Target) -> None:
    set_id = begun(shelf)
    with shelf.database.write() as connection:
        connection.exec_driver_sql("UPDATE change_set SET owner = 'elsewhere:1'")
    files = SidecarFiles(shelf.database)
    files.write([Write(target, SUFFIX, None, b"{}")], set_id, fine)
    os.unlink(target.absolute(SUFFIX))
    files.recover()
    with shelf.database.read() as connection:
        assert len(read_changes(connection, set_id=set_id)) == 1


def test_what_is_gone_is_not_brought_back(shelf: Shelf, target: Target) -> None:
    files, set_id = SidecarFiles(shelf.database), begun(shelf)
    files.write([Write(target, SUFFIX, None, b"{}")], set_id, fine)
    (shelf.root / "amber.safetensors").unlink()
    write_adapter(shelf.root, "other")
    shelf.scan()
    assert "not there any more" in undo(shelf, files, set_id)[0]
    with pytest.raises(CannotWriteError, match=r"amber\.safetensors"):
        read_for_writing(target, SUFFIX)


def test_no_file_and_an_empty_one_are_two_things() -> None:
    assert digest_of(None) == ""
    assert digest_of(b"") != digest_of(b"{}")
