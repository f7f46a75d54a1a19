from __future__ import annotations

import json

import pytest

from lora_manager.db.preferences import PreferenceRow
from lora_manager.services.learning.telling import sentence

AT = "2026-03-01T12:00:00.000Z"


def row(kind: str, tally: dict[str, tuple[int, float]], pinned: int | None = None) -> PreferenceRow:
    return PreferenceRow("", kind, "k", "Label", 3.0, 0.0, 5, AT, "use", pinned, tally=json.dumps(tally))


@pytest.mark.parametrize(
    ("kind", "tally", "liked", "said"),
    [
        ("tag", {"inserted": (5, 0)}, True, "You inserted LoRAs tagged “Label” 5 times."),
        ("adapter", {"inserted": (1, 0), "ignored": (4, 0)}, True, "You inserted it once."),
        ("author", {"accepted": (2, 0)}, True, "You liked LoRAs by Label as a suggestion twice."),
        ("base_model", {"generated": (1200, 300)}, True, "You generated with LoRAs for Label 1,200 times."),
        ("adapter", {"image_rated": (3, 13)}, True, "You rated 3 pictures made with it, 4.3 of 5 on average."),
        ("adapter", {"image_rated": (1, 5)}, True, "You rated 1 picture made with it, 5 of 5."),
        (
            "tag",
            {"image_rated": (3, 13)},
            True,
            "You rated pictures made with LoRAs tagged “Label” 4.3 of 5 on average (3 times).",
        ),
        ("adapter", {"adapter_rated": (1, 5)}, True, "You rated it 5 of 5."),
        ("tag", {"adapter_rated": (1, 4)}, True, "You rated one of the LoRAs tagged “Label” 4 of 5."),
        ("style", {"adapter_rated": (4, 18)}, True, "You rated 4 LoRAs in the style “Label”, 4.5 of 5 on average."),
        ("adapter", {"adapter_favourited": (1, 1)}, True, "It is one of your favourites."),
        ("author", {"adapter_favourited": (1, 1)}, True, "One of the LoRAs by Label is among your favourites."),
        ("author", {"adapter_favourited": (2, 2)}, True, "2 of the LoRAs by Label are among your favourites."),
        ("adapter", {"image_favourited": (2, 2)}, True, "Pictures made with it that you marked as favourites: 2."),
        (
            "author",
            {"image_favourited": (2, 2)},
            True,
            "Pictures that you marked as favourites were made with LoRAs by Label (twice).",
        ),
        ("style", {"dismissed": (12, 0)}, False, "You said “not for me” of LoRAs in the style “Label” 12 times."),
        ("adapter", {"ignored": (9, 0), "inserted": (1, 0)}, False, "You passed over this LoRA 9 times."),
        ("adapter", {"image_gone": (2, 0)}, False, "Pictures made with it that you deleted: 2."),
        ("adapter", {"image_rated": (2, 3)}, False, "You rated 2 pictures made with it, 1.5 of 5 on average."),
        ("adapter", {}, True, "You prefer this LoRA (5 signs)."),
        ("tag", {"other": (3, 3)}, False, "You tend to pass over LoRAs tagged “Label” (5 signs)."),
    ],
)
def test_a_reason_says_what_was_counted(kind: str, tally: dict[str, tuple[int, float]], liked: bool, said: str) -> None:
    assert sentence(row(kind, tally), liked=liked) == said


def test_what_the_user_said_is_told_as_such() -> None:
    assert sentence(row("archetype", {}, -1), liked=False) == "You said that you do not like LoRAs of the kind “Label”."
    assert sentence(row("tag", {}, 1), liked=True) == "You said that you like LoRAs tagged “Label”."


def test_of_several_the_kind_that_says_most_is_told() -> None:
    tally = {"inserted": (2, 0.0), "image_rated": (3, 15.0), "generated": (4, 1.0)}
    assert sentence(row("adapter", tally), liked=True) == "You rated 3 pictures made with it, 5.0 of 5 on average."
