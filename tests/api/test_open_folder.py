from __future__ import annotations

from collections.abc import Sequence

import pytest

from lora_manager.api.app import API
from lora_manager.hosts.protection import Protection
from lora_manager.services.open_folder import FolderOpener
from tests.api.conftest import Client
from tests.helpers.guarded_host import COOKIE, GuardedHost, OneUser


@pytest.fixture
def started(client: Client) -> list[list[str]]:
    """What would have been started."""
    found: list[list[str]] = []

    def launch(command: Sequence[str]) -> None:
        found.append(list(command))

    client.app.folders = FolderOpener(client.app.host.roots, launch, "linux", {"DISPLAY": ":0"})
    return found


def host(served: Client, **of: object) -> GuardedHost:
    return GuardedHost(served.app, OneUser(asks=False), **{"protection": Protection(), **of})  # type: ignore[arg-type]


def ask(host: GuardedHost, adapter: int, **headers: str) -> tuple[int, dict[str, str]]:
    answer = host.http.post(f"{API}/adapters/{adapter}/open-folder", json={}, headers=headers)
    return answer.status_code, answer.json()


def test_who_sits_here_sees_the_folder(client: Client, started: list[list[str]]) -> None:
    root = client.app.host.roots()[0]
    status, answer = ask(host(client), client.id_of("Moth"))
    assert (status, answer) == (200, {"opened": str(root / "style" / "deep" / "moth.safetensors")})
    assert started == [["xdg-open", str(root / "style" / "deep")]]


def test_there_is_nothing_to_open_of_an_adapter_that_is_gone(client: Client, started: list[list[str]]) -> None:
    assert ask(host(client), 999)[0] == 404
    assert started == []


@pytest.mark.parametrize(
    ("of", "headers"),
    [
        ({"client": "192.168.1.7"}, {}),
        ({}, {"X-Forwarded-For": "192.168.1.7"}),
        ({}, {"Via": "1.1 front"}),
        ({"protection": Protection(fronts=frozenset({"art.example"}))}, {}),
    ],
)
def test_who_sits_elsewhere_is_told(
    client: Client, started: list[list[str]], of: dict[str, object], headers: dict[str, str]
) -> None:
    there = host(client, **of)
    there.login.asks = True  # let in, and allowed to change settings: only the place is wrong
    status, answer = ask(there, client.id_of("Moth"), **headers, **COOKIE)
    assert (status, answer["code"]) == (403, "not_here")
    assert started == []
    library = there.http.get(f"{API}/library", headers={**headers, **COOKIE}).json()
    assert library["access"]["opens_folders"] is False


def test_a_machine_without_a_desktop_is_not_offered(client: Client) -> None:
    client.app.folders = FolderOpener(client.app.host.roots, None, "linux", {})
    assert host(client).http.get(f"{API}/library").json()["access"]["opens_folders"] is False
    status, answer = ask(host(client), client.id_of("Moth"))
    assert (status, answer["code"]) == (409, "cannot_open")


def test_the_page_knows_whether_it_may(client: Client, started: list[list[str]]) -> None:
    assert host(client).http.get(f"{API}/library").json()["access"]["opens_folders"] is True
    is_open = Protection(is_open=True)
    assert host(client, protection=is_open).http.get(f"{API}/library").json()["access"]["opens_folders"] is False
