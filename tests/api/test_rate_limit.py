from __future__ import annotations

import pytest

from lora_manager.api import rate_limit as module
from lora_manager.api.rate_limit import RateLimit
from tests.api.conftest import Client


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_each_visitor_has_a_window_of_a_minute() -> None:
    clock = Clock()
    limit = RateLimit(2, clock)
    assert [limit.take("a").remaining for _ in range(2)] == [1, 0]
    refused = limit.take("a")
    assert (refused.is_allowed, refused.remaining, refused.reset_s) == (False, 0, 60)
    assert limit.take("b").is_allowed
    clock.now = 59.5
    assert (limit.take("a").is_allowed, limit.look("a").reset_s) == (False, 1)
    clock.now = 60.0
    assert limit.look("a").remaining == 2, "looking counts nothing"
    assert limit.take("a").remaining == 1


def test_the_visitors_longest_away_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VISITORS", 2)
    limit = RateLimit(1, Clock())
    assert all(limit.take(key).is_allowed for key in "abc")
    assert [limit.look(key).is_allowed for key in "cba"] == [False, False, True]


def test_looking_forgets_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_VISITORS", 2)
    limit = RateLimit(1, Clock())
    limit.take("a")
    assert all(limit.look(key).is_allowed for key in "bcde")
    assert not limit.look("a").is_allowed


def test_a_costly_route_tells_what_is_left(client: Client) -> None:
    before = client.http.post("/lora-manager/api/v1/recommend", json={"prompt": "amber"}).headers
    after = client.http.post("/lora-manager/api/v1/recommend", json={"prompt": "amber"}).headers
    assert int(before["ratelimit-remaining"]) - int(after["ratelimit-remaining"]) == 1
    assert (before["ratelimit-limit"], 1 <= int(before["ratelimit-reset"]) <= 60) == ("600", True)
    assert "ratelimit-limit" not in client.raw("api/v1/health").headers


def test_who_asks_too_often_is_told_to_wait(client: Client) -> None:
    answers = [client.http.post("/lora-manager/api/v1/scan", json={}) for _ in range(61)]
    assert {answer.status_code for answer in answers[:-1]} == {202}
    last = answers[-1]
    assert (last.status_code, last.json()["code"], last.headers["ratelimit-remaining"]) == (429, "too_many", "0")
    assert last.headers["retry-after"] in last.json()["detail"]
