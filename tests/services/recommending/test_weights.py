from __future__ import annotations

import math

import pytest

from lora_manager.db.own_uses import OwnUse, RecordedWeight
from lora_manager.formats.example_prompts import ExamplePrompt
from lora_manager.services.recommending.suggestions import SuggestedWeight
from lora_manager.services.recommending.weights import suggested_weight

DEFAULT = "Nobody says a weight; most are made for 1."
PREFERRED = "0.85 is the preferred weight on record."
NOTHING = RecordedWeight(None, "", None, None)


def uses(*weights: float, rating: int = 0, favourite: bool = False) -> list[OwnUse]:
    return [OwnUse(weight, rating, favourite) for weight in weights]


def examples(*weights: float | None, own: bool = False) -> list[ExamplePrompt]:
    return [ExamplePrompt("a prompt", weight=weight, own=own) for weight in weights]


def test_what_its_user_set_comes_before_everything() -> None:
    found = suggested_weight(uses(0.5, 0.5, rating=5), examples(0.7), RecordedWeight(0.9, "user", 0.6, 1.1))
    assert found == SuggestedWeight(0.9, 0.6, 1.1, "own", "You set this weight.")


def test_well_rated_uses_come_before_other_uses() -> None:
    mixed = [*uses(1.0, 1.0, 1.0), *uses(0.4, rating=4), *uses(0.6, favourite=True)]
    found = suggested_weight(mixed, examples(0.9), NOTHING)
    assert found == SuggestedWeight(0.5, 0.4, 0.6, "own", "Usual in your 2 well-rated uses.")
    assert suggested_weight(uses(0.4, rating=5), [], NOTHING).why == "As in your one well-rated use."


def test_uses_without_a_rating_count_from_two_on_and_bad_ones_never() -> None:
    assert suggested_weight(uses(0.4, 0.6, 0.8), [], NOTHING).why == "Usual in your 3 uses."
    assert suggested_weight(uses(0.4), examples(0.7), NOTHING).source == "examples"
    assert suggested_weight(uses(0.4, 0.4, 0.4, rating=1), examples(0.7), NOTHING).weight == 0.7


def test_example_prompts_come_before_the_author_with_their_quartiles() -> None:
    found = suggested_weight([], examples(0.2, 0.6, 0.7, 0.8, 1.6, None), RecordedWeight(1.0, "text", None, None))
    assert found == SuggestedWeight(0.7, 0.6, 0.8, "examples", "Usual in 5 example prompts.")
    same = suggested_weight([], examples(0.7, 0.7), NOTHING)
    assert (same.weight, same.low, same.high) == (0.7, None, None)


def test_the_users_own_prompts_are_uses_not_examples() -> None:
    assert suggested_weight([], examples(0.2, own=True), NOTHING).source == "default"


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (RecordedWeight(0.7, "text", 0.6, 0.8), (0.7, 0.6, 0.8, "author", "The author recommends 0.6 to 0.8.")),
        (RecordedWeight(0.7, "text", 0.7, 0.7), (0.7, 0.7, 0.7, "author", "The author recommends 0.7.")),
        (RecordedWeight(None, "", 0.6, 0.8), (0.7, 0.6, 0.8, "author", "The author recommends 0.6 to 0.8.")),
        (RecordedWeight(None, "", 0.6, None), (1.0, None, None, "default", DEFAULT)),
        (RecordedWeight(0.85, "a1111", None, None), (0.85, None, None, "preferred", PREFERRED)),
        (NOTHING, (1.0, None, None, "default", DEFAULT)),
    ],
)  # fmt: skip
def test_then_what_is_on_record(recorded: RecordedWeight, expected: tuple[object, ...]) -> None:
    assert suggested_weight([], [], recorded) == SuggestedWeight(*expected)  # type: ignore[arg-type]


def test_weights_that_nobody_means_are_passed_over() -> None:
    odd = examples(0.0, math.nan, math.inf, 40.0, -0.5)
    assert suggested_weight(uses(0.0, math.nan), odd, NOTHING).weight == -0.5
