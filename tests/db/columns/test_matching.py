from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.columns.load import load_columns
from lora_manager.db.columns.matching import Moment, matches
from lora_manager.db.engine import Database
from lora_manager.db.revision import catalogue_revision
from lora_manager.search.query.fields import FIELD_BY_NAME, FLAGS, Kind
from lora_manager.search.query.nodes import Age, All, Any, Everything, Flag, Node, Not, Number, Words
from lora_manager.search.query.parser import parse_query
from lora_manager.search.query.tokens import QueryError
from tests.db.columns.random_library import ALGORITHMS, BASES, FOLDERS, LIBRARIES, NAMES, TAGS, TODAY, fill
from tests.db.described import described, put
from tests.search.query.reference import Known, finds

TEXTS = (
    *(*NAMES, *TAGS, "AMBER", "amb", "ete", "京", "都", "東", "京都", "glow lamp", "hair style", "blue", "10", "2"),
    *("file", "1.0", "amber glow", "glow", "note amber", "v1 0", "v", "東京 amber", "京都 amber", "amber 東京", "zzz"),
)
CHOICES = (
    *(*TAGS, *FOLDERS, *BASES, *ALGORITHMS, "blue", "bl", "sd1.5", "sdxl", "sd", "a/b", "b/c", "lo", "Ada", "et", "/"),
)
NUMBERS = ("rank", "rating", "downloads", "size", "used", "weight")
TIMES = ("added", "published", "used")
_BOUNDS = st.none() | st.sampled_from([-1.0, 0.0, 0.5, 0.6, 1.0, 2.0, 4.0, 16.0, 100.0, 1000.0, 2.0**20, 2.0**33])
_AGES = st.none() | st.integers(-10 * 4, 40 * 4).map(lambda quarters: quarters / 4)
_DATES = st.none() | st.integers(-45, 15).map(lambda days: TODAY + days)


def _words(draw: st.DrawFn) -> Node:
    is_choice = draw(st.booleans())
    kind = Kind.CHOICE if is_choice else Kind.TEXT
    fields = sorted({field.name for field in FIELD_BY_NAME.values() if field.kind is kind})
    is_exact = is_choice and draw(st.booleans())
    text = draw(st.sampled_from(CHOICES if is_choice else TEXTS))
    field = draw(st.sampled_from(fields if is_choice else ["", "", "", *fields]))
    # What can be typed: a value is never empty, and only what ends with a letter or a digit goes on.
    is_open = not is_exact and text[-1:].isalnum() and draw(st.booleans())
    return Words(text, field, is_open, is_exact) if text.strip() else Everything()


@st.composite
def leaves(draw: st.DrawFn) -> Node:
    kind = draw(st.sampled_from(["words", "words", "words", "number", "age", "flag"]))
    if kind == "words":
        return _words(draw)
    if kind == "flag":
        return Flag(draw(st.sampled_from(sorted(FLAGS))))
    if kind == "number":
        field, low, high = draw(st.sampled_from(NUMBERS)), draw(_BOUNDS), draw(_BOUNDS)
        return Number(field, low, high, draw(st.booleans()), draw(st.booleans()))
    is_date = draw(st.booleans())
    bounds = _DATES if is_date else _AGES
    return Age(draw(st.sampled_from(TIMES)), draw(bounds), draw(bounds), is_date)


def _more(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=1, max_size=3).map(tuple)
    return st.builds(Not, nodes) | st.builds(All, several) | st.builds(Any, several)


TREES: st.SearchStrategy[Node] = st.recursive(st.just(Everything()) | leaves(), _more, max_leaves=5)


def found(database: Database, node: Node) -> set[int]:
    """The adapters that the columns find."""
    with database.read() as connection:
        columns = load_columns(connection, catalogue_revision(connection))
        mask = matches(node, Moment(connection, columns, TODAY))
        return {int(adapter_id) for adapter_id in columns.ids[mask]}


def agrees(database: Database, library: dict[int, Known], node: Node) -> None:
    """The columns find what the reference finds."""
    assert found(database, node) == {key for key, known in library.items() if finds(node, known, TODAY)}


@settings(max_examples=100)
@given(LIBRARIES, st.lists(TREES, min_size=1, max_size=8))
def test_a_match_equals_the_slow_reference(
    library_database: Database, library: list[tuple[Known, str | None]], nodes: list[Node]
) -> None:
    by_id = fill(library_database, library)
    for node in nodes:
        agrees(library_database, by_id, node)


CJK = ("東京", "東京都 amber", "amber 東京", "京", "東 京", "京東", "東京amber x", "東京 京東")


@pytest.mark.parametrize(
    "text",
    [
        *("東京", '"東京 amber"', '"東京 amb', '"amber 東京"', '"amber 東"', "京", '"京"', '"東 京"'),
        *('"東京都 amber"', '"京都 amber"', '"都 amber"', '"京 amber"', '"東京 amber x"', '"東京都"'),
        *("name:東京", 'name:"amber 東"', '"京都"', '"東京都 a', "東京amber", "東京京", '"京 京"', '"東京 京東"'),
    ],
)
def test_signs_without_blanks_between_them(library_database: Database, text: str) -> None:
    by_id = fill(library_database, [(Known(name=name), None) for name in CJK])
    for ending in ("", " "):
        agrees(library_database, by_id, parse_query(text + ending).node)


PARTS = (
    *("amber", "Amber", "v2", "京", "東京", '"blue hair"', '"amber glow"', "well-known", "<lora:amber:1>", "!", "amb"),
    *("tag:style", 'tag:"blue hair"', "tag:blue", "base:sdxl", "base:SD", 'base:"SD 1.5"', "folder:a", "folder:a/b"),
    *("author:ada", "type:lora", "type:style", "trigger:glow", "name:lamp", "note:amber", "file:2", "description:lamp"),
    *("rank:>=16", "rank:4..16", "weight:0.7", "weight:<0.7", "rating:>=4", "downloads:>10", "size:>1kb", "size:1mb"),
    *(
        "added:<7d",
        "added:>1w",
        "published:>2020",
        "published:2024-10",
        "used:0",
        "used:>0",
        "used:<9d",
        "is:favourite",
    ),
    *("is:missing", "is:duplicate", "is:untagged", "is:notriggers", "is:nopreview", "is:unused", "is:edited"),
    *("is:inactive",),
    *("is:offline", "is:incomplete", "OR", "|", "-", "(", ")", "re:zero"),
)


@settings(max_examples=100)
@given(LIBRARIES, st.lists(st.lists(st.sampled_from(PARTS), max_size=6), min_size=1, max_size=8), st.booleans())
def test_what_is_typed_finds_what_its_parse_means(
    library_database: Database, library: list[tuple[Known, str | None]], queries: list[list[str]], ends_open: bool
) -> None:
    by_id = fill(library_database, library)
    for parts in queries:
        text = " ".join(parts).replace("- ", "-") + ("" if ends_open else " ")
        with suppress(QueryError):
            agrees(library_database, by_id, parse_query(text).node)


def test_a_file_is_found_by_any_of_its_hashes(fresh_database: Database) -> None:
    sha = "ae1ed34e91" + "0" * 50 + "beef"
    known, claimed, bare = put(
        fresh_database,
        described("a.pt", file={"sha256": sha, "autov2": sha[:10], "autov3": "0123456789ab"}),
        described("b.pt", file={"autov2": "ae1ed34e92"}),
        described("c.pt", "ae1ed34e91"),
    )
    with fresh_database.read() as connection:
        columns = load_columns(connection, 1)
        moment = Moment(connection, columns, TODAY)
        for text, found in (
            (sha, [known]),
            (f"hash:{sha.upper()}", [known]),
            ("hash:ae1ed34e91", [known]),
            ("ae1ed34e91", [known, bare]),
            ("hash:ae1ed3", [known, claimed]),
            ("hash:0123456789ab", [known]),
            ("0123456789ab", [known]),
            ("hash:ffffff", []),
        ):
            mask = matches(parse_query(text).node, moment)
            assert columns.ids[mask].tolist() == found, text
