from __future__ import annotations

from pathlib import Path

import pytest

from lora_manager.db.engine import Database
from lora_manager.db.revision import catalogue_revision, stamp_adapters, touch_catalogue
from lora_manager.db.stamps import last_stamp
from lora_manager.db.vectors import (
    Mark,
    NewVector,
    all_adapters,
    changed_adapters,
    count_adapters,
    forget_marks,
    known_texts,
    previews,
    read_mark,
    read_word,
    those_there,
    vectors_since,
    write_mark,
    write_vectors,
    write_word,
)
from tests.helpers.network_files import write_adapter
from tests.helpers.shelf import Shelf


@pytest.fixture
def three(shelf: Shelf) -> list[int]:
    """The ids of three adapters, the last with a preview."""
    for name in ("amber", "brook"):
        write_adapter(shelf.root, name)
    write_adapter(shelf.root, "cedar", preview=True)
    shelf.scan()
    return [shelf.adapter_id(f"{name}.safetensors") for name in ("amber", "brook", "cedar")]


def vector(
    adapter_id: int, kind: str = "semantic", encoder: str = "e", text: str = "t", data: bytes = b"1234"
) -> NewVector:
    return NewVector(adapter_id, kind, encoder, text, data)


def test_vectors_are_written_replaced_and_read_since_a_stamp(shelf: Shelf, three: list[int]) -> None:
    database: Database = shelf.database
    with database.write() as connection:
        write_vectors(connection, [vector(one) for one in three])
        first = last_stamp(connection)
        write_vectors(connection, [vector(three[0], text="u", data=b"5678"), vector(three[1], "look"), vector(10**6)])
    with database.read() as connection:
        assert dict(vectors_since(connection, "semantic", "e", -1)) == {
            three[0]: b"5678", three[1]: b"1234", three[2]: b"1234",
        }  # fmt: skip
        assert dict(vectors_since(connection, "semantic", "e", first)) == {three[0]: b"5678"}
        assert dict(vectors_since(connection, "semantic", "other", -1)) == {}
        assert known_texts(connection, three[:2], "e") == {
            (three[0], "semantic"): "u", (three[1], "semantic"): "t", (three[1], "look"): "t",
        }  # fmt: skip


def test_another_encoder_takes_the_place_of_the_first(shelf: Shelf, three: list[int]) -> None:
    with shelf.database.write() as connection:
        write_vectors(connection, [vector(three[0])])
        write_vectors(connection, [vector(three[0], encoder="f", text="t")])
        write_vectors(connection, [])
        assert known_texts(connection, three, "e") == {}
        assert known_texts(connection, three, "f") == {(three[0], "semantic"): "t"}


def test_a_pass_goes_through_what_changed_in_the_order_of_the_changes(shelf: Shelf, three: list[int]) -> None:
    with shelf.database.write() as connection:
        found = changed_adapters(connection, read_mark(connection, "p"), 2)
        assert [mark.adapter_id for mark in found] == sorted(three)[:2]
        assert count_adapters(connection, Mark()) == (0, 3)
        write_mark(connection, "p", found[-1])
        assert read_mark(connection, "p") == found[-1]
        assert count_adapters(connection, found[-1]) == (2, 3)
        rest = changed_adapters(connection, found[-1], 5)
        write_mark(connection, "p", rest[-1])
        assert changed_adapters(connection, rest[-1], 5) == []
        touch_catalogue(connection, [three[0]])
        assert [mark.adapter_id for mark in changed_adapters(connection, rest[-1], 5)] == [three[0]]


def test_what_is_written_and_not_told_of_yet_is_left_for_later(shelf: Shelf, three: list[int]) -> None:
    with shelf.database.write() as connection:
        end = Mark(catalogue_revision(connection), 10**9)
        stamp_adapters(connection, three[1:])
        assert changed_adapters(connection, end, 5) == []
        touch_catalogue(connection)
        assert [mark.adapter_id for mark in changed_adapters(connection, end, 5)] == sorted(three[1:])


def test_marks_are_forgotten_and_other_words_stay(fresh_database: Database) -> None:
    with fresh_database.write() as connection:
        write_mark(connection, "pass:texts", Mark(5, 7))
        write_word(connection, "texts", "an encoder")
        forget_marks(connection)
        assert read_mark(connection, "pass:texts") == Mark()
        assert read_word(connection, "texts") == "an encoder"
        long = "pass:" + "x" * 100
        write_mark(connection, long, Mark(1, 2))
        assert read_mark(connection, long) == Mark(1, 2)


def test_adapters_that_are_there_and_their_previews(shelf: Shelf, three: list[int]) -> None:
    with shelf.database.read() as connection:
        assert all_adapters(connection) == set(three)
        assert those_there(connection, {three[0], 10**6}) == {three[0]}
        ((adapter_id, path, version),) = previews(connection, three)
        assert previews(connection, []) == []
    assert adapter_id == three[2]
    assert Path(path) == shelf.root / "cedar.preview.png"
    assert version
