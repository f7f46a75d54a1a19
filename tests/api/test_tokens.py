from __future__ import annotations

from typing import Any

import pytest

from lora_manager.api.app import API
from tests.api.conftest import Client
from tests.helpers.guarded_host import BASIC, COOKIE, GuardedHost, OneUser


@pytest.fixture
def host(client: Client) -> GuardedHost:
    return GuardedHost(client.app)


def make(host: GuardedHost, name: str = "a script") -> dict[str, Any]:
    answer = host.http.post(f"{API}/tokens", json={"name": name}, headers=COOKIE)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_token_is_shown_once_used_and_revoked(host: GuardedHost) -> None:
    made = make(host)
    known = {"Authorization": f"Bearer {made['token']}"}
    assert host.http.get(f"{API}/adapters", headers=known).json()["total"] == 5
    (listed,) = host.http.get(f"{API}/tokens", headers=COOKIE).json()["items"]
    assert set(listed) == {"id", "name", "created_at", "last_used_at"}
    assert listed["last_used_at"] is not None
    gone = host.http.request("DELETE", f"{API}/tokens/{made['id']}", json={}, headers=COOKIE)
    assert gone.json() == {"revoked": True}
    assert host.http.get(f"{API}/adapters", headers=known).status_code == 401
    again = host.http.request("DELETE", f"{API}/tokens/{made['id']}", json={}, headers=COOKIE)
    assert again.status_code == 404


def test_each_user_sees_and_revokes_their_own(host: GuardedHost) -> None:
    made = make(host)
    assert host.http.get(f"{API}/tokens", headers=BASIC).json() == {"items": []}
    assert host.http.request("DELETE", f"{API}/tokens/{made['id']}", json={}, headers=BASIC).status_code == 404


def test_a_token_makes_no_tokens(host: GuardedHost) -> None:
    known = {"Authorization": f"Bearer {make(host)['token']}"}
    answer = host.http.post(f"{API}/tokens", json={"name": "child"}, headers=known)
    assert (answer.status_code, answer.json()["code"]) == (403, "by_a_token")


def test_without_a_login_there_is_nothing_to_make_one_for(client: Client) -> None:
    host = GuardedHost(client.app, OneUser(asks=False))
    answer = host.http.post(f"{API}/tokens", json={"name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_login")
    assert host.http.get(f"{API}/tokens").json() == {"items": []}


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": " \n"}, {"name": "x" * 501}, {"name": None}, []])
def test_a_name_must_say_something(host: GuardedHost, body: object) -> None:
    assert host.http.post(f"{API}/tokens", json=body, headers=COOKIE).status_code in (400, 422)
