from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import Connection

from lora_manager.application import Application
from lora_manager.services.recommending.answering import TOGETHER, together_score, trigger_evidence
from lora_manager.services.recommending.reasons import reasons_of, sentence_of
from lora_manager.services.recommending.suggestions import TriggerMatch
from tests.services.recommending.library import ask, ids_by_name, names, read_all, write_lora


class Liking:
    """Preferences of our own: who likes which adapter, and what somebody hides."""

    def __init__(self, liked: int, hidden: Sequence[int] = (), *, is_on: bool = True) -> None:
        self.liked, self.hides, self.is_on = liked, set(hidden), is_on

    def preference_of(self, connection: Connection, user_name: str, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        liked = self.liked if user_name == "ada" else -1
        return np.where(ids == liked, 0.95, 0.5).astype(np.float32)

    def explain(self, connection: Connection, user_name: str, adapter_id: int) -> tuple[str, float] | None:
        return ("You often use LoRAs by bob (4 times).", 0.9) if adapter_id == self.liked else None

    def hidden(self, connection: Connection, user_name: str, prompt: str) -> set[int]:
        return self.hides


class Encoded:
    """Vectors of our own: the cosine of any prompt to one adapter."""

    def __init__(self, adapter_id: int) -> None:
        self.adapter_id = adapter_id

    def query(self, text: str, patience: float = 1.0) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        return np.array([self.adapter_id], np.int64), np.array([0.9], np.float32)

    def similar(self, connection: Connection, adapter_id: int, kind: str, k: int) -> Sequence[tuple[int, float]]:
        return ()

    def available(self, connection: Connection, adapter_id: int) -> Sequence[str]:
        return ()


@pytest.fixture
def library(application: Application, tmp_path: Path) -> Application:
    root = tmp_path / "Lora"
    write_lora(root, "amber", "Amber", description="a lantern at dusk")
    write_lora(root, "moth", "Moth", description="a lantern at night")
    write_lora(root, "fox", "Fox", description="a fox")
    read_all(application)
    return application


def test_what_a_user_likes_is_lifted_and_said(library: Application) -> None:
    moth = ids_by_name(library)["Moth"]
    library.recommender.learning = Liking(moth)
    answer = ask(library, "a lantern", user_name="ada")
    item = answer.items[0]
    assert item.found.card.name == "Moth"
    assert "You often use LoRAs by bob (4 times)." in [why.text for why in item.why if why.kind == "preference"]
    others = ask(library, "a lantern", user_name="bob")
    assert item.score > max(other.score for other in others.items if other.found.card.name == "Moth")
    assert not [why for item in others.items for why in item.why if why.kind == "preference"]


def test_what_a_user_hid_for_a_prompt_stays_hidden(library: Application) -> None:
    moth = ids_by_name(library)["Moth"]
    library.recommender.learning = Liking(-1, [moth], is_on=False)
    assert names(ask(library, "lantern")) == ["Amber"]


def test_a_vector_brings_in_what_no_word_does(library: Application) -> None:
    fox = ids_by_name(library)["Fox"]
    library.recommender.vectors = Encoded(fox)
    library.recommender.encoder = lambda: "mini"
    answer = ask(library, "vixen")
    assert (names(answer), answer.encoder) == (["Fox"], "mini")
    assert [why.kind for why in answer.items[0].why] == ["vector"]
    library.recommender.vectors = None
    assert (ask(library, "vixen").items, ask(library, "vixen").encoder) == ([], "")


def test_being_used_together_comes_before_the_text() -> None:
    assert together_score(1.0, 0.0) == TOGETHER > together_score(0.0, 1.0)


@pytest.mark.parametrize(
    ("match", "said"),
    [
        ("exact", "Its trigger word “amber glow” is asked for."),
        ("partial", "Its trigger word “amber glow” holds “glow”."),
        ("fuzzy", "“glow” may mean its trigger word “amber glow”."),
    ],
)
def test_how_a_trigger_word_matched_is_said(match: str, said: str) -> None:
    evidence = trigger_evidence([TriggerMatch("amber glow", match)], ["glow"])
    (reason,) = reasons_of(evidence)
    assert (reason.kind, reason.text, reason.share) == ("trigger", said, 1.0)
    assert sentence_of(evidence, [reason]).endswith(".")


def test_what_something_shall_go_with_is_looked_for_by_the_beginning_of_its_examples(
    application: Application, tmp_path: Path
) -> None:
    root = tmp_path / "Lora"
    rest = ", ".join(f"word{number}" for number in range(60))
    write_lora(root, "amber", "Amber", examples=[f"fog, harbour, {rest}, kettle", "fog, harbour, moss"])
    write_lora(root, "pier", "Pier", description="a harbour in fog")
    write_lora(root, "pot", "Pot", description="a kettle")
    read_all(application)
    found = ask(application, "", kind="with", ids=(ids_by_name(application)["Amber"],))
    assert names(found) == ["Pier"]
