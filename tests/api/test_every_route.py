"""Every route of ours, asked by everybody: enumerated from the app itself, so that a new one cannot be forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.websockets import WebSocketDisconnect

from lora_manager.api.app import API_BELOW, BASE
from lora_manager.api.page import page_app
from lora_manager.hosts.protection import Protection
from tests.api.conftest import Client
from tests.api.test_jobs import generate
from tests.conftest import Figure
from tests.helpers.guarded_host import BASIC, COOKIE, GuardedHost, OneUser

API_ROUTE = f"{API_BELOW}/"
FOREIGN_ORIGIN = {"Origin": "http://evil.example"}
FOREIGN_HOST = {"Host": "evil.example"}
CHANGES = frozenset({"POST", "PATCH", "PUT", "DELETE"})


@dataclass(frozen=True)
class Call:
    """How a route is called so that it succeeds: what stands in its path, its body, what it then answers."""

    path: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    is_restricted: bool = False
    """Changes files, packages or settings: not for everybody on a server that is open to others."""
    by_token: int = 0
    """What it answers a token, where that differs."""


ADAPTER = {"adapter_id": "ADAPTER"}
CALLS: dict[str, Call] = {
    "GET /": Call(),
    "GET /entry.js": Call(),
    "GET /web/{version}/{name:path}": Call({"version": "VERSION", "name": "boot.js"}),
    "GET openapi.json": Call(),
    "GET adapters": Call(),
    "POST adapters": Call(body={"path": "FILE", "notes": "a note"}, status=201),
    "GET adapters/{adapter_id}": Call(ADAPTER),
    "PATCH adapters/{adapter_id}": Call(ADAPTER, {"rating": 4}),
    "GET adapters/{adapter_id}/thumbnail/{size}/{version}": Call({**ADAPTER, "size": 128, "version": "x"}),
    # 404: let in, and there is no such adapter
    "POST adapters/{adapter_id}/open-folder": Call({"adapter_id": 999_999}, status=404, is_restricted=True),
    "GET adapters/{adapter_id}/history": Call(ADAPTER),
    "GET adapters/{adapter_id}/insight": Call(ADAPTER),
    "GET history": Call(),
    "GET history/{set_id}": Call({"set_id": 999_999}, status=404),
    "GET history/back-to": Call(status=422),
    "POST history/{set_id}/undo": Call({"set_id": 999_999}, status=404),
    "POST history/back-to": Call(body={"at": "2020-01-01T00:00:00Z"}, is_restricted=True),
    "POST changes/{change_id}/revert": Call({"change_id": 999_999}, status=404),
    "POST bulk": Call(body={"selection": {"filters": {}}, "action": "tags", "params": {"add": ["x"]}}, status=202),
    # 400: let in, and this action cannot be looked at beforehand
    "POST bulk/preview": Call(body={"selection": {"filters": {}}, "action": "tags"}, status=400),
    # 404: let in, and there is no such adapter, nor anything in the trash
    "POST adapters/{adapter_id}/rename": Call({"adapter_id": 999_999}, {"name": "x"}, status=404, is_restricted=True),
    "POST adapters/{adapter_id}/move": Call({"adapter_id": 999_999}, {"folder": "x"}, status=404, is_restricted=True),
    "DELETE adapters/{adapter_id}": Call({"adapter_id": 999_999}, status=404, is_restricted=True),
    "GET trash": Call(),
    "POST trash/empty": Call(status=202, is_restricted=True),
    "POST trash/{trash_id}/restore": Call({"trash_id": 999_999}, status=404, is_restricted=True),
    "DELETE trash/{trash_id}": Call({"trash_id": 999_999}, status=404, is_restricted=True),
    "GET facets": Call(),
    "GET folders": Call(),
    "GET saved-filters": Call(),
    "POST saved-filters": Call(body={"name": "mine", "query": {"q": "amber"}}, status=201),
    "DELETE saved-filters/{filter_id}": Call({"filter_id": 999_999}, status=404),
    "GET settings": Call(),
    "GET duplicates": Call(),
    "POST export": Call(body={"selection": {"ids": []}, "format": "csv"}),
    "PATCH settings": Call(body={"trash_days": 30}, is_restricted=True),
    "GET completion": Call(),
    "POST compose": Call(body={"prompt": "x"}),
    "POST recommender/encoder": Call(body={"name": ""}, is_restricted=True),
    "POST recommender/vectors": Call(body={"action": "start"}, is_restricted=True),
    "POST recommend": Call(body={"prompt": "amber"}),
    "GET adapters/{adapter_id}/similar": Call(ADAPTER),
    "GET recommender": Call(),
    "GET jobs": Call(),
    "POST jobs": Call(body={"kind": "scan"}, status=202),
    "GET jobs/{job_id}": Call({"job_id": "JOB"}),
    "DELETE jobs/{job_id}": Call({"job_id": "JOB"}),
    "POST scan": Call(status=202),
    "GET hashing": Call(),
    "POST hashing": Call(body={"paused": False}, is_restricted=True),
    "GET backups": Call(),
    "POST backups": Call(status=202, is_restricted=True),
    # 404: let in, and there is no such backup
    "POST backups/{name}/verify": Call({"name": "nothing"}, status=404, is_restricted=True),
    "GET backups/{name}/differences": Call({"name": "nothing"}, status=404),
    "POST backups/{name}/restore": Call({"name": "nothing"}, status=404, is_restricted=True),
    "GET generations": Call(),
    "GET images/{image_id}": Call({"image_id": "IMAGE"}),
    "PATCH images/{image_id}": Call({"image_id": "IMAGE"}, {"rating": 4}),
    "POST feedback": Call(body={"session": None, "id": "ADAPTER", "kind": "inserted"}),
    # 404: let in, and there is no such feedback, nor anything learned under this number
    "DELETE feedback/{event_id}": Call({"event_id": 999_999}, status=404),
    "GET preferences": Call(),
    "GET preferences/{preference_id}/evidence": Call({"preference_id": 999_999}, status=404),
    "PATCH preferences/{preference_id}": Call({"preference_id": 999_999}, {"pinned": 1}, status=404),
    "DELETE preferences/{preference_id}": Call({"preference_id": 999_999}, status=404),
    "POST preferences/reset": Call(),
    "POST preferences/restore": Call(body={"token": "x"}, status=404),
    "GET images/{image_id}/thumbnail/{size}": Call({"image_id": "IMAGE", "size": 128}),
    "GET analytics": Call(),
    "GET library": Call(),
    "GET problems": Call(),
    "GET host": Call(),
    "GET health": Call(),
    "GET tokens": Call(),
    "POST tokens": Call(body={"name": "a script"}, status=201, is_restricted=True, by_token=403),
    "DELETE tokens/{token_id}": Call({"token_id": "TOKEN"}, is_restricted=True, by_token=403),
    # 409: let in, and no page of the web UI is open in this test
    "POST insertions": Call(status=409),
    "GET packages": Call(),
    # 404: let in, and there is no such package
    "POST packages": Call(body={"name": "nothing"}, status=404, is_restricted=True),
}
"""Every route of ours. One that is not in here fails the test below: say how it is called and who may."""


@dataclass
class Asked:
    """A host with a login over five files and a generation, and what names the things in it."""

    host: GuardedHost
    names: dict[str, Any]
    make_token: Callable[[], int]

    def ask(self, route: str, headers: Mapping[str, str]) -> int:
        """The status that a route answers these headers with."""
        method, path = route.split(" ", 1)
        call = CALLS[route]
        place = path if path.startswith("/") else API_ROUTE + path
        for name, value in call.path.items():
            known = self.make_token() if value == "TOKEN" else self.names.get(str(value), value)
            place = place.replace(f"{{{name}}}", str(known)).replace(f"{{{name}:path}}", str(known))
        body = {key: self.names.get(str(value), value) for key, value in call.body.items()}
        sent = {**({"json": body} if method in CHANGES else {}), "headers": dict(headers)}
        answer = self.host.http.request(method, BASE + place, **sent)
        return int(answer.status_code)


@pytest.fixture
def asked(drawing_client: Client) -> Asked:
    client = drawing_client
    result = client.ended(generate(client))["result"]
    host = GuardedHost(client.app)
    scanned = client.ended(client.send("POST", "scan", status=202))
    root = client.app.host.roots()[0]
    names = {
        "ADAPTER": client.id_of("Amber Lantern"),
        "IMAGE": result["images"][0]["id"],
        "JOB": scanned["id"],
        "VERSION": host.guest.assets.version,
        "FILE": str(root / "plain.safetensors"),
    }
    return Asked(host, names, lambda: client.app.tokens.make("one", "ada").row.id)


def routes_of(app: Any) -> Iterator[tuple[str, str]]:
    """(method, path) of every route of an app, whichever FastAPI put them there."""
    waiting = [("", route) for route in app.routes]
    while waiting:
        prefix, route = waiting.pop()
        inner = getattr(route, "original_router", None)
        below = inner.routes if inner is not None else getattr(route, "routes", None)
        if below:
            waiting += [(prefix + getattr(route, "path", ""), one) for one in below]
            continue
        for method in getattr(route, "methods", None) or {"WEBSOCKET"}:
            yield method, prefix + route.path


def every_route(host: GuardedHost) -> set[str]:
    """As `CALLS` names them. HEAD goes with its GET, the WebSocket has a test of its own."""
    apps: list[FastAPI] = [host.guest._api, page_app(host.guest.assets)]  # type: ignore[list-item]
    found = {route for app in apps for route in routes_of(app)}
    assert ("WEBSOCKET", "/ws") in found
    return {named(method, path) for method, path in found if method not in ("WEBSOCKET", "HEAD")}


def named(method: str, path: str) -> str:
    """A route by its last part: newer versions of FastAPI keep the prefix elsewhere."""
    return f"{method} {path.removeprefix(API_BELOW).lstrip('/')}"


def wrong(asked: Asked, headers: Mapping[str, str], wanted: Callable[[str, Call], int]) -> list[str]:
    """The routes that answer something else."""
    answers = {route: (asked.ask(route, headers), wanted(route, call)) for route, call in CALLS.items()}
    return [f"{route}: {found}, not {want}" for route, (found, want) in answers.items() if found != want]


def test_no_route_is_forgotten(asked: Asked, figure: Figure) -> None:
    assert every_route(asked.host) == {named(*route.split(" ", 1)) for route in CALLS}
    lane = os.environ.get("LORA_MANAGER_LANE", "default")
    figure(f"{len(CALLS)} routes and a WebSocket stand in the table of who may what ({lane} packages)")


def test_nobody_is_let_in_without_logging_in(asked: Asked) -> None:
    assert not wrong(asked, {}, lambda route, call: 401)
    assert not wrong(asked, {"Cookie": "access-token-unsecure=forged"}, lambda route, call: 401)


@pytest.mark.parametrize("known", [COOKIE, BASIC, {"Authorization": "Basic YWRhOnNlY3JldA=="}])
def test_who_is_known_is_let_in_everywhere(asked: Asked, known: Mapping[str, str]) -> None:
    if known is not COOKIE:  # tokens are one's own, and these are not Ada's
        asked = replace(asked, make_token=lambda: asked.host.app.tokens.make("one", user_of(known)).row.id)  # type: ignore[union-attr]
    assert not wrong(asked, known, lambda route, call: call.status)


def user_of(known: Mapping[str, str]) -> str:
    return "api" if known == BASIC else "ada"


def test_a_token_is_let_in_and_makes_no_tokens(asked: Asked) -> None:
    assert asked.host.app is not None
    token = asked.host.app.tokens.make("script", "ada").token
    known = {"Authorization": f"Bearer {token}"}
    assert not wrong(asked, known, lambda route, call: call.by_token or call.status)


def test_a_page_of_another_origin_is_refused_even_with_the_cookie(asked: Asked) -> None:
    assert not wrong(asked, {**COOKIE, **FOREIGN_ORIGIN}, lambda route, call: 403)
    assert not wrong(asked, {**COOKIE, "Sec-Fetch-Site": "cross-site"}, lambda route, call: 403)


def test_a_foreign_name_is_refused_even_with_the_cookie(asked: Asked) -> None:
    assert not wrong(asked, {**COOKIE, **FOREIGN_HOST}, lambda route, call: 403)


def test_a_form_changes_nothing(asked: Asked) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {**COOKIE, "Content-Type": kind}
        changes = [route for route in CALLS if route.split()[0] in CHANGES]
        assert {asked.ask(route, headers) for route in changes} == {415}


def test_on_an_open_server_files_packages_and_settings_need_a_login(asked: Asked) -> None:
    open_host = GuardedHost(asked.host.app, OneUser(asks=False), Protection(is_open=True))
    asked = replace(asked, host=open_host)
    answers = {route: asked.ask(route, {}) for route in CALLS}
    refused = {route for route, call in CALLS.items() if call.is_restricted}
    assert {route for route, status in answers.items() if status == 403} == refused
    assert not [f"{route}: {answers[route]}" for route in set(CALLS) - refused if answers[route] != CALLS[route].status]
    told = open_host.http.post(f"{BASE}{API_ROUTE}packages", json={"name": "nothing"}).json()
    assert told["code"] == "needs_login"
    assert "--lora-manager-allow-file-operations" in told["detail"]
    assert "--gradio-auth" in told["detail"]


def test_the_flag_and_the_owner_at_the_machine_may(asked: Asked) -> None:
    no_login = OneUser(asks=False)
    allowed = GuardedHost(asked.host.app, no_login, Protection(is_open=True, allows_file_operations=True))
    at_home = GuardedHost(asked.host.app, no_login, Protection())
    through_a_tunnel = GuardedHost(asked.host.app, no_login, Protection(), client="203.0.113.9")
    hosts = [allowed, at_home, through_a_tunnel]
    assert [replace(asked, host=host).ask("POST packages", {}) for host in hosts] == [404, 404, 403]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 4401),
        ({"Cookie": "access-token-unsecure=forged"}, 4401),
        ({**COOKIE, **FOREIGN_ORIGIN}, 4403),
        ({**COOKIE, **FOREIGN_HOST}, 4403),
        ({"Authorization": "Basic x"}, 4401),
    ],
)
def test_the_websocket_is_closed_before_it_opens(asked: Asked, headers: Mapping[str, str], code: int) -> None:
    with pytest.raises(WebSocketDisconnect) as closed, connect(asked.host, headers):
        pass
    assert closed.value.code == code


def connect(host: GuardedHost, headers: Mapping[str, str]) -> Any:
    return host.http.websocket_connect(f"ws://localhost{BASE}/ws", headers=dict(headers))


@pytest.mark.parametrize("known", [COOKIE, BASIC, {**COOKIE, "Origin": "http://localhost"}])
def test_the_websocket_opens_for_who_is_known(asked: Asked, known: Mapping[str, str]) -> None:
    with suppress(WebSocketDisconnect), connect(asked.host, known) as socket:
        assert socket.receive_json()["type"] == "hello"
        return
    pytest.fail("closed")
