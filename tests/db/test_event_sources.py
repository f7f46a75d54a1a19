from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import insert, update

from lora_manager.db.edits.apply import Edit, apply_edits
from lora_manager.db.engine import Database
from lora_manager.db.event_sources import (
    MOST_TAGS,
    Marks,
    attributes_of,
    change_image,
    guesses_since,
    image_uses,
    last_marks,
    likings_since,
    marks,
    names_of,
    runs_since,
    set_marks,
    uses_of,
)
from lora_manager.db.history import Act, note_set
from lora_manager.db.stamps import next_stamp
from lora_manager.db.tables import AdapterDigest, Generation
from tests.db.described import described, put
from tests.db.runs import run_of


@pytest.fixture
def two(fresh_database: Database) -> list[int]:
    """Two adapters."""
    first = described("a.pt", "A", tags=["Moth", "cat"], author_username="Ann", base_model="SDXL 1.0")
    return put(fresh_database, first, described("b.pt", "B", tags=[f"t{n}" for n in range(MOST_TAGS + 5)]))


def guess(database: Database, adapter_id: int, archetype: float, style: float) -> None:
    with database.write() as connection:
        row = {
            "adapter_id": adapter_id, "revision": 1, "recipe": 1, "stamp": next_stamp(connection), "document": b"",
            "examples": b"", "keywords": [], "archetype": "character", "archetype_confidence": archetype,
            "style": "anime", "style_confidence": style, "quality": 0.0, "quality_parts": [], "popularity": 0.0,
        }  # fmt: skip
        connection.execute(insert(AdapterDigest), row)


def edit(database: Database, adapter_id: int, act: Act, **values: Any) -> None:
    with database.write() as connection:
        note_set(connection, act, apply_edits(connection, [Edit(adapter_id, values)], act.user_name))


def test_marks_move_and_never_lie_behind_the_end(fresh_database: Database, two: list[int]) -> None:
    run_of(fresh_database, {two[0]: 1.0})
    edit(fresh_database, two[0], Act("edit", "page"), rating=3)
    with fresh_database.write() as connection:
        assert marks(connection) == Marks(0, 0)
        assert last_marks(connection) == Marks(1, 1)
        set_marks(connection, Marks(1, 0))
        assert marks(connection) == Marks(1, 0)
        set_marks(connection, Marks(50, 70))  # of a database that was restored since
        assert marks(connection) == Marks(1, 1)


def test_runs_come_with_the_adapters_that_are_known(fresh_database: Database, two: list[int]) -> None:
    first, second = run_of(fresh_database, {two[1]: 1.0, None: 0.5, two[0]: 1.0}), run_of(fresh_database, {})
    with fresh_database.write() as connection:
        connection.execute(update(Generation).where(Generation.id == second).values(user_name="ada"))
        runs = runs_since(connection, 0, 9)
        assert [(run.id, run.user_name, run.adapter_ids) for run in runs] == [
            (first, "", (two[1], two[0])), (second, "ada", ()),
        ]  # fmt: skip
        assert [run.id for run in runs_since(connection, first, 9)] == [second]
        assert [run.id for run in runs_since(connection, 0, 1)] == [first]
        assert uses_of(connection, []) == {}


def test_ratings_by_hand_are_likings_those_of_a_scan_are_not(fresh_database: Database, two: list[int]) -> None:
    edit(fresh_database, two[0], Act("edit", "page", "ada"), rating=4, notes="x", favourite=True)
    edit(fresh_database, two[0], Act("import", "scan"), rating=1)
    edit(fresh_database, two[1], Act("undo", "cli"), rating=2)
    with fresh_database.read() as connection:
        found = likings_since(connection, 0, 9)
        assert {(one.user_name, one.is_undo, one.adapter_id, one.field, one.new, one.set_size) for one in found} == {
            ("ada", False, two[0], "rating", 4, 2),
            ("ada", False, two[0], "favourite", True, 2),
            ("", True, two[1], "rating", 2, 1),
        }
        assert all(one.is_own for one in found)
        assert [one.old for one in found if one.field == "rating"] == [0, 0]
        assert likings_since(connection, found[-1].change_id, 9) == []


def test_an_image_comes_with_its_makers_name_and_adapters(fresh_database: Database, two: list[int]) -> None:
    generation_id = run_of(fresh_database, {two[0]: 1.0, None: 1.0})
    with fresh_database.write() as connection:
        image = image_uses(connection, 1)
        assert image is not None
        assert (image.path, image.rating, image.favourite, image.gone_at) == ("/out/0.png", 0, False, None)
        assert (image.generation_id, image.user_name, image.adapter_ids) == (generation_id, "", (two[0],))
        change_image(connection, image, {"rating": 3, "favourite": True})
        changed = image_uses(connection, 1)
        assert changed is not None
        assert (changed.rating, changed.favourite) == (3, True)
        assert image_uses(connection, 9) is None


def test_what_an_adapter_is(fresh_database: Database, two: list[int]) -> None:
    guess(fresh_database, two[0], archetype=0.8, style=0.2)
    with fresh_database.read() as connection:
        found = attributes_of(connection, [*two, 99, two[0]])
        assert names_of(connection, [*two, 99]) == {two[0]: "A", two[1]: "B"}
    assert found[two[0]] == [
        ["author", "Ann"], ["base_model", "SDXL 1.0"], ["archetype", "character"], ["tag", "Moth"], ["tag", "cat"],
    ]  # fmt: skip
    assert len(found[two[1]]) == MOST_TAGS
    assert set(found) == set(two)


def test_what_is_said_goes_before_what_is_guessed(fresh_database: Database, two: list[int]) -> None:
    guess(fresh_database, two[0], archetype=0.8, style=0.9)
    edit(fresh_database, two[0], Act("edit", "page"), archetype="style")
    with fresh_database.read() as connection:
        found = attributes_of(connection, two)[two[0]]
    assert [pair for pair in found if pair[0] in ("archetype", "style")] == [["archetype", "style"], ["style", "anime"]]


def test_guesses_that_are_not_sure_are_none(fresh_database: Database, two: list[int]) -> None:
    guess(fresh_database, two[0], archetype=0.8, style=0.2)
    guess(fresh_database, two[1], archetype=0.4, style=0.6)
    with fresh_database.read() as connection:
        first, second = guesses_since(connection, 0)
        assert guesses_since(connection, second.stamp) == []
    assert (first.archetype, first.style) == ("character", None)
    assert (second.archetype, second.style) == (None, "anime")


def test_a_damaged_guess_is_none(fresh_database: Database, two: list[int]) -> None:
    for one in two:
        guess(fresh_database, one, archetype=0.8, style=0.6)
    with fresh_database.write() as connection:
        damage = "UPDATE adapter_digest SET archetype_confidence = 'x', style = x'ff' WHERE adapter_id = ?"
        connection.exec_driver_sql(damage, (two[0],))
    with fresh_database.read() as connection:
        first, second = guesses_since(connection, 0)
    assert (first.archetype, first.style) == (None, None)
    assert (second.archetype, second.style) == ("character", "anime")
