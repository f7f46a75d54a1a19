from __future__ import annotations

import pytest

from lora_manager.search.query.choice_match import choice_test
from lora_manager.search.query.nodes import Words


@pytest.mark.parametrize(
    ("node", "value", "fits"),
    [
        (Words("blue", "tag"), "blue", True),
        (Words("BLUE", "tag"), "Blue hair", True),
        (Words("blue", "tag"), "blueberry", False),
        (Words("blue", "tag", is_open=True), "blueberry", True),
        (Words("hair", "tag"), "blue hair", False),
        (Words("blue", "tag", is_exact=True), "blue hair", False),
        (Words("blue hair", "tag", is_exact=True), "Blue Hair", True),
        (Words("sd1.5", "base"), "SD 1.5 LCM", True),
        (Words("sdxl", "base"), "SDXL 1.0", True),
        (Words("xl", "base"), "SDXL 1.0", True),
        (Words("il", "base"), "Illustrious", True),
        (Words("l", "base"), "SDXL 1.0", False),
        (Words("SDXL", "base", is_exact=True), "SDXL 1.0", False),
        (Words("...", "base"), "SDXL 1.0", False),
        (Words("anime", "folder"), "characters/Anime/90s", True),
        (Words("characters/anime", "folder"), "characters/anime", True),
        (Words("characters\\anime\\", "folder"), "characters/anime", True),
        (Words("ani", "folder"), "characters/anime", False),
        (Words("ani", "folder", is_open=True), "characters/anime", True),
        (Words("nime", "folder", is_open=True), "characters/anime", False),
        (Words("anime", "folder", is_exact=True), "characters/anime", False),
        (Words("characters", "folder", is_exact=True), "characters/anime", True),
    ],
)
def test_what_a_value_fits(node: Words, value: str, fits: bool) -> None:
    assert choice_test(node)(value) is fits
