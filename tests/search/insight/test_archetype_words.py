from __future__ import annotations

from lora_manager.formats.sidecars.civitai_common import ARCHETYPES as OF_SIDECARS
from lora_manager.search.adapter_facts import AdapterFacts
from lora_manager.search.insight.archetype_words import (
    ARCHETYPES,
    CATEGORY_TAGS,
    archetype_by_hints,
    archetype_said,
    hints_in,
)
from lora_manager.search.insight.texts import texts_of


def test_category_tags_say_what_the_sidecars_make_of_them() -> None:
    assert OF_SIDECARS.items() <= CATEGORY_TAGS.items()
    assert set(CATEGORY_TAGS.values()) == set(ARCHETYPES)


def test_a_category_tag_is_said_outright() -> None:
    assert archetype_said(["sea", " Poses "]) == "pose"
    assert archetype_said(["concept", "clothing"]) == "clothing"
    assert archetype_said(["game character"]) is None


def test_hints_are_whole_phrases() -> None:
    texts = texts_of(AdapterFacts(1, name="Pixel Art of a car", tags=("carpet", "水墨画风")))
    assert hints_in(texts) == {"style": 2, "vehicle": 1}


def test_the_most_hints_win_and_none_say_nothing() -> None:
    dress = texts_of(AdapterFacts(1, name="Long dress", tags=("gown", "outfit"), file_name="style_dress"))
    assert archetype_by_hints(dress) == "clothing"
    assert archetype_by_hints(texts_of(AdapterFacts(1, name="qwrt"))) is None
