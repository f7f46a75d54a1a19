from __future__ import annotations

from lora_manager.application import Application
from tests.helpers.shelf import everything
from tests.services.files.library import ME, adapter_at, moved, root_of, tree, write_unit


def test_a_move_and_a_rename_are_taken_back_and_done_again(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    adapter_id = adapter_at(application, "amber.safetensors")
    moved_by = application.files.move(adapter_id, None, "a/b", ME)
    renamed_by = application.files.rename(adapter_id, "ochre", ME)
    assert moved_by
    assert renamed_by
    stays = application.history.undo(moved_by, ME)
    assert (stays.reverted, stays.skipped[0].why) == (0, "It was moved again since.")
    assert application.history.undo(renamed_by, ME).reverted == 1
    again = application.history.undo(moved_by, ME)
    assert tree(root) == moved("amber.safetensors", "amber")
    assert not (root / "a").exists(), "it was made for the move"
    assert again.set_id is not None
    application.history.undo(again.set_id, ME)
    assert tree(root) == moved("a/b/amber.safetensors", "amber")


def test_a_folder_with_something_else_in_it_stays(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    set_id = application.files.move(adapter_at(application, "amber.safetensors"), None, "a/b", ME)
    assert set_id is not None
    (root / "a" / "mine.txt").write_text("x", encoding="utf-8")
    application.history.undo(set_id, ME)
    assert (root / "a" / "mine.txt").exists()
    assert not (root / "a" / "b").exists()


def test_nothing_is_written_over_by_an_undo(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors", beside=())
    application.scan()
    set_id = application.files.rename(adapter_at(application, "amber.safetensors"), "ochre", ME)
    assert set_id
    write_unit(root, "amber.safetensors", beside=())
    outcome = application.history.undo(set_id, ME)
    assert "exists already" in outcome.skipped[0].why
    assert tree(root) == {"amber.safetensors", "ochre.safetensors"}


def test_back_to_a_moment_passes_through_every_place(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    application.scan()
    adapter_id, files = adapter_at(application, "amber.safetensors"), application.files
    moment = "2020-01-01T00:00:00.000Z"
    files.rename(adapter_id, "one", ME)
    files.move(adapter_id, None, "two", ME)
    _, trash_id = files.delete(adapter_id, ME)
    files.restore(trash_id, ME)
    files.rename(adapter_id, "three", ME)
    files.delete(adapter_id, ME)
    outcome = application.history.back_to(moment, adapter_id, ME)
    assert [skipped for skipped in outcome.skipped if skipped.field in ("file", "trash")] == []
    assert tree(root) == moved("amber.safetensors", "amber")
    assert everything(application) == [adapter_id]


def test_what_is_gone_from_the_trash_stays_gone(application: Application) -> None:
    root = root_of(application)
    write_unit(root, "amber.safetensors")
    write_unit(root, "other.safetensors")
    application.scan()
    set_id, trash_id = application.files.delete(adapter_at(application, "amber.safetensors"), ME)
    application.trash.purge(trash_id)
    assert application.history.undo(set_id, ME).skipped[0].why == "It is not in the trash any more."
