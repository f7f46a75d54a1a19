from __future__ import annotations

from dataclasses import replace

from lora_manager.db.engine import Database
from lora_manager.db.preferences import (
    MOST_UNDOS,
    Forgotten,
    PreferenceRow,
    keep_forgotten,
    pin_preference,
    preferences_for,
    preferences_of,
    preferences_revision,
    read_preference,
    take_forgotten,
    touch_preferences,
    write_preferences,
)

AT = "2026-03-01T12:00:00.000Z"


def row(key: str, user_name: str = "", kind: str = "tag") -> PreferenceRow:
    return PreferenceRow(user_name, kind, key, key.upper(), 1.5, 0.25, 3, AT, "use")


def test_rows_are_written_changed_and_read_by_whose_they_are(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        before = preferences_revision(connection)
        write_preferences(connection, [row("moth"), row("été"), row("moth", "ada"), row("moth", kind="author")])
        assert preferences_revision(connection) > before
        moth, summer, author = preferences_of(connection, "")
        assert replace(moth, id=0) == row("moth")
        write_preferences(connection, [replace(moth, positive=9.0, pinned=-1, forgotten_before=7), row("new")])
        found = preferences_for(connection, "", [("tag", "moth"), ("tag", "été"), ("author", "x")])
        assert set(found) == {("tag", "moth"), ("tag", "été")}
        changed = found["tag", "moth"]
        assert (changed.id, changed.positive, changed.pinned, changed.forgotten_before) == (moth.id, 9.0, -1, 7)
        assert found["tag", "été"] == summer
        assert read_preference(connection, "", author.id) == author
        assert read_preference(connection, "ada", author.id) is None
        assert preferences_for(connection, "", []) == {}


def test_a_pin_is_set_and_taken_back(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        write_preferences(connection, [row("moth")])
        (moth,) = preferences_of(connection, "")
        for pinned in (1, None):
            before = preferences_revision(connection)
            pin_preference(connection, moth.id, pinned)
            assert preferences_of(connection, "")[0].pinned == pinned
            assert preferences_revision(connection) > before
        touch_preferences(connection)
        assert preferences_revision(connection) == before + 2


def test_what_was_forgotten_is_handed_back_once_to_who_forgot_it(fresh_database: Database) -> None:
    gone = [Forgotten("tag", "moth", 5, 1), Forgotten("author", "ann", 0, None)]
    with fresh_database.write() as connection:
        assert take_forgotten(connection, "t", "") is None
        keep_forgotten(connection, "t", "ada", gone)
        keep_forgotten(connection, "u", "ada", [])
        assert take_forgotten(connection, "t", "") is None
        assert take_forgotten(connection, "t", "ada") == gone
        assert take_forgotten(connection, "t", "ada") is None
        for number in range(MOST_UNDOS + 1):
            keep_forgotten(connection, str(number), "", [])
        assert take_forgotten(connection, "0", "") is None
        assert take_forgotten(connection, "1", "") == []
        assert take_forgotten(connection, "u", "ada") == []  # whatever others forgot meanwhile
