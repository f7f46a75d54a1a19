from __future__ import annotations

import pytest
from hypothesis import given, settings

from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.matching import Moment, matches
from lora_manager.db.columns.text import is_text, ranking_expression, text_mask, words_to_find
from lora_manager.db.engine import Database
from lora_manager.db.full_text import FullText
from lora_manager.search.query.nodes import Flag, Node, Not, Words
from lora_manager.search.query.parser import parse_query
from tests.db.columns.random_library import LIBRARIES, TODAY, fill
from tests.db.columns.test_matching import TREES
from tests.db.described import described, put
from tests.search.query.reference import Known


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", True), ("name:a", True), ("note:a", True), ("tag:a", False), ("base:a", False), ("rank:1", False)],
)
def test_which_parts_are_text(text: str, expected: bool) -> None:
    assert is_text(parse_query(text).node) is expected
    assert is_text(Not(Words("a"))) is is_text(Flag("missing")) is False


def test_all_words_at_once(fresh_database: Database) -> None:
    both, one = put(fresh_database, described("1.pt", "amber lantern"), described("2.pt", "amber"))
    with fresh_database.read() as connection:
        columns = load_columns(connection, 1)

        def found(*nodes: Node) -> list[int]:
            ids: list[int] = columns.ids[text_mask(connection, columns, nodes)].tolist()
            return ids

        assert found(Words("amber")) == [both, one]
        assert found(Words("amber"), Words("lant", is_open=True)) == [both]
        assert found(Words("amber"), Words("lantern", "note")) == []
        assert found(Words("amber"), Words("!")) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("a -b c ", ["a", "c"]), ("a OR (b tag:c) ", ["a", "b"]), ("rank:1 ", []), ("", []), ('"a b" ', ["a b"])],
)
def test_words_that_are_to_be_found(text: str, words: list[str]) -> None:
    assert words_to_find(parse_query(text).node) == words


@settings(max_examples=60)
@given(LIBRARIES, TREES)
def test_what_ranks_a_result_finds_all_of_it(
    library_database: Database, library: list[tuple[Known, str | None]], node: Node
) -> None:
    fill(library_database, library)
    expression = ranking_expression(node)
    if expression is not None:
        with library_database.read() as connection:
            columns = load_columns(connection, 1)
            found = columns.ids[matches(node, Moment(connection, columns, TODAY))].tolist()
            assert set(found) <= {adapter_id for adapter_id, _ in FullText.search(connection, expression)}
