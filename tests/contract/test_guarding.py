"""Who may ask: the host's own page by a name of its own; and what those may not who come from elsewhere."""

from __future__ import annotations

import pytest

from tests.contract.conftest import Imitated, idle
from tests.contract.events import handshake, hello
from tests.contract.running_host import OURS, RunningHost

ALLOWS = "--lora-manager-allow-file-operations"


@pytest.mark.parametrize("path", ["health", "host", "adapters?limit=1", "library"])
def test_a_foreign_name_is_refused(host: RunningHost, path: str) -> None:
    answer = host.ask("GET", OURS + path, headers={"Host": "evil.example"})
    assert answer.status == 403
    assert answer.detail


def test_a_foreign_origin_is_refused(host: RunningHost) -> None:
    answer = host.ask("POST", OURS + "scan", {}, {"Origin": "http://evil.example"})
    assert answer.status == 403
    assert "http://evil.example" in answer.detail


def test_a_form_is_refused(host: RunningHost) -> None:
    answer = host.ask("POST", OURS + "scan", {}, {"Content-Type": "text/plain"})
    assert answer.status == 415


def test_who_is_elsewhere_reads_and_edits_but_changes_no_settings(host: RunningHost) -> None:
    if host.login is not None:
        pytest.skip("with a login, who is logged in may do everything")
    elsewhere = {"X-Forwarded-For": "203.0.113.9"}
    card = host.get(f"adapters/{host.loras()[0].id}")
    assert host.ask("GET", OURS + "health", headers=elsewhere).status == 200
    noted = host.ask("PATCH", f"{OURS}adapters/{card['id']}", {"notes": card["notes"]}, elsewhere)
    assert noted.status == 200, noted
    assert_settings_refused(host, elsewhere)


def test_a_websocket_of_another_page_is_refused(host: RunningHost) -> None:
    assert handshake(host, {}) == 101
    assert handshake(host, {"Origin": ""}) == 101  # a program of the user's
    assert handshake(host, {"Origin": "http://evil.example"}) == 403
    assert handshake(host, {"Origin": "null"}) == 403
    assert handshake(host, {"Host": "evil.example", "Origin": "http://evil.example"}) == 403


@pytest.mark.usefixtures("only_imitated")
@pytest.mark.parametrize("flag", ["--listen", "--share"])
def test_an_open_host_without_a_login(host_family: str, imitated: Imitated, flag: str) -> None:
    """Reading, editing and generating work; settings are refused, to this machine too, with what would allow them."""
    for host in idle(imitated(host_family, flag)):
        lora = host.loras()[0]
        assert host.ask("PATCH", f"{OURS}adapters/{lora.id}", {"notes": "by somebody"}).status == 200
        assert host.generate(host.unique("open"))["state"] == "done"
        assert hello(host)["type"] == "hello"
        access = host.get("library")["access"]
        assert not access["login"]
        assert not access["may_change_settings"]
        assert ALLOWS in access["reason"]
        assert_settings_refused(host, {})
        by_tunnel = host.ask("GET", OURS + "health", headers={"Host": "0123abc.gradio.live"})
        assert by_tunnel.status == (200 if flag == "--share" else 403)


@pytest.mark.usefixtures("only_imitated")
def test_an_open_host_whose_owner_allows_it(host_family: str, imitated: Imitated) -> None:
    for host in idle(imitated(host_family, "--listen", ALLOWS)):
        assert host.get("library")["access"]["may_change_settings"]
        answer = host.ask("POST", OURS + "packages", {"name": "nothing of ours"})
        assert answer.status in (400, 404, 422), answer


def assert_settings_refused(host: RunningHost, headers: dict[str, str]) -> None:
    """The reason and the flag are in the sentence."""
    answer = host.ask("POST", OURS + "packages", {"name": "nothing of ours"}, headers)
    assert (answer.status, answer.code) == (403, "needs_login")
    assert ALLOWS in answer.detail


def test_our_own_page_is_let_in(host: RunningHost) -> None:
    assert host.ask("POST", OURS + "scan", {}, {"Origin": host.origin}).status < 300
