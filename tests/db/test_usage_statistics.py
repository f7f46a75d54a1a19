from __future__ import annotations

from datetime import date

from lora_manager.db.engine import Database
from lora_manager.db.usage_statistics import Day, by_base_model, most_used, over_time, totals
from tests.db.described import described, put
from tests.db.runs import run_of
from tests.helpers.network_files import write_network_file
from tests.helpers.shelf import Shelf


def library(database: Database) -> list[int]:
    """Four adapters: two of SD 1.5, of which one is used 3 times; one of Pony, used once; one missing."""
    ids = put(
        database,
        described("a.pt", base_model="SD 1.5"),
        described("b.pt", base_model="SD 1.5"),
        described("c.pt", base_model="Pony"),
        described("d.pt", base_model="Pony", file={"state": "missing"}),
    )
    run_of(database, {ids[0]: 1.0}, images=2, created_at="2026-03-01T23:59:59.999Z")
    run_of(database, {ids[0]: 1.0, ids[2]: 1.0}, created_at="2026-03-03T00:00:00.000Z")
    run_of(database, {ids[0]: 1.0}, images=0, created_at="2026-03-03T12:00:00.000Z")
    return ids


def test_totals_sum_everything_up(fresh_database: Database) -> None:
    library(fresh_database)
    with fresh_database.read() as connection:
        found = totals(connection, [])
    assert (found.adapters, found.used, found.never_used) == (3, 2, 1)
    assert (found.generations, found.images, found.uses, found.seconds) == (3, 3, 4, 4.5)


def test_an_empty_catalogue_has_zeros(fresh_database: Database) -> None:
    with fresh_database.read() as connection:
        assert set(vars(totals(connection, [])).values()) == {0}
        assert most_used(connection, 5) == []
        assert by_base_model(connection, []) == []
        assert over_time(connection, 2, date(2026, 3, 3)) == [Day("2026-03-02", 0, 0, 0), Day("2026-03-03", 0, 0, 0)]


def test_every_day_has_its_row(fresh_database: Database) -> None:
    library(fresh_database)
    with fresh_database.read() as connection:
        assert over_time(connection, 4, date(2026, 3, 4)) == [
            Day("2026-03-01", 1, 2, 1),
            Day("2026-03-02", 0, 0, 0),
            Day("2026-03-03", 2, 1, 3),
            Day("2026-03-04", 0, 0, 0),
        ]
        assert over_time(connection, 1, date(2026, 3, 3)) == [Day("2026-03-03", 2, 1, 3)]


def test_the_most_used_come_first(fresh_database: Database) -> None:
    ids = library(fresh_database)
    with fresh_database.read() as connection:
        assert most_used(connection, 10) == [ids[0], ids[2]]
        assert most_used(connection, 1) == [ids[0]]
        assert [(row.base_model, row.adapters, row.uses) for row in by_base_model(connection, [])] == [
            ("SD 1.5", 2, 3), ("Pony", 1, 1),
        ]  # fmt: skip


def test_only_the_folders_that_are_shown_are_counted(shelf: Shelf) -> None:
    write_network_file(shelf.root / "a.safetensors")
    other = Shelf(shelf.database, shelf.root.parent / "other")
    write_network_file(other.root / "b.safetensors")
    write_network_file(other.root / "c.safetensors")
    shelf.scan()
    other.scan()
    with shelf.database.read() as connection:
        assert [totals(connection, roots).adapters for roots in ([], [1], [2])] == [3, 1, 2]
        assert [sum(row.adapters for row in by_base_model(connection, [root])) for root in (1, 2)] == [1, 2]
