from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Client
from tests.helpers.guarded_host import COOKIE, GuardedHost, OneUser

HUGE = 10**30


@pytest.fixture
def shown(client: Client) -> dict[str, Any]:
    """A list of suggestions, amber first."""
    ids = [client.id_of("Amber Lantern"), client.id_of("Moth")]
    session = client.app.sessions.add("prompt", "a lantern", [(ids[0], 0.9), (ids[1], 0.5)])
    return {"session": session.id, "amber": ids[0], "moth": ids[1]}


def test_feedback_is_noted_and_taken_back(client: Client, shown: dict[str, Any]) -> None:
    body = {"session": shown["session"], "id": shown["amber"], "kind": "accepted", "position": 0}
    answer = client.send("POST", "feedback", body)
    assert answer["undo"] is True
    assert client.send("POST", "feedback", body) == answer  # sent again
    assert client.get("preferences")["total"] > 0
    taken = client.send("DELETE", f"feedback/{answer['event']}")
    assert taken == {"id": shown["amber"], "kind": "accepted"}
    assert client.get("preferences")["total"] == 0
    client.refused(404, "DELETE", f"feedback/{answer['event']}")


def test_a_list_that_was_passed_over_is_one_call(client: Client, shown: dict[str, Any]) -> None:
    client.send("POST", "feedback", {"session": shown["session"], "id": shown["moth"], "kind": "dismissed"})
    body = {"session": shown["session"], "id": None, "kind": "ignored", "position": 5}
    assert client.send("POST", "feedback", body) == {"event": None, "undo": False, "noted": 1}


def test_an_insertion_needs_no_list(client: Client, shown: dict[str, Any]) -> None:
    answer = client.send("POST", "feedback", {"session": None, "id": shown["moth"], "kind": "inserted"})
    assert isinstance(answer["event"], int)


def test_what_is_not_wanted_here_is_not_suggested_for_this_prompt_again(client: Client) -> None:
    client.app.digester.catch_up()
    client.app.recommender.warm_up()
    found = client.send("POST", "recommend", {"prompt": "amber lantern"})
    (first,) = found["items"]
    body = {"session": found["session"], "id": first["id"], "kind": "not_here", "position": 0}
    event = client.send("POST", "feedback", body)["event"]
    again = client.send("POST", "recommend", {"prompt": "amber lantern"})["items"]
    assert first["id"] not in [item["id"] for item in again]
    assert client.send("POST", "recommend", {"prompt": "an amber lantern"})["items"] != []
    client.send("DELETE", f"feedback/{event}")
    assert client.send("POST", "recommend", {"prompt": "amber lantern"})["items"] != []


def test_while_learning_is_off_nothing_is_noted(owner: Client) -> None:
    owner.send("PATCH", "settings", {"learning": False})
    body = {"session": None, "id": owner.id_of("Moth"), "kind": "inserted"}
    assert owner.send("POST", "feedback", body) == {"event": None, "undo": False}
    assert owner.get("preferences") == {"total": 0, "learning": False, "items": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "liked"},
        {"kind": None},
        {"kind": ["accepted"]},
        {"id": "1"},
        {"id": None},
        {"id": True},
        {"id": -1},
        {"id": HUGE},
        {"id": 1.5},
        {"session": "x" * 33},
        {"session": ""},
        {"session": {"a": 1}},
        {"session": None},
        {"position": -1},
        {"position": HUGE},
        {"position": "0"},
        {"position": 5000},
    ],
)
def test_what_is_no_feedback_is_refused(client: Client, shown: dict[str, Any], changes: dict[str, Any]) -> None:
    body = {"session": shown["session"], "id": shown["amber"], "kind": "accepted", "position": 0, **changes}
    client.refused(400, "POST", "feedback", body)


@pytest.mark.parametrize("body", [[], "x", 5])
def test_a_body_that_is_no_object_is_refused(client: Client, body: Any) -> None:
    status = client.http.post("/lora-manager/api/v1/feedback", json=body).status_code
    assert status in (400, 422)  # pydantic 1 takes an empty list for an empty object, in which something is missing


def test_half_a_character_is_no_list(client: Client) -> None:
    content = b'{"session": "half \\ud800", "id": 1, "kind": "accepted"}'
    client.refused(400, "POST", "feedback", content=content, headers={"Content-Type": "application/json"})


def test_an_adapter_that_is_gone_is_not_found(client: Client, shown: dict[str, Any]) -> None:
    body = {"session": shown["session"], "id": 999_999, "kind": "accepted", "position": 0}
    client.refused(404, "POST", "feedback", body)
    client.refused(422, "DELETE", f"feedback/{HUGE}")


def test_everybody_has_their_own(client: Client, shown: dict[str, Any]) -> None:
    host = GuardedHost(client.app, OneUser())
    path = "/lora-manager/api/v1"
    body = {"session": shown["session"], "id": shown["amber"], "kind": "accepted"}
    assert host.http.post(f"{path}/feedback", json=body, headers=COOKIE).status_code == 404  # another's list
    answer = host.http.post(f"{path}/feedback", json={**body, "session": None, "kind": "inserted"}, headers=COOKIE)
    event = answer.json()["event"]
    assert host.http.get(f"{path}/preferences", headers=COOKIE).json()["total"] > 0
    assert client.get("preferences")["total"] == 0
    client.refused(404, "DELETE", f"feedback/{event}")
