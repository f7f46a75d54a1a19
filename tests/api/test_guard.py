from __future__ import annotations

import socket
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from starlette.testclient import TestClient

from lora_manager.api.app import API, BASE, create_app
from lora_manager.api.guard import (
    KnownNames,
    is_from_this_machine,
    names_of_this_machine,
    refuse_foreign_host,
    refuse_foreign_origin,
)
from lora_manager.api.refusal import Refusal
from tests.api.conftest import Client

JSON = {"Content-Type": "application/json"}
FORM_TYPES = [
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "",
    "application/jsonp",
]


def changes(client: Client) -> list[tuple[str, str]]:
    """Every (method, path) that is not a read, as the server itself describes them."""
    paths = client.http.get(f"{API}/openapi.json").json()["paths"]
    found = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    return [(method, BASE + path.replace("{", "").replace("}", "")) for method, path in found if method != "GET"]


@pytest.mark.parametrize("content_type", FORM_TYPES)
def test_every_change_refuses_what_a_form_could_send(reader: Client, content_type: str) -> None:
    for method, path in changes(reader):
        answer = reader.http.request(method, path, content=b'{"prompt": "x"}', headers={"Content-Type": content_type})
        assert (answer.status_code, answer.json()["code"]) == (415, "not_json"), (method, path)
        assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_every_change_refuses_another_origin(reader: Client, headers: dict[str, str]) -> None:
    for method, path in changes(reader):
        answer = reader.http.request(method, path, content=b"{}", headers={**JSON, **headers})
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), (method, path)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7870", "localhost.evil.example", "", "[::1", "[", "a:b:c"]
)
def test_no_route_answers_under_a_foreign_name(reader: Client, host: str) -> None:
    """A page of another site can make its own name point here; the browser then thinks that we are that site."""
    paths = reader.http.get(f"{API}/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method in methods:
            url = BASE + path.replace("{", "").replace("}", "")
            answer = reader.http.request(method, url, content=b"{}", headers={**JSON, "Host": host})
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_host"), (method, url)


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:7870", "127.0.0.1:7870", "[::1]:7870", "192.168.1.9", "LOCALHOST"]
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_our_own_page_may_read_and_change(reader: Client, host: str, scheme: str) -> None:
    headers = {"Host": host, "Origin": f"{scheme}://{host}", "Sec-Fetch-Site": "same-origin"}
    assert reader.http.get(f"{API}/health", headers=headers).status_code == 200
    answer = reader.http.post(f"{API}/compose", json={"prompt": "x"}, headers=headers)
    assert answer.status_code == 200


def test_a_name_can_be_allowed(reader: Client) -> None:
    http = TestClient(create_app(reader.app, frozenset({"lora.home"})), base_url="http://lora.home:7870")
    assert http.get(f"{API}/health").status_code == 200
    assert http.post(f"{API}/compose", json={}, headers={"Origin": "http://lora.home:7870"}).status_code == 200
    assert reader.http.get(f"{API}/health", headers={"Host": "lora.home"}).status_code == 403


def test_programs_without_an_origin_may_change(reader: Client) -> None:
    assert reader.http.post(f"{API}/compose", json={}).status_code == 200
    assert reader.http.post(f"{API}/compose", json={}, headers={"Sec-Fetch-Site": "none"}).status_code == 200
    charset = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert reader.http.post(f"{API}/compose", content=b"{}", headers=charset).status_code == 200


KNOWN = KnownNames(frozenset({"lora.home"}), (".gradio.live",), frozenset({"sd.example:8443", "any.example"}))


@pytest.mark.parametrize(
    "host",
    ["lora.home:1", "abc.gradio.live", "sd.example:8443", "sd.example", "any.example:99", "10.0.0.1", "[fe80::1]"],
)
def test_a_server_has_other_names_too(host: str) -> None:
    refuse_foreign_host({"host": host}, KNOWN)


@pytest.mark.parametrize("host", ["gradio.live", "evilgradio.live", "x.lora.home", "example", "\0"])
def test_and_none_that_only_look_alike(host: str) -> None:
    with pytest.raises(Refusal) as refused:
        refuse_foreign_host({"host": host}, KNOWN)
    assert refused.value.code == "foreign_host"
    assert "--lora-manager-host" in refused.value.detail


@pytest.mark.parametrize(
    ("headers", "is_ours"),
    [
        ({"origin": "https://sd.example:8443"}, True),
        ({"origin": "https://sd.example"}, False),
        ({"origin": "http://any.example:81"}, True),
        ({"origin": "http://lora.home:9"}, False),
        ({"origin": "https://proxy.example", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://any.example", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "https://any.example", "sec-fetch-site": "none"}, True),
        ({"origin": "https://evil.example", "sec-fetch-site": "none"}, False),
    ],
)
def test_a_proxy_in_front_may_be_another_origin(headers: dict[str, str], is_ours: bool) -> None:
    """It may put 127.0.0.1 in place of the name that the browser meant."""
    whole = {"host": "127.0.0.1:7860", **headers}
    if is_ours:
        refuse_foreign_origin(whole, KNOWN)
    else:
        with pytest.raises(Refusal, match=r"--lora-manager-host|own page"):
            refuse_foreign_origin(whole, KNOWN)


@given(st.text(st.characters(codec="latin-1"), max_size=30), st.text(st.characters(codec="latin-1"), max_size=30))
def test_any_header_is_taken_or_refused(host: str, origin: str) -> None:
    headers = Headers({"host": host, "origin": origin})
    with suppress(Refusal):
        refuse_foreign_host(headers)
        refuse_foreign_origin(headers)
        assert origin.lower().endswith(host.lower())


def scope(client: str, server: str = "127.0.0.1", **headers: str) -> dict[str, object]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"client": (client, 5), "server": (server, 7860), "headers": pairs}


@pytest.mark.parametrize(
    "found",
    [
        scope("127.0.0.1"),
        scope("127.8.9.1"),
        scope("::1", "::1"),
        scope("::ffff:127.0.0.1"),
        scope("192.168.1.9", "192.168.1.9"),
        scope("127.0.0.1", x_forwarded_for="127.0.0.1"),
        scope("127.0.0.1", forwarded='for="[::1]";proto=http'),
        scope("127.0.0.1", host="localhost:7860", origin="http://localhost:7860"),
        scope("127.0.0.1", host="127.0.0.1:7860", origin="http://127.0.0.1:7860"),
        scope("::1", "::1", host="[::1]:7860", origin="http://[::1]:7860"),
        scope("127.0.0.1", host=f"{socket.gethostname()}:7860"),
        scope("192.168.1.9", "192.168.1.9", host="192.168.1.9:7860", origin="http://192.168.1.9:7860"),
    ],
)
def test_a_request_from_this_machine(found: dict[str, object]) -> None:
    assert is_from_this_machine(found)


@pytest.mark.parametrize(
    "found",
    [
        scope("192.168.1.9"),
        scope("192.168.1.9", "192.168.1.8"),
        scope("testclient"),
        scope("127.0.0.1", x_forwarded_for="203.0.113.9"),
        scope("127.0.0.1", x_forwarded_for="127.0.0.1, 203.0.113.9"),
        scope("127.0.0.1", x_real_ip="unknown"),
        scope("127.0.0.1", forwarded="for=203.0.113.9;proto=http"),
        scope("127.0.0.1", forwarded="for=127.0.0.1;for=203.0.113.9"),
        scope("127.0.0.1", forwarded="proto=https"),
        scope("127.0.0.1", x_forwarded_host="lora.example"),
        scope("127.0.0.1", via="1.1 tunnel"),
        scope("0.0.0.0", "0.0.0.0"),
        {**scope("127.0.0.1", x_forwarded_for="127.0.0.1"), "client": ("127.0.0.1", 0)},
        scope("127.0.0.1", cf_connecting_ip="203.0.113.9"),
        {"client": None, "server": None, "headers": []},
        # A proxy on this machine that says nothing of itself: it is known by the name that the browser meant.
        scope("127.0.0.1", host="lora.example"),
        scope("127.0.0.1", host="203.0.113.5:8080", origin="http://203.0.113.5:8080"),
        scope("127.0.0.1", host="127.0.0.1:7860", origin="http://lora.example"),
        scope("127.0.0.1", host="127.0.0.1:7860", origin="null"),
        scope("127.0.0.1", host="[:7860"),
    ],
)
def test_a_request_from_elsewhere(found: dict[str, object]) -> None:
    assert not is_from_this_machine(found)


def test_this_machine_has_a_name() -> None:
    assert all(name == name.lower() for name in names_of_this_machine())
