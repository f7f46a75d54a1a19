from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from lora_manager.db.engine import Database
from lora_manager.db.full_text import WEIGHTS, FullText
from lora_manager.search.card_text import FIELDS, CardText, card_text
from lora_manager.search.words import split_words
from tests.db.typed import expression_of


def text_of(name: str = "", **fields: str) -> CardText:
    values = {**dict.fromkeys(FIELDS, ""), "name": name, **fields}
    lists = {key: [values.pop(key)] for key in ("tags", "triggers")}
    return card_text(**values, **lists)  # type: ignore[arg-type]


def found(connection: Connection, query: str) -> list[int]:
    match = expression_of(query)
    return [] if match is None else [adapter_id for adapter_id, _ in FullText.search(connection, match)]


def fill(database: Database, *names: str) -> None:
    with database.write() as connection:
        FullText.insert(connection, [(number, text_of(name)) for number, name in enumerate(names, 1)])


@pytest.mark.parametrize(
    ("name", "query", "matches"),
    [
        ("Amber Lantern", "amber lantern", True),
        ("Amber Lantern", "lantern amber", True),
        ("Amber Lantern", "LAN", True),
        ("Amber Lantern", "am lantern", False),
        ("Amber Lantern", "amber lamp", False),
        ("Amber Lantern", "antern", False),
        ("amber_lantern-v2.5", "lantern v2", True),
        ("Crème Brûlée", "creme brulee", True),
        ("creme brulee", "Crème", True),
        ("Cafe\u0301 noir", "café", True),
        ("Café noir", "cafe\u0301 noir", True),
        ("Việt Nam", "viet nam", True),
        ("東京タワー", "東京", True),
        ("東京タワー", "京タ", True),
        ("東京タワー", "タワー", True),
        ("東京タワー", "ー", True),
        ("東京タワー", "京", True),
        ("東京タワー", "東京タワー", True),
        ("東京タワー", "京東", False),
        ("東京 都", "京都", False),
        ("新しい東京 v2", "東京 v2", True),
        ("한국어", "국어", True),
        ("Glowing星空Sky", "星空 sky", True),
        ("ﾀﾜｰ", "タワー", True),
        ("हिन्दी शैली", "हिन्दी", True),
        ("дракон", "драк", True),
        ("x\u030c\u0304y style", "x\u030c\u0304y", True),
        ("a\ue000b icon", "a\ue000b", True),
        ("Lv\u00b2", "lv2", True),
        ("🦊fox", "fox", True),
        ("🧡Heart🧡Style", "heart style", True),
        ("“amber”—lantern", "amber lantern", True),
        ("fox", "🦊fox", True),
    ],
)
def test_a_name_is_found(fresh_database: Database, name: str, query: str, matches: bool) -> None:
    fill(fresh_database, "something else", name)
    with fresh_database.read() as connection:
        assert found(connection, query) == ([2] if matches else [])


@pytest.mark.parametrize(
    "query",
    ['"', '"a', "*", "a*", "NEAR(a b)", "-a", "a:b", "name:a", "^a", "a AND", "OR", "(", "{a}: b", "a + b", "\\", "\0"],
)
def test_syntax_that_users_type_is_text(fresh_database: Database, query: str) -> None:
    fill(fresh_database, "a b near name and or", "other")
    with fresh_database.read() as connection:
        assert found(connection, query) in ([], [1])


WORDS = st.sampled_from(
    ["lantern", "東京", "京", "v2", "é", "e\u0301", "x\u030c", "ß", "ǆ", "ﬁ", "ー", "\u3099", "İ", "𠀀", "🦊", "・"]
)
NAMES = st.one_of(st.text(max_size=20), st.lists(WORDS, max_size=5).map("".join))


@settings(max_examples=200)
@given(NAMES)
def test_every_name_is_found_by_all_of_itself_and_by_each_of_its_words(library_database: Database, name: str) -> None:
    with library_database.write() as connection:
        FullText.replace(connection, [(1, text_of(name))])
    with library_database.read() as connection:
        for query in (name, *split_words(name)):
            assert found(connection, query) == ([1] if expression_of(query) else []), (name, query)


@settings(max_examples=200)
@given(st.text())
def test_no_query_is_an_error(library_database: Database, query: str) -> None:
    with library_database.read() as connection:
        found(connection, query)


def test_a_word_in_the_name_says_more_than_in_the_description(fresh_database: Database) -> None:
    fillers = [(number, text_of(f"filler {number}")) for number in range(10, 40)]
    fields = sorted(WEIGHTS, key=lambda field: WEIGHTS[field])
    rows = [(number, text_of(**{field: "lantern"})) for number, field in enumerate(fields, 1)]
    with fresh_database.write() as connection:
        FullText.insert(connection, [*fillers, *rows])
    with fresh_database.read() as connection:
        ranked = FullText.search(connection, '"lantern"')
    scores = [WEIGHTS[fields[adapter_id - 1]] for adapter_id, _ in ranked]
    assert scores == sorted(scores, reverse=True)
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    assert all(score > 0 for _, score in ranked)


def test_equal_scores_keep_their_order(fresh_database: Database) -> None:
    fill(fresh_database, *["same name"] * 30)
    with fresh_database.read() as connection:
        assert found(connection, "same") == list(range(1, 31))


def test_replace_delete_and_count(fresh_database: Database) -> None:
    fill(fresh_database, "amber lantern", "amber moth", "paper moth")
    with fresh_database.write() as connection:
        assert FullText.document_count(connection, '"amber"') == 2
        assert FullText.matching_among(connection, '"moth"', [1, 2]) == [2]
        assert FullText.matching_among(connection, '"moth"', []) == []
        FullText.replace(connection, [(2, text_of("silk owl"))])
        FullText.delete(connection, [3, 99])
        FullText.delete(connection, [])
        FullText.insert(connection, [])
        assert found(connection, "moth") == []
        assert found(connection, "owl") == [2]
        assert FullText.document_count(connection, '"amber"') == 1
        assert len(FullText.search(connection, '"amber" OR "owl"', limit=1)) == 1
