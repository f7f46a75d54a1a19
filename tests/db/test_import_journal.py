from __future__ import annotations

import json

from lora_manager.db.history import StoredChange, read_changes, read_sets
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf, touch_later
from tests.services.library.counting import edit


def changes(shelf: Shelf) -> list[StoredChange]:
    with shelf.database.read() as connection:
        return read_changes(connection)


def write(shelf: Shelf, **values: object) -> None:
    path = shelf.root / "a.json"
    is_new = not path.exists()
    before = 0 if is_new else path.stat().st_mtime_ns
    path.write_text(json.dumps(values), encoding="utf-8")
    if not is_new:
        touch_later(path, 1 + (before - path.stat().st_mtime_ns) // 10**9)


def test_what_a_scan_read_otherwise_is_noted_and_the_first_reading_is_not(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write(shelf, notes="first", **{"preferred weight": 0.5})
    shelf.scan()
    assert changes(shelf) == []
    write(shelf, notes="second", **{"preferred weight": 0.5, "negative text": "blur"})
    shelf.scan()
    found = {change.field: (change.old, change.new, change.new_source) for change in changes(shelf)}
    assert found == {"notes": ("first", "second", "a1111"), "negative_text": (None, "blur", "a1111")}
    with shelf.database.read() as connection:
        total, (stored,) = read_sets(connection, 10, 0)
    assert (total, stored.kind, stored.by, stored.state, stored.count) == (1, "import", "scan", "done", 2)


def test_a_scan_that_reads_the_same_notes_nothing(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write(shelf, notes="first", description="<b>x</b>", **{"activation text": "a, b", "sd version": "SDXL"})
    shelf.scan()
    shelf.scan(force=True)
    edit(shelf, "a.safetensors", tags=["Mine", "two"], notes="own")
    shelf.scan(force=True)
    assert changes(shelf) == []


def test_what_the_sources_say_stands_beside_an_edit_and_follows_them(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    write(shelf, notes="first")
    shelf.scan()
    edit(shelf, "a.safetensors", notes="own", rating=5)
    assert shelf.detail("a.safetensors").said == {"notes": ("first", "a1111"), "rating": (0, "")}
    write(shelf, notes="second")
    shelf.scan()
    detail = shelf.detail("a.safetensors")
    assert detail.fields["notes"] == "own"
    assert detail.said["notes"] == ("second", "a1111")
    assert changes(shelf) == [], "what the user sees did not change"
