from __future__ import annotations

import pytest
from starlette.websockets import WebSocketDisconnect

from lora_manager.api.app import API, BASE
from lora_manager.api.guest import STARTING
from tests.api.conftest import Client
from tests.helpers.guarded_host import GuardedHost, OneUser


def open_host(prefix: str = "") -> GuardedHost:
    """A host without a login."""
    return GuardedHost(login=OneUser(asks=False), prefix=prefix)


@pytest.mark.parametrize("prefix", ["", "/sub"])
def test_the_page_is_there_before_the_catalogue(reader: Client, prefix: str) -> None:
    host = open_host(prefix)
    guest, http = host.guest, host.http
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

    host.open(reader.app)
    assert http.get(f"{prefix}{API}/health").json()["status"] == "ok"
    assert http.get(f"{prefix}{API}/adapters").json()["total"] == 5
    with http.websocket_connect(f"ws://localhost{prefix}{BASE}/ws") as socket:
        assert socket.receive_json()["type"] == "hello"
    assert http.get("/own").json() == "the host's"

    guest.close()
    assert http.get(f"{prefix}{API}/health").json()["code"] == "starting"


def test_why_it_cannot_open_is_said() -> None:
    host = open_host()
    host.guest.fail("SQLAlchemy is missing: run install.py.")
    answer = host.http.get(f"{API}/adapters")
    assert (answer.status_code, answer.json()) == (
        503,
        {"detail": "SQLAlchemy is missing: run install.py.", "code": "unavailable"},
    )


def test_the_hosts_own_page_is_the_hosts_to_guard() -> None:
    assert GuardedHost(client="192.168.1.77").http.get("/own").status_code == 200
