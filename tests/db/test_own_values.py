from __future__ import annotations

from typing import Any

import pytest

from lora_manager.clock import utc_now
from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.history import Act, note_set
from lora_manager.formats.sidecars.writing.record import with_values
from tests.conftest import DatabaseFactory
from tests.helpers.network_files import civitai_model, write_adapter
from tests.helpers.shelf import Shelf, touch_later

LATER = "2098-01-01T00:00:00.000Z"
LONG_AGO = "2001-01-01T00:00:00.000Z"


@pytest.fixture
def amber(shelf: Shelf) -> Shelf:
    """One LoRA with a record of Civitai, scanned."""
    write_adapter(shelf.root, "amber", civitai_model("Amber Lantern", "amber.safetensors"))
    shelf.scan()
    return shelf


def write_own(shelf: Shelf, values: dict[str, Any], at: str = "") -> None:
    """Another database writes what its user set into the record."""
    record = shelf.root / "amber.json"
    record.write_bytes(with_values(record.read_bytes(), values, now=at or utc_now()))
    touch_later(record)


def edit(shelf: Shelf, values: dict[str, Any], *resets: str) -> None:
    """As the page does."""
    adapter_id = shelf.adapter_id("amber.safetensors")
    with shelf.database.write() as connection:
        changes = apply_edits(connection, [Edit(adapter_id, values, frozenset(resets))])
        note_set(connection, Act("edit", "page"), changes)


def fields(shelf: Shelf) -> dict[str, Any]:
    """What the catalogue says now."""
    return shelf.detail("amber.safetensors").fields


def test_what_another_database_wrote_arrives_as_edits(amber: Shelf) -> None:
    write_own(amber, {"notes": "theirs", "name": "Theirs", "active": False, "tags": ["x"]})
    amber.scan()
    detail = amber.detail("amber.safetensors")
    assert (detail.fields["notes"], detail.fields["name"], detail.tags) == ("theirs", "Theirs", ["x"])
    assert detail.edited == ["name", "notes", "tags"]
    assert detail.fields["active"], "that is each database's own"
    edit(amber, {}, "name", "tags")
    detail = amber.detail("amber.safetensors")
    assert (detail.fields["name"], detail.tags) == ("Amber Lantern", ["lantern", "style"]), "what Civitai says"


def test_what_was_reset_stays_reset(amber: Shelf) -> None:
    edit(amber, {"notes": "mine", "name": "Mine"})
    write_own(amber, {"notes": "mine", "name": "Mine"})
    amber.scan()
    edit(amber, {}, "name")
    for force in (False, True):
        amber.scan(force=force)
        assert (fields(amber)["name"], fields(amber)["notes"]) == ("Amber Lantern", "mine")
    write_own(amber, {"name": "Again"}, LATER)
    amber.scan(force=True)
    assert fields(amber)["name"] == "Amber Lantern", "nobody writes in times to come"


def test_an_edit_is_never_undone_by_a_record(amber: Shelf) -> None:
    edit(amber, {"notes": "mine"})
    write_own(amber, {"notes": "theirs", "rating": 4})
    amber.scan()
    assert (fields(amber)["notes"], fields(amber)["rating"]) == ("mine", 4)


@pytest.mark.parametrize("at", [LONG_AGO, LATER, "soon", "\u0662" * 24])
def test_whatever_moment_it_names_it_is_read(amber: Shelf, database_factory: DatabaseFactory, at: str) -> None:
    write_own(amber, {"notes": "theirs", "ordinal": 3, "active": False}, at)
    with database_factory() as database:
        other = Shelf(database, amber.root)
        other.scan()
        found = other.detail("amber.safetensors")
        assert (found.fields["notes"], found.fields["ordinal"], found.fields["active"]) == ("theirs", 3, False)
        assert found.edited == ["notes"]
