from __future__ import annotations

from contextlib import suppress

from lora_manager.db.engine import Database
from lora_manager.db.revision import catalogue_revision, touch_catalogue


def read(database: Database) -> int:
    with database.read() as connection:
        return catalogue_revision(connection)


def test_it_begins_at_nothing_and_grows_with_each_change(fresh_database: Database) -> None:
    assert read(fresh_database) == 0
    for expected in (1, 2, 3):
        with fresh_database.write() as connection:
            touch_catalogue(connection)
        assert read(fresh_database) == expected


def test_another_process_sees_it(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        touch_catalogue(connection)
    other = Database(fresh_database.url)
    assert read(other) == 1
    other.close()


def test_a_change_that_is_undone_does_not_count(fresh_database: Database) -> None:
    with suppress(KeyError), fresh_database.write() as connection:
        touch_catalogue(connection)
        raise KeyError
    assert read(fresh_database) == 0
