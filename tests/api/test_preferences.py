from __future__ import annotations

from typing import Any

import pytest

from lora_manager.api.preferences import user_of
from lora_manager.api.visitor import Visitor
from tests.api.conftest import Client

HUGE = 10**30


@pytest.fixture
def learned(client: Client) -> dict[str, dict[str, Any]]:
    """What was learned of two insertions of moth and a rating of amber, by kind and label."""
    for _ in range(2):
        client.send("POST", "feedback", {"session": None, "id": client.id_of("Moth"), "kind": "inserted"})
    client.send("PATCH", f"adapters/{client.id_of('Amber Lantern')}", {"rating": 1})
    return {f"{item['kind']} {item['label']}": item for item in client.get("preferences")["items"]}


def test_what_was_learned_is_listed(client: Client, learned: dict[str, dict[str, Any]]) -> None:
    moth, amber = learned["adapter Moth"], learned["adapter Amber Lantern"]
    assert set(moth) == {
        "id", "kind", "key", "label", "mean", "low", "high", "unsure", "positive", "negative", "evidence", "updated_at",
        "source", "pinned",
    }  # fmt: skip
    assert (moth["evidence"], moth["source"], moth["pinned"], moth["positive"]) == (2, "use", None, 2.0)
    assert (amber["source"], amber["negative"]) == ("rating", 3.0)
    assert amber["low"] < amber["mean"] < moth["mean"] < moth["high"]
    tags = client.get("preferences", kind="tag", limit=1)
    assert tags["learning"] is True
    assert len(tags["items"]) == 1 <= tags["total"]
    assert client.get("preferences", kind="tag", offset=tags["total"])["items"] == []


def test_the_evidence_of_one(client: Client, learned: dict[str, dict[str, Any]]) -> None:
    items = client.get(f"preferences/{learned['adapter Moth']['id']}/evidence")["items"]
    assert [item["kind"] for item in items] == ["inserted", "inserted"]
    assert set(items[0]) == {"id", "at", "kind", "adapter", "value", "effect"}
    assert items[0]["adapter"] == {"id": client.id_of("Moth"), "name": "Moth"}
    assert items[0]["effect"] == 1.0
    assert len(client.get(f"preferences/{learned['adapter Moth']['id']}/evidence", limit=1)["items"]) == 1
    client.refused(404, "GET", "preferences/999999/evidence")


def test_pins(client: Client, learned: dict[str, dict[str, Any]]) -> None:
    moth = learned["adapter Moth"]["id"]
    pinned = client.send("PATCH", f"preferences/{moth}", {"pinned": -1})
    assert (pinned["pinned"], pinned["source"]) == (-1, "pinned")
    assert client.get("preferences")["items"][0]["id"] == moth
    assert client.send("PATCH", f"preferences/{moth}", {"pinned": None})["pinned"] is None


def test_forgetting_and_resetting_can_be_taken_back(client: Client, learned: dict[str, dict[str, Any]]) -> None:
    before = client.get("preferences")
    undo = client.send("DELETE", f"preferences/{learned['adapter Moth']['id']}")["undo"]
    assert client.get("preferences")["total"] == before["total"] - 1
    assert client.send("POST", "preferences/restore", {"token": undo}) == {}
    assert client.get("preferences")["total"] == before["total"]
    undo = client.send("POST", "preferences/reset")["undo"]
    assert client.get("preferences")["items"] == []
    client.send("POST", "preferences/restore", {"token": undo})
    assert client.get("preferences")["total"] == before["total"]
    client.refused(404, "POST", "preferences/restore", {"token": undo})


@pytest.mark.parametrize(
    "body",
    [{}, {"pinned": 2}, {"pinned": "1"}, {"pinned": True}, {"pinned": HUGE}, {"pinned": 1, "key": "x"}, {"x": 1}],
)
def test_what_is_no_pin_is_refused(client: Client, learned: dict[str, dict[str, Any]], body: dict[str, Any]) -> None:
    client.refused(400, "PATCH", f"preferences/{learned['adapter Moth']['id']}", body)


@pytest.mark.parametrize("token", [None, 5, ["x"], {"a": 1}])
def test_what_is_no_token_is_refused(client: Client, token: Any) -> None:
    client.refused(400, "POST", "preferences/restore", {"token": token})


def test_a_hostile_token_is_not_found(client: Client) -> None:
    for token in ("x" * 100_000, "'; --", "é"):
        client.refused(404, "POST", "preferences/restore", {"token": token})
    half = {"content": b'{"token": "\\ud800"}', "headers": {"Content-Type": "application/json"}}
    client.refused(404, "POST", "preferences/restore", **half)


@pytest.mark.parametrize("params", [{"limit": 501}, {"limit": -1}, {"offset": HUGE}, {"kind": "x" * 41}])
def test_pages_are_capped(reader: Client, params: dict[str, Any]) -> None:
    reader.refused(422, "GET", "preferences", params=params)


def test_a_kind_that_there_is_not(reader: Client) -> None:
    assert "base_model" in reader.refused(400, "GET", "preferences", params={"kind": "colour"})
    reader.refused(422, "GET", f"preferences/{HUGE}/evidence")


def test_without_logins_they_are_everybodys() -> None:
    assert [user_of(Visitor()), user_of(Visitor("ada", "cookie"))] == ["", "ada"]
