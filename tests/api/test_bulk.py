from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from lora_manager.api import bulk as module
from lora_manager.api.app import create_app
from lora_manager.hosts.protection import Protection
from tests.api.conftest import OWN_ADDRESS, Client

ALL: dict[str, Any] = {"filters": {}}


def start(
    client: Client, action: str, params: dict[str, Any], selection: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The ended job of an action."""
    body = {"selection": selection or ALL, "action": action, "params": params}
    return client.ended(client.send("POST", "bulk", body, 202))


def test_all_that_match_are_tagged_and_it_is_undone_at_once(client: Client) -> None:
    total = client.get("adapters")["total"]
    job = start(client, "tags", {"add": ["brand new"]})
    assert (job["state"], job["result"]["changed"]) == ("done", total)
    assert client.get("adapters", q='tag:"brand new"')["total"] == total
    undone = client.send("POST", f"history/{job['result']['set_id']}/undo")
    assert (undone["job"], undone["reverted"], undone["skipped"]) == (None, total, [])
    assert client.get("adapters", q='tag:"brand new"')["total"] == 0


def test_tags_are_copied(client: Client) -> None:
    job = start(client, "copy_tags", {}, {"ids": [client.id_of("Amber Lantern")]})
    assert job["result"]["text"].startswith("<lora:amber:")
    assert job["result"]["set_id"] is None


def test_what_is_selected_must_be_what_the_page_thinks(client: Client) -> None:
    body = {"selection": ALL, "action": "edit", "params": {"values": {"rating": 5}}, "expect": 3412}
    status, answer = client.call("POST", "bulk", body)
    assert (status, answer["code"]) == (409, "selection_changed")
    assert client.get("adapters", q="rating:5")["total"] == 0


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"selection": ALL, "action": "no such"}),
        (400, {"selection": ALL, "action": "edit", "params": {"values": {"rating": 99}}}),
        (400, {"selection": {"ids": []}, "action": "edit", "params": {"values": {"rating": 1}}}),
        (400, {"selection": {}, "action": "edit", "params": {"values": {"rating": 1}}}),
        (422, {"action": "edit"}),
    ],
)
def test_what_cannot_be_is_refused(client: Client, status: int, body: dict[str, Any]) -> None:
    client.refused(status, "POST", "bulk", body)


def test_an_action_that_tells_nothing_beforehand_says_so(client: Client) -> None:
    detail = client.refused(400, "POST", "bulk/preview", {"selection": ALL, "action": "tags", "params": {"add": ["x"]}})
    assert "cannot be looked at beforehand" in detail


def test_files_are_touched_only_by_who_may(client: Client) -> None:
    class Touches:
        name, kind, is_restricted = "touches", "move", True

    client.app.bulk.add(Touches())  # type: ignore[arg-type]
    server = create_app(client.app, protection=Protection(is_open=True))
    visitor = replace(client, http=TestClient(server, base_url=OWN_ADDRESS))
    for path in ("bulk", "bulk/preview"):
        assert "Others can reach" in visitor.refused(403, "POST", path, {"selection": ALL, "action": "touches"})


def test_too_many_do_not_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 0)
    body = {"selection": ALL, "action": "tags", "params": {"add": ["x"]}}
    assert "wait already" in client.refused(400, "POST", "bulk", body)
