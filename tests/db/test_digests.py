from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from lora_manager.db.digests import (
    Digest,
    count_there,
    digest_ids,
    digests_since,
    examples_of,
    insights_of,
    said_of,
    stale_ids,
    write_digests,
)
from lora_manager.db.engine import Database
from lora_manager.db.revision import catalogue_revision, stamp_adapters, touch_catalogue
from lora_manager.db.stamps import last_stamp
from lora_manager.db.tables import Adapter, NetworkFile
from lora_manager.formats.example_prompts import ExamplePrompt, pack_examples
from tests.db.described import described, put

RECIPE = 7
EXAMPLES = (ExamplePrompt("a lantern", 0.5),)


@pytest.fixture
def ids(fresh_database: Database) -> list[int]:
    return put(fresh_database, *(described(f"{n}.pt", f"A{n}", family="sdxl") for n in range(5)))


def digest(database: Database, adapter_id: int, document: bytes = b"words") -> Digest:
    with database.read() as connection:
        revision = connection.exec_driver_sql(f"SELECT revision FROM adapter WHERE id = {adapter_id}").scalar_one()
    return Digest(adapter_id, revision, document, pack_examples(EXAMPLES), [{"word": "x", "score": 1.0}], quality=0.5)


def write(database: Database, *digests: Digest, recipe: int = RECIPE) -> list[int]:
    with database.write() as connection:
        return write_digests(connection, digests, recipe)


def stale(database: Database, recipe: int = RECIPE, after: int = -1) -> list[int]:
    with database.read() as connection:
        return stale_ids(connection, recipe, after)


def touch(database: Database, adapter_id: int) -> None:
    with database.write() as connection:
        touch_catalogue(connection, [adapter_id])


def test_what_has_none_or_an_older_one_or_one_of_another_recipe_is_stale(
    fresh_database: Database, ids: list[int]
) -> None:
    assert stale(fresh_database) == ids
    assert write(fresh_database, *(digest(fresh_database, one) for one in ids)) == ids
    assert stale(fresh_database) == []
    assert stale(fresh_database, RECIPE + 1) == ids
    touch(fresh_database, ids[2])
    touch(fresh_database, ids[1])
    assert stale(fresh_database) == [ids[1], ids[2]]
    with fresh_database.read() as connection:
        revision = catalogue_revision(connection)
    assert stale(fresh_database, after=revision - 1) == [ids[1]]
    assert stale(fresh_database, after=revision) == []


def test_what_is_not_there_waits_until_it_is(fresh_database: Database, ids: list[int]) -> None:
    with fresh_database.write() as connection:
        for state, adapter_id in zip(("missing", "trashed", "incomplete"), ids, strict=False):
            values = update(NetworkFile).where(NetworkFile.adapter_id == adapter_id).values(state=state)
            connection.execute(values)
        assert count_there(connection) == 3
    assert stale(fresh_database) == ids[2:]


def test_what_a_scan_still_writes_is_left_to_the_moment_it_tells_of_it(
    fresh_database: Database, ids: list[int]
) -> None:
    write(fresh_database, *(digest(fresh_database, one) for one in ids))
    with fresh_database.write() as connection:
        stamp_adapters(connection, ids[:1])
    assert stale(fresh_database) == []
    touch(fresh_database, ids[1])
    assert stale(fresh_database) == ids[:2]


def test_the_same_again_keeps_its_stamp_and_another_gets_a_later_one(fresh_database: Database, ids: list[int]) -> None:
    write(fresh_database, *(digest(fresh_database, one) for one in ids))
    for adapter_id in ids[:2]:
        touch(fresh_database, adapter_id)
    again = [digest(fresh_database, ids[0]), digest(fresh_database, ids[1], b"other words")]
    assert write(fresh_database, *again) == [ids[1]]
    assert stale(fresh_database) == []
    with fresh_database.read() as connection:
        assert [(row.adapter_id, row.stamp, row.document) for row in digests_since(connection, 1, ids[-1])] == [
            (ids[1], 2, b"other words")
        ]
        assert last_stamp(connection) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"examples": pack_examples([])},
        {"keywords": []},
        {"archetype": "style"},
        {"style_confidence": 0.5},
        {"quality": 0.6},
        {"quality_parts": [{}]},
        {"popularity": 0.1},
    ],
)
def test_whatever_is_another_is_written(fresh_database: Database, ids: list[int], change: dict[str, object]) -> None:
    first = digest(fresh_database, ids[0])
    write(fresh_database, first)
    assert write(fresh_database, first) == []
    assert write(fresh_database, replace(first, **change)) == ids[:1]  # type: ignore[arg-type]


def test_they_are_read_a_page_at_a_time_from_any_place(fresh_database: Database, ids: list[int]) -> None:
    for part in (ids[3:], ids[:3]):
        write(fresh_database, *(digest(fresh_database, one) for one in part))
    with fresh_database.read() as connection:
        found, place = [], (0, 0)
        while page := digests_since(connection, *place, limit=2):
            found += [row.adapter_id for row in page]
            place = (page[-1].stamp, page[-1].adapter_id)
        assert found == [*ids[3:], *ids[:3]]
        assert digest_ids(connection) == ids
        assert page == []


def test_the_said_archetype_stands_before_the_guessed_one(fresh_database: Database) -> None:
    ids = put(fresh_database, described("a.pt", archetype="pose", author_username="moth"), described("b.pt"))
    write(fresh_database, *(replace(digest(fresh_database, one), archetype="style") for one in ids))
    with fresh_database.read() as connection:
        rows = digests_since(connection, 0)
        assert [(row.archetype, row.author) for row in rows] == [("pose", "moth"), ("style", None)]
        assert insights_of(connection, ids)[ids[0]].archetype == "style"
        assert insights_of(connection, ids)[ids[1]].keywords == [{"word": "x", "score": 1.0}]


def test_what_is_said_of_an_adapter_is_read_without_its_digest(fresh_database: Database, ids: list[int]) -> None:
    (posed,) = put(fresh_database, described("pose.pt", archetype="pose"))
    with fresh_database.read() as connection:
        assert said_of(connection, ids[0]) == (None, "sdxl")
        assert said_of(connection, posed) == ("pose", "")
        assert said_of(connection, 999_999) is None


def test_examples_come_back(fresh_database: Database, ids: list[int]) -> None:
    write(fresh_database, digest(fresh_database, ids[0]))
    with fresh_database.read() as connection:
        assert examples_of(connection, ids) == {ids[0]: EXAMPLES}
        assert examples_of(connection, []) == {}


def test_an_adapter_that_is_gone_meanwhile_is_left_out(fresh_database: Database, ids: list[int]) -> None:
    gone = digest(fresh_database, ids[0])
    write(fresh_database, gone)
    with fresh_database.write() as connection:
        connection.execute(delete(NetworkFile).where(NetworkFile.adapter_id == ids[0]))
        connection.execute(delete(Adapter).where(Adapter.id == ids[0]))
    assert write(fresh_database, gone) == []
    with fresh_database.read() as connection:
        assert digest_ids(connection) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("document", "text"),
        ("examples", "text"),
        ("quality", "abc"),
        ("quality", 1e308),
        ("popularity", float("inf")),
        ("keywords", "{not json"),
        ("keywords", '{"a": 1}'),
        ("keywords", "[5]"),
        ("quality_parts", "[" * 100_000),
        ("archetype_confidence", "x"),
        ("style", b"\xff"),
    ],
)
def test_a_damaged_row_keeps_no_other_back(
    fresh_database: Database, ids: list[int], column: str, value: object
) -> None:
    write(fresh_database, *(digest(fresh_database, one) for one in ids))
    with fresh_database.write() as connection:
        statement = f"UPDATE adapter_digest SET {column} = ? WHERE adapter_id = ?"
        connection.exec_driver_sql(statement, (value, ids[0]))
    with fresh_database.read() as connection:
        read = digests_since(connection, 0)
        assert [row.adapter_id for row in read] == ids
        assert all(
            isinstance(row.document, bytes) and 0 <= row.quality <= 1 and 0 <= row.popularity <= 1 for row in read
        )
        assert set(ids[1:]) <= set(insights_of(connection, ids)) <= set(ids)
        assert examples_of(connection, ids)[ids[1]] == EXAMPLES
        assert (ids[0] in insights_of(connection, ids)) == (column in ("document", "examples"))
