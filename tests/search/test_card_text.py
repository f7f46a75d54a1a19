from __future__ import annotations

from lora_manager.search.card_text import FIELDS, MAX_DESCRIPTION, card_text


def test_every_field_is_in_the_form_of_the_index() -> None:
    text = card_text(
        name="星 Lantern",
        version="v2",
        file_name="amber_lantern",
        folder="style/light",
        tags=["style", "東京"],
        triggers=["lantern light", "dusk"],
        author="paper_moth",
        notes="mine",
        description="Draws lanterns.",
    )
    assert text.name.split() == ["星", "Lantern"]
    assert text.tags.split() == ["style", ",", "東京", "京"]
    assert text.triggers == "lantern light , dusk"
    assert (text.version, text.file_name, text.folder) == ("v2", "amber_lantern", "style/light")
    assert (text.author, text.notes, text.description) == ("paper_moth", "mine", "Draws lanterns.")
    assert tuple(text._fields) == FIELDS


def test_what_nobody_says_is_empty_and_a_long_description_is_cut() -> None:
    text = card_text(
        name="n",
        version=None,
        file_name="f",
        folder="",
        tags=[],
        triggers=[],
        author=None,
        notes=None,
        description="x " * MAX_DESCRIPTION,
    )
    assert (text.version, text.folder, text.tags, text.triggers, text.author, text.notes) == ("",) * 6
    assert len(text.description) == MAX_DESCRIPTION
