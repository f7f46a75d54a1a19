from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lora_manager.db.columns.vocabulary import NO_VALUE, TagNames, Vocabulary

VALUES = st.lists(st.none() | st.sampled_from(["", "a", "A", "b", "東"]))


@given(VALUES)
def test_a_code_stands_for_its_value_for_ever(values: list[str | None]) -> None:
    vocabulary = Vocabulary()
    codes = [vocabulary.code(value) for value in values]
    assert codes == [vocabulary.code(value) for value in values]
    assert [None if code == NO_VALUE else vocabulary.values[code] for code in codes] == values
    assert len(vocabulary) == len({value for value in values if value is not None})


def test_values_are_found_by_what_they_are() -> None:
    vocabulary = Vocabulary()
    a, b, _ = (vocabulary.code(value) for value in ("apple", "berry", "cherry"))
    assert vocabulary.find("berry", "none", "apple") == [b, a]
    assert vocabulary.where(lambda value: "e" in value and value < "c") == [a, b]
    assert vocabulary.find() == vocabulary.where(lambda value: False) == []


TAGS = st.dictionaries(st.text(st.sampled_from("ab ß"), max_size=4), st.text(max_size=3), max_size=6)


@given(TAGS, TAGS, st.text(st.sampled_from("ab ß"), max_size=2))
def test_tags_are_found_by_their_beginning_however_they_came(
    first: dict[str, str], second: dict[str, str], begin: str
) -> None:
    tags = TagNames()
    known: dict[str, str] = {}
    for part in (first, {key: name for key, name in second.items() if key not in first}):
        tags.add((len(known) + number, key, name) for number, (key, name) in enumerate(part.items(), 1))
        known.update(part)
        assert tags.beginning_with(begin) == sorted(key for key in known if key.startswith(begin))
    assert tags.behind_last == len(known) + 1
    assert [tags.names[tag_id] for tag_id in tags.find(*known, "unknown")] == list(known.values())
