from __future__ import annotations

import pytest

from lora_manager.search.ranking.prompt import ParsedPrompt
from lora_manager.services.recommending.reasons import Evidence, praise_of, reasons_of, sentence_of, triggers_in
from lora_manager.services.recommending.suggestions import ShownExample

OWN = ShownExample("an amber lamp in the rain", own=True)
OTHER = ShownExample("a lamp " * 60, own=False)


def said(evidence: Evidence) -> str:
    return sentence_of(evidence, reasons_of(evidence))


def test_the_shares_sum_to_one_largest_first() -> None:
    shares = {"popularity": 0.1, "words": 0.55, "example": 0.3, "quality": -0.2, "family": 0.001, "nonsense": 5.0}
    found = reasons_of(Evidence(shares, words=["amber"], example=OTHER))
    assert [reason.kind for reason in found] == ["words", "example", "popularity"]
    assert sum(reason.share for reason in found) == pytest.approx(1.0)
    assert all(reason.text.endswith((".", "”")) for reason in found)


def test_what_cannot_be_said_is_no_reason() -> None:
    assert reasons_of(Evidence({"example": 1.0, "co_use": 0.5, "family": 0.2})) == ()
    assert reasons_of(Evidence({})) == ()
    assert said(Evidence({}, words=["amber"])) == "Matches “amber”."
    assert [reason.kind for reason in reasons_of(Evidence({"example": 1.0}, words=["amber"]))] == ["words"]
    assert said(Evidence({})) == "It came up for this prompt."


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        (Evidence({"words": 1.0, "popularity": 0.1}, words=["amber", "lamp"]), "Matches “amber”, “lamp”."),
        (
            Evidence({"trigger": 0.6, "example": 0.4}, words=["amber"], triggers=["amber glow"], example=OTHER),
            "Its trigger word “amber glow” is in the prompt; an example prompt comes close.",
        ),
        (Evidence({"example": 1.0}, words=["amber"], example=OWN), "One of your own prompts comes close."),
        (Evidence({"co_use": 1.0}, companions=["Moth", "Fox", "Owl"]), "Goes with Moth, Fox."),
        (
            Evidence({"preference": 1.0}, liked="You often use LoRAs tagged “rain” (5 times)."),
            "You often use LoRAs tagged “rain” (5 times).",
        ),
        (
            Evidence({"words": 1.0}, words=["amber"], ahead="it was never used"),
            "It was never used; matches “amber”.",
        ),
    ],
)
def test_one_plain_sentence(evidence: Evidence, expected: str) -> None:
    assert said(evidence) == expected


def test_a_long_example_is_shortened_where_it_is_quoted() -> None:
    (reason,) = reasons_of(Evidence({"example": 1.0}, example=OTHER))
    assert len(reason.text) < 220
    assert "…" in reason.text


def test_trigger_words_are_found_as_whole_phrases() -> None:
    parsed = ParsedPrompt.of("a (amber glow:1.2) at night, Café")
    assert triggers_in(parsed, [["Amber Glow", "glow worm"], ["café", "amber glow"]]) == [
        "Amber Glow",
        "café",
        "amber glow",
    ]
    assert triggers_in(ParsedPrompt.of(""), [["x"]]) == []


def test_what_holds_whatever_is_asked_is_never_all_that_is_said() -> None:
    found = reasons_of(Evidence({"quality": 0.2, "words": -1.0, "popularity": 0.1}, words=["amber"]))
    assert found[0].kind == "words"
    assert found[0].share >= 0.499
    assert [reason.kind for reason in reasons_of(Evidence({"quality": 0.2}))] == ["quality"]


def test_a_record_is_called_well_rated_only_by_its_votes() -> None:
    assert reasons_of(Evidence({"quality": 1.0}))[0].text == "Its record is complete."
    voted = "96 % of 54 votes are thumbs up."
    assert reasons_of(Evidence({"quality": 1.0}, quality=voted))[0].text == voted
    usual = {"name": "metadata", "value": 1.0, "weight": 0.25, "text": "All that is usual is on record."}
    lacking = {"name": "metadata", "value": 0.9, "weight": 0.25, "text": "Nothing on record: tags."}
    votes = {"name": "community", "value": 0.9, "weight": 0.45, "text": voted}
    unknown = {"name": "community", "value": 0.7, "weight": 0.45, "text": "No votes of others are known."}
    assert praise_of([usual, votes]) == f"{voted} {usual['text']}"
    assert praise_of([usual, unknown]) == usual["text"]
    assert praise_of([lacking, unknown, {"value": "?"}]) == ""
