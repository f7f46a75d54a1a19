from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from lora_manager.api.app import create_app
from lora_manager.services.recommending.suggestions import KINDS
from tests.api.conftest import OWN_ADDRESS, Client, fill
from tests.api.test_adapters import CARD
from tests.helpers.shelf import running, standalone_host

ITEM = CARD | {
    "matched", "reason", "why", "example", "concepts", "suggested", "fit", "position", "folded",
}  # fmt: skip
ANSWER = {"session", "kind", "reason", "concepts", "items", "family", "encoder", "preparing"}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[Client]:
    """The five files, with everything read that the recommender goes by."""
    folder = tmp_path_factory.mktemp("recommend")
    (folder / "Lora").mkdir()
    with running(standalone_host(folder), folder / "home", migrated_file) as app:
        fill(app)
        app.digester.catch_up()
        yield Client(app, TestClient(create_app(app), base_url=OWN_ADDRESS))


def test_suggestions_are_cards_with_reasons(reader: Client) -> None:
    answer = reader.send("POST", "recommend", {"prompt": "a lantern, at night"})
    assert set(answer) == ANSWER
    assert (answer["kind"], answer["reason"], answer["family"], answer["preparing"]) == ("prompt", "", "", None)
    assert answer["items"][0]["name"] == "Amber Lantern"
    for position, item in enumerate(answer["items"]):
        assert set(item) == ITEM
        assert item["matched"] == ["lantern"]
        assert "lantern" in item["reason"]
        assert 0 < item["score"] <= 1
        assert item["position"] == position
        assert sum(why["share"] for why in item["why"]) == pytest.approx(1.0)
        assert set(item["suggested"]) == {"weight", "low", "high", "source", "why"}
        assert set(item["fit"]) == {"kind", "note"}
        assert item["concepts"] == [0]
    assert answer["concepts"][0]["text"] == "a lantern"
    assert answer["concepts"][0]["ids"] == [item["id"] for item in answer["items"]]
    assert len(reader.send("POST", "recommend", {"prompt": "lantern moth", "limit": 1})["items"]) == 1


def test_trigger_words_say_how_they_match(reader: Client) -> None:
    answer = reader.send("POST", "recommend", {"prompt": "moth wngs", "kind": "trigger"})
    (item,) = answer["items"]
    assert item["name"] == "Moth"
    assert item["words"] == [{"word": "moth wings", "match": "fuzzy"}]


def test_what_goes_with_loras_is_asked_by_their_ids(reader: Client) -> None:
    amber = reader.id_of("Amber Lantern")
    answer = reader.send("POST", "recommend", {"prompt": "moth", "kind": "with", "ids": [amber]})
    assert [item["name"] for item in answer["items"]] == ["Moth"]


def test_a_base_model_narrows_the_list(reader: Client) -> None:
    answer = reader.send("POST", "recommend", {"prompt": "lantern", "base": "SDXL 1.0"})
    assert (answer["family"], answer["items"]) == ("SDXL", [])
    assert "SDXL" in answer["reason"]
    everything = reader.send("POST", "recommend", {"prompt": "lantern", "base": "SDXL", "any_base": True})["items"]
    assert {item["fit"]["kind"] for item in everything} == {"not"}
    assert "no base model" in reader.refused(400, "POST", "recommend", {"prompt": "x", "base": "nonsense"})


def test_no_suggestion_has_a_reason(reader: Client, empty_client: Client) -> None:
    assert "word" in reader.send("POST", "recommend", {"prompt": "submarine"})["reason"]
    for kind in KINDS:
        assert "empty" in empty_client.send("POST", "recommend", {"prompt": "lantern", "kind": kind})["reason"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"prompt": "x", "limit": 0}, 400),
        ({"prompt": "x", "limit": 101}, 400),
        ({"prompt": "x", "kind": "smell"}, 400),
        ({"prompt": "x", "ids": ["x"]}, 400),
        ({"prompt": "x", "ids": [10**30]}, 400),
        ({"prompt": "x", "ids": [1] * 101}, 400),
    ],
)
def test_what_cannot_be_suggested_is_refused(reader: Client, body: dict[str, Any], status: int) -> None:
    reader.refused(status, "POST", "recommend", body)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "prompt", ["<lora:\\ud800:1> \\udfff", "a\\u0000b <lora:x\\u0000:1>", "\\ud83e\\udd8a", "(((a:1.2) [b|c] BREAK"]
)
def test_any_text_is_a_prompt(reader: Client, prompt: str, kind: str) -> None:
    content = f'{{"prompt": "{prompt}", "kind": "{kind}"}}'.encode()
    status, answer = reader.call("POST", "recommend", content=content, headers={"Content-Type": "application/json"})
    assert status == 200, answer


def test_what_is_similar_is_answered_by_each_way(reader: Client) -> None:
    amber = reader.id_of("Amber Lantern")
    answer = reader.get(f"adapters/{amber}/similar")
    assert set(answer) == {"session", "by", "available", "reason", "items"}
    assert answer["by"] == "fused"
    assert "text" in answer["available"]
    for item in answer["items"]:
        assert set(item) == ITEM
        assert item["id"] != amber
    assert len(reader.get(f"adapters/{amber}/similar", by="text", limit=1)["items"]) <= 1
    reader.refused(404, "GET", "adapters/999999/similar")
    reader.refused(400, "GET", f"adapters/{amber}/similar?by=smell")


def test_the_recommender_says_how_it_stands(reader: Client) -> None:
    reader.send("POST", "recommend", {"prompt": "lantern"})
    state = reader.get("recommender")
    assert {"digests", "vectors", "encoder", "ranker", "index"} <= set(state)
    assert state["digests"]["done"] == state["digests"]["total"] == state["index"]["adapters"]
    assert state["index"]["bytes"] > 0
    assert state["ranker"]["name"]
    assert set(state["encoder"]) >= {"name", "state", "reason", "choices"}
