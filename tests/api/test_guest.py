from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from lora_manager.api.app import API, BASE, api_app
from lora_manager.api.guest import ELSEWHERE, STARTING, GuestApp, names_of_this_machine
from tests.api.conftest import Client


class FromHere:
    """A test client's requests have no address; the host's server gives each one."""

    def __init__(self, app: FastAPI, client: str = "127.0.0.1") -> None:
        self.app, self.client = app, client

    async def __call__(self, scope, receive, send):  # type: ignore[no-untyped-def]
        scope["client"] = (self.client, 40000)
        scope["server"] = ("127.0.0.1", 7860)
        await self.app(scope, receive, send)


def host_with(guest: GuestApp, prefix: str = "", client: str = "127.0.0.1") -> TestClient:
    """A host's server with a page of its own, and ours mounted."""
    host = FastAPI()

    @host.get("/own")
    def own() -> str:
        return "the host's"

    host.mount(f"{prefix}{BASE}", guest)
    return TestClient(FromHere(host, client), base_url="http://localhost")


@pytest.mark.parametrize("prefix", ["", "/sub"])
def test_the_page_is_there_before_the_catalogue(reader: Client, prefix: str) -> None:
    guest = GuestApp()
    http = host_with(guest, prefix)
    entry = http.get(f"{prefix}{BASE}/entry.js")
    assert entry.headers["cache-control"] == "no-cache"
    module = entry.text.split('"')[1].removeprefix("./")
    assert module == f"web/{guest.assets.version}/host/host.js"
    assert http.get(f"{prefix}{BASE}/").status_code == 200
    waiting = http.get(f"{prefix}{API}/health")
    assert (waiting.status_code, waiting.json()) == (503, {"detail": STARTING, "code": "starting"})
    assert waiting.headers["retry-after"] == "1"
    with pytest.raises(WebSocketDisconnect) as closed, http.websocket_connect(f"ws://localhost{prefix}{BASE}/ws"):
        pass
    assert closed.value.code == 1013

    guest.open(api_app(reader.app, guest.assets))
    assert http.get(f"{prefix}{API}/health").json()["status"] == "ok"
    assert http.get(f"{prefix}{API}/adapters").json()["total"] == 5
    with http.websocket_connect(f"ws://localhost{prefix}{BASE}/ws") as socket:
        assert socket.receive_json()["type"] == "hello"
    assert http.get("/own").json() == "the host's"

    guest.close()
    assert http.get(f"{prefix}{API}/health").json()["code"] == "starting"


def test_why_it_cannot_open_is_said(reader: Client) -> None:
    guest = GuestApp()
    guest.fail("SQLAlchemy is missing: run install.py.")
    answer = host_with(guest).get(f"{API}/adapters")
    assert (answer.status_code, answer.json()) == (
        503,
        {"detail": "SQLAlchemy is missing: run install.py.", "code": "unavailable"},
    )


@pytest.mark.parametrize("path", ["/", "/entry.js", "/api/v1/health", "/api/v1/openapi.json"])
def test_another_machine_is_refused_everything(reader: Client, path: str) -> None:
    guest = GuestApp()
    guest.open(api_app(reader.app, guest.assets))
    http = host_with(guest, client="192.168.1.77")
    answer = http.get(BASE + path)
    assert (answer.status_code, answer.json()) == (403, {"detail": ELSEWHERE, "code": "not_from_here"})
    with pytest.raises(WebSocketDisconnect) as closed, http.websocket_connect(f"ws://localhost{BASE}/ws"):
        pass
    assert closed.value.code == 4403
    assert http.get("/own").status_code == 200, "the host's own page is the host's to guard"


def test_a_page_of_another_site_cannot_change_anything(reader: Client) -> None:
    guest = GuestApp()
    guest.open(api_app(reader.app, guest.assets))
    http = host_with(guest)
    headers = {"Origin": "http://evil.example"}
    assert http.post(f"{API}/scan", content=b"{}", headers=headers).status_code == 403
    assert http.get(f"{API}/adapters", headers=headers).status_code == 403, "nor read, whatever the host lets it"
    plain = {"Content-Type": "text/plain"}
    assert http.post(f"{API}/scan", content=b"{}", headers=plain).status_code == 415


def test_this_machine_has_a_name() -> None:
    assert all(name == name.lower() for name in names_of_this_machine())
