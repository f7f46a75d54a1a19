from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient

from lora_manager.api.app import create_app
from lora_manager.hosts.protection import Protection
from lora_manager.services.hashing.hasher import Hasher
from tests.api.conftest import OWN_ADDRESS, Client
from tests.services.hashing.hashing import SHORT, until

ADDRESS = "ws://localhost/lora-manager/ws"
NAMES = {
    "state", "slow_for", "elsewhere", "done", "total", "bytes_done", "bytes_total", "mb_per_second", "eta_seconds",
    "current", "errors",
}  # fmt: skip


@pytest.fixture
def owner(client: Client) -> Iterator[Client]:
    """Somebody who may change settings, over five files whose hashing goes by our word."""
    app = client.app
    app.hasher.stop()
    app.hasher = Hasher(app.database, app.roots, times=replace(SHORT, first_wait=0.3))
    server = create_app(app, protection=Protection(allows_file_operations=True))
    yield Client(app, TestClient(server, base_url=OWN_ADDRESS))
    app.hasher.stop()


def test_it_says_how_far_it_is(owner: Client) -> None:
    status = owner.get("hashing")
    assert set(status) == NAMES
    # The fifth is cut off: a download that is under way has no hash yet.
    assert (status["state"], status["done"], status["total"]) == ("idle", 0, 4)
    owner.app.hasher.start()
    until(lambda: owner.app.hasher.rounds > 0)
    status = owner.get("hashing")
    assert (status["state"], status["done"], status["total"], status["errors"]) == ("idle", 4, 4, 0)
    assert status["bytes_done"] == status["bytes_total"] > 0


def test_it_is_paused_and_goes_on(owner: Client) -> None:
    # Before its start: on a slow machine four small files are hashed before a word of ours arrives.
    assert owner.send("POST", "hashing", {"paused": True})["state"] == "paused"
    owner.app.hasher.start()
    time.sleep(0.6)
    assert owner.get("hashing")["done"] == 0
    assert owner.send("POST", "hashing", {"paused": False})["state"] != "paused"
    until(lambda: owner.get("hashing")["done"] == 4)


@pytest.mark.parametrize("body", [{}, {"paused": None}, {"paused": "perhaps"}, {"paused": []}])
def test_another_body_is_refused(owner: Client, body: dict[str, Any]) -> None:
    owner.refused(422, "POST", "hashing", body)


def test_pages_are_told(owner: Client) -> None:
    with owner.http.websocket_connect(ADDRESS) as socket:
        assert socket.receive_json()["type"] == "hello"
        owner.app.hasher.start()
        while True:
            message = socket.receive_json()
            if message["type"] == "hashing" and message["hashing"]["done"] == 4:
                break
    assert set(message["hashing"]) == NAMES
    until(lambda: owner.app.hasher.rounds > 0)


def test_the_hash_stands_in_the_record_and_the_list_is_told(owner: Client) -> None:
    before = owner.get("adapters")["revision"]
    owner.app.hasher.start()
    until(lambda: owner.app.hasher.rounds > 0)
    assert owner.get("adapters")["revision"] > before
    (file,) = owner.get(f"adapters/{owner.id_of('plain')}")["files"]
    assert file["sha256_state"] == "confirmed"
    assert len(file["sha256"]) == 64
