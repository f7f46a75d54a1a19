from __future__ import annotations

import pytest

from lora_manager.search.vectors.style_words import says_how


@pytest.mark.parametrize(
    "phrase", ["watercolor", "loose Brush_Strokes", "oil painting of a ship", "35mm photo", "film_grain", "Art Nouveau"]
)
def test_words_of_medium_light_and_camera_say_how(phrase: str) -> None:
    assert says_how(phrase)


@pytest.mark.parametrize("phrase", ["red fox", "smart", "partial", "inkwell", "", "東京", "two girls holding hands"])
def test_words_of_what_is_on_the_picture_do_not(phrase: str) -> None:
    assert not says_how(phrase)
