from __future__ import annotations

from pathlib import Path

from lora_manager.ui import element_ids

TABS_JS = Path(__file__).parents[2] / "lora_manager" / "web" / "host" / "tabs.js"


def test_the_page_looks_for_the_ids_that_the_tab_has() -> None:
    text = TABS_JS.read_text(encoding="utf-8")
    assert f"const TAB = '{element_ids.TAB}';" in text
    assert f"const PARTS = '{element_ids.PARTS}';" in text
    assert element_ids.part_id("library") == f"{element_ids.TAB}_library"


def test_the_first_letters_and_the_whole_of_it_read_well_where_a_host_shows_them() -> None:
    first, *others = element_ids.TAB.split("_")
    assert element_ids.TAB[:2].upper() == "LO"
    assert first + "".join(word.title() for word in others) == "loraManager"
