from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from lora_manager import __version__
from lora_manager.api import events as module
from tests.api.conftest import Client
from tests.helpers.guarded_host import BASIC, COOKIE, GuardedHost
from tests.helpers.network_files import write_network_file

ADDRESS = "ws://localhost/lora-manager/ws"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes of the catalogue are looked for more often than for people."""
    monkeypatch.setattr(module, "REVISION_SECONDS", 0.02)


def until(socket: WebSocketTestSession, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first message that is wanted; the test's own time limit ends a wait in vain."""
    while True:
        message: dict[str, Any] = socket.receive_json()
        if wanted(message):
            return message


def test_it_begins_with_the_versions(reader: Client) -> None:
    with reader.http.websocket_connect(ADDRESS) as socket:
        assert socket.receive_json() == {
            "type": "hello", "version": __version__, "web_version": reader.get("health")["web_version"],
        }  # fmt: skip


def test_jobs_and_the_catalogue_are_told_as_they_change(client: Client) -> None:
    with client.http.websocket_connect(ADDRESS) as socket:
        assert socket.receive_json()["type"] == "hello"
        time.sleep(0.1)
        write_network_file(client.app.host.roots()[0] / "new.safetensors")
        job = client.send("POST", "scan", status=202)
        done = until(socket, lambda message: message["type"] == "job" and message["job"]["state"] == "done")
        assert done["job"] == client.get(f"jobs/{job['id']}")
        client.send("PATCH", f"adapters/{client.id_of('new')}", {"favourite": True})
        revision = client.get("adapters")["revision"]
        told = until(socket, lambda message: message["type"] == "catalogue" and message["revision"] == revision)
        assert told == {"type": "catalogue", "revision": revision}


def test_several_pages_are_told_and_one_that_goes_harms_nobody(client: Client) -> None:
    with client.http.websocket_connect(ADDRESS) as first:
        with client.http.websocket_connect(ADDRESS):
            pass
        assert first.receive_json()["type"] == "hello"
        client.send("POST", "scan", status=202)
        until(first, lambda message: message["type"] == "job" and message["job"]["state"] == "done")
    limit = time.monotonic() + 10
    while client.app.jobs._listeners and time.monotonic() < limit:
        time.sleep(0.01)
    assert not client.app.jobs._listeners
    assert client.ended(client.send("POST", "scan", status=202))["state"] == "done"


def test_what_a_page_says_is_of_no_interest(reader: Client) -> None:
    with reader.http.websocket_connect(ADDRESS) as socket:
        assert socket.receive_json()["type"] == "hello"
        socket.send_text("anything")
        socket.send_text("{")
        socket.send_json({"type": "hello"})
        reader.app.jobs._listeners.tell(reader.app.jobs.submit("scan", {}))
        until(socket, lambda message: message["type"] == "job")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "["},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_page_is_not_listened_to(reader: Client, headers: dict[str, str]) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, reader.http.websocket_connect(ADDRESS, headers=headers):
        pass
    assert refused.value.code == 4403


def test_our_own_page_is(reader: Client) -> None:
    headers = {"Host": "127.0.0.1:7870", "Origin": "http://127.0.0.1:7870"}
    with reader.http.websocket_connect(ADDRESS, headers=headers) as socket:
        assert socket.receive_json()["type"] == "hello"


def test_a_page_that_does_not_read_costs_little(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 5)
    with client.http.websocket_connect(ADDRESS) as socket:
        job = client.app.jobs.submit("scan", {})
        for _ in range(2000):
            client.app.jobs._listeners.tell(job)
        assert socket.receive_json()["type"] == "hello"
        assert client.get("health")["status"] == "ok"


def test_a_socket_does_not_outlive_what_it_came_in_by(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VISITOR_SECONDS", 0.05)
    host = GuardedHost(client.app)
    made = client.app.tokens.make("script", "ada")
    known = {"Authorization": f"Bearer {made.token}"}
    with host.http.websocket_connect(ADDRESS, headers=known) as socket:
        assert socket.receive_json()["type"] == "hello"
        time.sleep(0.2)
        client.app.tokens.revoke(made.row.id, "ada")
        with pytest.raises(WebSocketDisconnect) as closed:
            until(socket, lambda message: False)
    assert closed.value.code == 4401


def test_a_message_beyond_reason_ends_the_connection(client: Client) -> None:
    with client.http.websocket_connect(ADDRESS) as socket:
        assert socket.receive_json()["type"] == "hello"
        socket.send_text("x" * module.LONGEST_MESSAGE)
        time.sleep(0.2)
        assert len(client.app.jobs._listeners) == 1
        socket.send_text("x" * (module.LONGEST_MESSAGE + 1))
        limit = time.monotonic() + 5
        while client.app.jobs._listeners and time.monotonic() < limit:
            time.sleep(0.01)
        assert not client.app.jobs._listeners


@pytest.mark.parametrize("limit", ["MOST_SOCKETS", "MOST_SOCKETS_OF_ONE"])
def test_only_so_many_sockets_are_open_at_once(client: Client, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(module, limit, 2)
    connect = client.http.websocket_connect
    with connect(ADDRESS) as first:
        with connect(ADDRESS):
            with pytest.raises(WebSocketDisconnect) as refused, connect(ADDRESS):
                pass
            assert refused.value.code == 1013
            assert first.receive_json()["type"] == "hello"
        with connect(ADDRESS) as again:
            assert again.receive_json()["type"] == "hello"


def test_one_visitor_leaves_sockets_to_others(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SOCKETS_OF_ONE", 1)
    connect = GuardedHost(client.app).http.websocket_connect
    with connect(ADDRESS, headers=COOKIE):
        with pytest.raises(WebSocketDisconnect) as refused, connect(ADDRESS, headers=COOKIE):
            pass
        assert refused.value.code == 1013
        with connect(ADDRESS, headers=BASIC) as other:
            assert other.receive_json()["type"] == "hello"


def test_who_is_cut_off_again_and_again_has_to_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CUT_OFF_A_MINUTE", 2)
    connect = GuardedHost(client.app).http.websocket_connect
    with connect(ADDRESS, headers=COOKIE) as socket:
        socket.send_text("x" * (module.LONGEST_MESSAGE + 1))
    with connect(ADDRESS, headers=COOKIE) as socket:
        socket.send_bytes(b"x")
    with pytest.raises(WebSocketDisconnect) as refused, connect(ADDRESS, headers=COOKIE):
        pass
    assert refused.value.code == 1013
    with connect(ADDRESS, headers=BASIC) as other:
        assert other.receive_json()["type"] == "hello"
