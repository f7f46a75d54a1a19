from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lora_manager.db.edits.state import tags_of, tags_of_all
from lora_manager.db.edits.tags import replace_tags
from tests.conftest import DatabaseFactory
from tests.db.described import described, put

TAGS = st.lists(st.sampled_from(["a", "b", "c", "d", "東京"]), max_size=5, unique=True)


@settings(max_examples=60)
@given(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=6))
def test_whatever_was_there_these_are_the_tags_in_their_order(
    database_factory: DatabaseFactory, steps: list[tuple[list[str], list[str]]]
) -> None:
    with database_factory() as database:
        one, other = put(database, described("a.pt", "A", tags=("d", "a")), described("b.pt", "B"))
        for first, second in steps:
            with database.write() as connection:
                replace_tags(connection, {one: first, other: second})
            with database.read() as connection:
                assert tags_of(connection, one) == first
                assert tags_of(connection, other) == second
                assert set(tags_of_all(connection, [one, other])) == {
                    key for key, tags in ((one, first), (other, second)) if tags
                }
