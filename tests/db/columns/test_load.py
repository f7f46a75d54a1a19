from __future__ import annotations

import pytest
from sqlalchemy import text, update

from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.vocabulary import NO_VALUE
from lora_manager.db.engine import Database
from lora_manager.db.natural_sort import natural_key
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import Adapter, NetworkFile
from lora_manager.formats.base_model import family_of
from tests.db.columns.plain import plain
from tests.db.columns.random_library import TODAY, fill
from tests.db.described import described, put
from tests.search.query.reference import Known

EVERYTHING = Known(
    name="Amber v2",
    folder="a/b",
    tags=("Glow", "style"),
    triggers=("amber",),
    author="ada",
    base="SD 1.5",
    algorithm="LoKr",
    archetype="style",
    rank=16,
    weight=0.7,
    rating=4,
    downloads=9,
    size=2**33,
    used=3,
    added=TODAY - 1,
    published=TODAY - 30.5,
    last_used=TODAY,
    flags=frozenset({"favourite", "edited", "offline"}),
)


def test_every_value_of_an_adapter(fresh_database: Database) -> None:
    (adapter_id,) = fill(fresh_database, [(EVERYTHING, "0123456789abcdef" * 4)])
    with fresh_database.read() as connection:
        columns = load_columns(connection, 7)
    assert columns.revision == 7
    assert plain(columns) == {
        adapter_id: {
            "sort_name": natural_key("Amber v2"),
            "base_model": "SD 1.5",
            "family": family_of("SD 1.5"),
            "author": "ada",
            "folder": "a/b",
            "algorithm": "LoKr",
            "archetype": "style",
            "state": "present",
            "root_id": 2,
            "size": 2**33,
            "mtime_ns": 10**18,
            "uses": 3,
            "rating": 4,
            "downloads": 9,
            "rank": 16,
            "hash": 0x0123456789ABCDE,
            "autov2": NO_VALUE,
            "autov3": NO_VALUE,
            "autov3_own": NO_VALUE,
            "weight": 0.7,
            "ordinal": 0.0,
            "added": TODAY - 1,
            "published": TODAY - 30.5,
            "last_used": TODAY,
            "favourite": True,
            "is_active": True,
            "has_preview": True,
            "has_triggers": True,
            "is_edited": True,
            "tags": ["Glow", "style"],
            "has_tags": True,
            "is_duplicate": False,
            "is_offline": True,
        }
    }


def test_what_an_adapter_does_not_have(fresh_database: Database) -> None:
    (adapter_id,) = fill(fresh_database, [(Known(name="x", flags=frozenset({"nopreview"})), None)])
    with fresh_database.read() as connection:
        found = plain(load_columns(connection, 1))[adapter_id]
    absent = ("author", "algorithm", "archetype", "weight", "published", "last_used")
    assert {name: found[name] for name in absent} == dict.fromkeys(absent)
    assert {found[name] for name in ("downloads", "rank", "hash")} == {NO_VALUE}
    assert not any(found[name] for name in ("favourite", "has_preview", "has_triggers", "is_edited", "has_tags"))


@pytest.mark.parametrize("time", ["", "yesterday", "2026-13-45T00:00:00.000Z", "\u0000"])
def test_a_time_that_is_none_is_no_time(time: str, fresh_database: Database) -> None:
    first, second = fill(fresh_database, [(Known(name="a"), None), (Known(name="b"), None)])
    with fresh_database.write() as connection:
        connection.execute(update(Adapter).where(Adapter.id == first).values(published_at=time))
        connection.execute(update(Adapter).where(Adapter.id == second).values(published_at="1970-01-02T12:00:00.000Z"))
        connection.execute(text("UPDATE network_file SET sha256 = 'no hash'"))
        touch_catalogue(connection, None)
    with fresh_database.read() as connection:
        found = plain(load_columns(connection, 1))
    assert (found[first]["published"], found[second]["published"]) == (None, 1.5)
    assert found[first]["hash"] == NO_VALUE


def test_only_the_first_file_of_an_adapter_counts_and_one_without_a_file_is_not_there(fresh_database: Database) -> None:
    first, second, third = put(
        fresh_database, described("a.pt", file={"size": 1}), described("b.pt"), described("c.pt", file={"size": 3})
    )
    with fresh_database.write() as connection:
        move = update(NetworkFile).where(NetworkFile.adapter_id == third)
        connection.execute(move.values(adapter_id=first, is_primary=False))
        connection.execute(text("DELETE FROM network_file WHERE adapter_id = :id"), {"id": second})
        touch_catalogue(connection, None)
    with fresh_database.read() as connection:
        columns = load_columns(connection, 1)
    assert columns.ids.tolist() == [first]
    assert columns["size"].tolist() == [1]
