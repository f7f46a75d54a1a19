"""Who may ask: this machine's own page, by a name of this machine."""

from __future__ import annotations

import pytest

from tests.contract.running_host import OURS, RunningHost


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


def test_what_was_handed_on_from_elsewhere_is_refused(host: RunningHost) -> None:
    answer = host.ask("GET", OURS + "health", headers={"X-Forwarded-For": "203.0.113.9"})
    assert answer.status == 403


def test_our_own_page_is_let_in(host: RunningHost) -> None:
    assert host.ask("POST", OURS + "scan", {}, {"Origin": host.url}).status < 300
