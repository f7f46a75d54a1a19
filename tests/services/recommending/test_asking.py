from __future__ import annotations

import pytest

from lora_manager.errors import BadInputError
from lora_manager.services.recommending.asking import MOST_IDS, MOST_ITEMS, Asked, checked, family_named


@pytest.mark.parametrize(("base", "family"), [("SDXL", "SDXL"), ("SDXL 1.0", "SDXL"), ("SD 1.5", "SD 1.5")])
def test_a_family_is_named_by_itself_or_by_a_base_model(base: str, family: str) -> None:
    assert family_named(base) == family


def test_an_unknown_base_model_is_refused() -> None:
    with pytest.raises(BadInputError, match="nonsense"):
        family_named("nonsense")


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        (Asked("x", limit=0), "limit"),
        (Asked("x", limit=MOST_ITEMS + 1), "limit"),
        (Asked("x", kind="smell"), "kind"),
        (Asked("x", ids=(1,) * (MOST_IDS + 1)), "ids"),
    ],
)
def test_a_question_without_an_answer_is_refused(asked: Asked, what: str) -> None:
    with pytest.raises(BadInputError, match=what):
        checked(asked)


def test_another_is_left_as_it_is() -> None:
    asked = Asked("x", limit=MOST_ITEMS)
    assert checked(asked) is asked
