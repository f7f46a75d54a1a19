"""Write-back over real files and a real catalogue."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lora_manager.db.engine import Database
from lora_manager.db.history import read_set
from lora_manager.errors import BadInputError
from lora_manager.services.bulk.action import BulkResult
from lora_manager.services.sidecar_files import SidecarFiles
from tests.conftest import DatabaseFactory
from tests.formats.sidecars.writing.records import EDITS
from tests.helpers.network_files import a1111_metadata, civitai_model, write_adapter, write_json, write_network_file
from tests.helpers.shelf import Shelf
from tests.helpers.small_disk import small_disk
from tests.services.desk import EDITED, ME, Desk


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    """amber (a record of Civitai), moth (A1111's), plain (none), each edited in the same way."""
    write_adapter(shelf.root, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    write_adapter(shelf.root, "moth", a1111_metadata(notes="theirs"))
    write_adapter(shelf.root, "plain")
    shelf.scan()
    desk = Desk(shelf)
    for stem in ("amber", "moth", "plain"):
        desk.edit(stem, EDITED)
    return desk


def problems(result: BulkResult) -> str:
    """What is said, in one text."""
    return " ".join(problem.why for problem in result.problems)


def test_what_was_set_stands_beside_the_file_and_survives_a_lost_database(
    desk: Desk, database_factory: DatabaseFactory
) -> None:
    before = {stem: (desk.root / f"{stem}.json") for stem in ("amber", "moth")}
    old = {stem: path.read_bytes() for stem, path in before.items()}
    result = desk.write("amber", "moth", "plain")
    assert (result.changed, result.problems) == (3, [])
    for stem in ("amber", "moth", "plain"):
        document = desk.json(stem)
        assert document["activation text"] == "lantern light, dusk"
        assert (document["preferred weight"], document["sd version"], document["notes"]) == (0.8, "SDXL", "for dusk")
        assert document["description"] == "Soft"
    assert desk.json("amber")["modelVersions"] == json.loads(old["amber"])["modelVersions"]
    assert list(desk.json("moth"))[:6] == list(json.loads(old["moth"]))
    seen = {stem: desk.seen(stem) for stem in ("amber", "moth", "plain")}
    with database_factory() as database:
        again = Desk(Shelf(database, desk.root))
        again.shelf.scan()
        assert {stem: again.seen(stem) for stem in seen} == seen
        assert again.write("amber", "moth", "plain").changed == 0, "all of it stands there"


def test_the_next_scan_reads_equal_values_and_notes_no_change(desk: Desk) -> None:
    desk.write("amber", "moth", "plain")
    seen = desk.seen("amber")
    sidecars = desk.shelf.detail("plain.safetensors").sidecars
    assert [sidecar.format for sidecar in sidecars] == ["a1111"], "on record at once"
    with desk.database.read() as connection:
        last = read_set(connection, desk.set_id)
    assert last is not None
    for force in (False, True):
        desk.shelf.scan(force=force)
        assert desk.seen("amber") == seen
    with desk.database.read() as connection:
        assert read_set(connection, desk.set_id + 1) is None, "nothing was imported"
    assert desk.shelf.problems() == {}
    assert desk.write("amber", "moth", "plain").changed == 0, "and nothing is to be written again"


def test_undo_puts_every_byte_back_and_undoing_that_writes_again(desk: Desk) -> None:
    old = {path.name: path.read_bytes() for path in desk.root.glob("*.json")}
    desk.write("amber", "moth", "plain")
    new = {path.name: path.read_bytes() for path in desk.root.glob("*.json")}
    undone = desk.history.undo(desk.set_id, ME)
    assert (undone.reverted, undone.skipped) == (3, [])
    assert {path.name: path.read_bytes() for path in desk.root.glob("*.json")} == old
    assert undone.set_id is not None
    assert desk.history.undo(undone.set_id, ME).reverted == 3
    assert {path.name: path.read_bytes() for path in desk.root.glob("*.json")} == new


def test_undo_leaves_what_was_changed_since(desk: Desk) -> None:
    desk.write("amber", "moth", "plain")
    write_json(desk.root / "moth.json", {"notes": "later"})
    (desk.root / "plain.json").unlink()
    undone = desk.history.undo(desk.set_id, ME)
    assert undone.reverted == 2, "amber, and plain, which is as it was"
    assert [(skipped.name, "changed since" in skipped.why) for skipped in undone.skipped] == [("Mine", True)]
    assert desk.json("moth") == {"notes": "later"}


def test_undo_follows_a_file_that_was_renamed(desk: Desk) -> None:
    desk.write("plain")
    for suffix in (".safetensors", ".json"):
        shutil.move(desk.root / f"plain{suffix}", desk.root / f"renamed{suffix}")
    desk.shelf.scan()
    assert desk.shelf.states()["renamed.safetensors"] == "present"
    assert desk.history.undo(desk.set_id, ME).reverted == 1
    assert not (desk.root / "renamed.json").exists()


def test_what_was_reset_is_taken_out_again(desk: Desk) -> None:
    raw = (desk.root / "amber.json").read_bytes()
    desk.write("amber")
    desk.edit("amber", {}, *EDITED)
    assert desk.write("amber").changed == 1
    assert (desk.root / "amber.json").read_bytes() == raw


def test_all_fields_are_shown_where_nothing_stands(desk: Desk) -> None:
    write_json(desk.root / "found.civitai.info", {})
    write_adapter(desk.root, "found")
    model = civitai_model("Found", "found.safetensors")
    write_json(desk.root / "found.api_info.json", model)
    desk.shelf.scan()
    assert desk.write("found").changed == 0, "nothing was set by hand"
    assert not (desk.root / "found.json").exists()
    assert desk.write("found", fields="all").changed == 1
    assert (desk.json("found")["activation text"], desk.json("found")["preferred weight"]) == ("lantern light", 0.7)
    desk.shelf.scan()
    detail = desk.shelf.detail("found.safetensors")
    assert "user" not in detail.fields["sources"].values()
    assert desk.write_back.check({}) == {"fields": "edited"}
    with pytest.raises(BadInputError):
        desk.write_back.check({"fields": "some"})


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"a": NaN}', b"\xff\xfe"])
def test_what_is_broken_is_never_written_over(desk: Desk, raw: bytes) -> None:
    (desk.root / "plain.json").write_bytes(raw)
    result = desk.write("plain", "amber")
    assert result.changed == 1
    assert "plain.json" in problems(result)
    assert (desk.root / "plain.json").read_bytes() == raw
    assert desk.shelf.problems()["plain.json"] == "not_written_back"
    (desk.root / "plain.json").unlink()
    assert desk.write("plain").changed == 1
    assert desk.shelf.problems() == {}


def test_an_empty_file_is_written(desk: Desk) -> None:
    (desk.root / "plain.json").write_bytes(b"")
    assert desk.write("plain").changed == 1
    assert desk.history.undo(desk.set_id, ME).reverted == 1
    assert (desk.root / "plain.json").read_bytes() == b""


def test_what_must_not_be_written_says_why(desk: Desk) -> None:
    (desk.root / "amber.safetensors").unlink()
    write_network_file(desk.root / "plain.pt")
    desk.shelf.scan()
    (desk.root / "moth.json").unlink()
    (desk.root / "moth.json").mkdir()
    told = problems(desk.write("amber", "moth", "plain"))
    for words in ("not there", "plain.pt", "regular file"):
        assert words in told
    assert not (desk.root / "plain.json").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    elsewhere = write_json(tmp_path / "elsewhere.json", {"a": 1})
    (desk.root / "plain.json").symlink_to(elsewhere)
    assert "is a link" in problems(desk.write("plain"))
    assert json.loads(elsewhere.read_bytes()) == {"a": 1}


def test_a_disk_that_takes_nothing_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    old = {path.name: path.read_bytes() for path in desk.root.iterdir()}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lora_manager.services.sidecar_files.write_file", full)
    result = desk.write("amber", "plain")
    assert (result.changed, len(result.problems)) == (0, 2)
    assert "plain.json" in problems(result)
    assert "Free some space" in problems(result)
    assert {path.name: path.read_bytes() for path in desk.root.iterdir()} == old
    with desk.database.read() as connection:
        assert read_set(connection, desk.set_id) is None, "nothing happened"


def test_what_reads_back_otherwise_is_put_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    old = (desk.root / "amber.json").read_bytes()
    monkeypatch.setattr("lora_manager.services.write_back.why_not_equal", lambda *_: "notes is lost")
    result = desk.write("amber", "plain")
    assert "notes is lost" in problems(result)
    assert (desk.root / "amber.json").read_bytes() == old
    assert not (desk.root / "plain.json").exists()


def test_what_another_program_writes_meanwhile_is_not_written_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    note = SidecarFiles.write

    def later(self: SidecarFiles, *arguments: Any) -> list[str]:
        write_json(desk.root / "amber.json", {"notes": "later"})
        return note(self, *arguments)

    monkeypatch.setattr(SidecarFiles, "write", later)
    assert "changed by another program" in problems(desk.write("amber"))
    assert desk.json("amber") == {"notes": "later"}


def test_cancelled_work_stands_as_far_as_it_went(desk: Desk) -> None:
    assert desk.write("amber", cancelled=lambda: True).changed == 0
    assert "lora_manager" not in desk.json("amber").get("extensions", {})


def test_the_preview_names_every_sidecar_and_touches_none(desk: Desk) -> None:
    desk.edit("moth", {}, *EDITED)
    (desk.root / "plain.json").write_bytes(b"{")
    rows = desk.write_back.preview([desk.id_of(stem) for stem in ("amber", "moth", "plain")], {"fields": "edited"})
    assert [(row.source, row.target, bool(row.problem)) for row in rows] == [
        ("amber.safetensors", "amber.json", False),
        ("moth.json", "moth.json", False),
        ("plain.safetensors", "plain.json", True),
    ]
    assert "extensions" not in desk.json("amber")


def test_edits_are_written_as_a_set_of_their_own(desk: Desk) -> None:
    (desk.root / "plain.json").write_bytes(b"{")
    failed = desk.write_back.write_edited([desk.id_of("amber"), desk.id_of("plain")], ME)
    assert list(failed) == [desk.id_of("plain")]
    assert desk.json("amber")["notes"] == "for dusk"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS, EDITS)
def test_any_edits_come_back_from_the_files_alone(
    database_factory: DatabaseFactory,
    tmp_path_factory: pytest.TempPathFactory,
    first: dict[str, Any],
    then: dict[str, Any],
) -> None:
    root = tmp_path_factory.mktemp("any")
    write_adapter(root, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    with database_factory() as database, database_factory() as other:
        desk, again = Desk(Shelf(database, root)), Desk(Shelf(other, root))
        desk.shelf.scan()
        for values in (first, then):
            if values:
                desk.edit("amber", values)
            assert desk.write("amber").problems == []
        again.shelf.scan()
        assert everything_of(again) == everything_of(desk)


def everything_of(desk: Desk) -> dict[str, Any]:
    """What can be edited, as the catalogue has it."""
    detail = desk.shelf.detail("amber.safetensors")
    passed_over = ("id", "added_at", "updated_at", "revision")
    return {**{key: value for key, value in detail.fields.items() if key not in passed_over}, "tags": detail.tags}


def test_another_process_recovers_what_was_cut_off(desk: Desk, database_factory: DatabaseFactory) -> None:
    old = (desk.root / "amber.json").read_bytes()

    class KilledError(BaseException):
        """The process ends here."""

    def kill(*_: object) -> None:
        raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lora_manager.services.sidecar_files._put", kill)
        patch.setattr("lora_manager.services.sidecar_files.forget_writes", kill)
        with pytest.raises(KilledError):
            desk.write("amber", "plain")
    other = Database(desk.database.url)
    SidecarFiles(other).recover()
    other.close()
    assert (desk.root / "amber.json").read_bytes() == old
    with desk.database.read() as connection:
        left = read_set(connection, desk.set_id)
    assert left is not None
    assert left.count == 0


def test_a_disk_that_is_full_or_read_only_loses_nothing(database_factory: DatabaseFactory, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", 1) as root, database_factory() as database:
        stems = [f"l{number}" for number in range(40)]
        for stem in stems:
            write_adapter(root, stem, civitai_model(stem, f"{stem}.safetensors"))
        desk = Desk(Shelf(database, root))
        desk.shelf.scan()
        for stem in stems:
            desk.edit(stem, {"notes": "x" * 18_000})
        old = {path.name: path.read_bytes() for path in root.iterdir()}
        result = desk.write(*stems)
        assert result.changed + len(result.problems) == len(stems)
        assert "Free some space" in problems(result)
        assert result.changed > 0
        assert {path.name for path in root.iterdir()} == set(old), "no parts are left"
        undone = desk.history.undo(desk.set_id, ME)
        assert (undone.reverted, undone.skipped) == (result.changed, [])
        assert {path.name: path.read_bytes() for path in root.iterdir()} == old
        subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
        result = desk.write("l1", "l2")
        assert (result.changed, len(result.problems)) == (0, 2)
        assert "read-only" in problems(result)
        assert {path.name: path.read_bytes() for path in root.iterdir()} == old
