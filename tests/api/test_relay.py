from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lora_manager.api import relay as module
from lora_manager.api.app import API
from lora_manager.api.refusal import Refusal
from lora_manager.api.relay import HostPage, Inserted, Relay
from tests.api.conftest import Client
from tests.helpers.guarded_host import COOKIE, GuardedHost

WISH: dict[str, Any] = {"add": [{"id": 1}], "remove": []}


def page(relay: Relay, user: str | None, answers: str | None) -> tuple[HostPage, list[dict[str, Any]]]:
    """A page that answers every wish with this place, or never."""
    got: list[dict[str, Any]] = []

    def put(message: dict[str, Any]) -> None:
        got.append(message)
        if answers is not None:
            said = {"type": "inserted", "id": message["id"], "place": answers, "what": "added"}
            asyncio.get_running_loop().call_soon(relay.hear, joined, said)

    joined = relay.join(user, put)
    return joined, got


def run(wish: Any) -> Any:
    return asyncio.run(wish)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN_S", 0.05)


def test_the_page_looked_at_last_inserts() -> None:
    relay = Relay()

    async def two() -> str:
        first, _ = page(relay, None, "txt2img")
        page(relay, None, "img2img")
        relay.hear(first, {"type": "active"})
        return (await relay.insert(None, WISH)).place

    assert run(two()) == "txt2img"


def test_another_page_is_asked_when_one_does_not_answer() -> None:
    relay = Relay()

    async def two() -> str:
        page(relay, None, "txt2img")
        _, got = page(relay, None, None)
        place = (await relay.insert(None, WISH)).place
        assert got == [{"type": "insert", "id": 1, **WISH}]
        return place

    assert run(two()) == "txt2img"


def test_what_came_of_it_is_told_and_nothing_else() -> None:
    relay = Relay()

    async def said(what: Any) -> Inserted:
        def put(message: dict[str, Any]) -> None:
            answer = {"type": "inserted", "id": message["id"], "place": "x" * 500, "what": what}
            asyncio.get_running_loop().call_soon(relay.hear, joined, answer)

        joined = relay.join(None, put)
        try:
            return await relay.insert(None, WISH)
        finally:
            relay.leave(joined)

    for what in ("added", "removed", "already"):
        assert run(said(what)) == Inserted("x" * 100, what)
    assert run(said("<script>")).what == ""
    assert run(said(["added"])).what == ""


def test_pages_that_sleep_hold_nobody_up_for_long() -> None:
    relay = Relay()

    async def sleepers() -> int:
        silent = [page(relay, None, None)[1] for _ in range(10)]
        with pytest.raises(Refusal):
            await relay.insert(None, WISH)
        return sum(map(len, silent))

    assert run(sleepers()) == module.MOST_ASKED


def test_nobody_elses_page_is_touched() -> None:
    relay = Relay()

    async def others() -> None:
        _, got = page(relay, "bob", "txt2img")
        with pytest.raises(Refusal) as refused:
            await relay.insert("ada", WISH)
        assert (refused.value.status_code, refused.value.code, got) == (409, "no_host_page", [])

    run(others())


def test_a_page_that_goes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN_S", 60)
    relay = Relay()

    async def goes() -> None:
        gone, _ = page(relay, None, None)
        asyncio.get_running_loop().call_soon(relay.leave, gone)
        with pytest.raises(Refusal):
            await relay.insert(None, WISH)

    run(asyncio.wait_for(goes(), 20))


@pytest.mark.parametrize("said", [{}, {"type": "inserted"}, {"type": "inserted", "id": "1"}, {"type": 3, "id": 1}])
def test_what_makes_no_sense_is_passed_over(said: dict[str, Any]) -> None:
    relay = Relay()

    async def nonsense() -> None:
        one, _ = page(relay, None, None)
        other, _ = page(relay, None, None)
        loop = asyncio.get_running_loop()
        loop.call_soon(relay.hear, one, said)
        loop.call_soon(relay.hear, one, {"type": "inserted", "id": 1, "place": "not the one that was asked"})
        relay.hear(other, {"type": "active"})
        with pytest.raises(Refusal):
            await relay.insert(None, WISH)

    run(nonsense())


def test_at_most_so_many_at_once(client: Client) -> None:
    host = GuardedHost(client.app)
    answer = host.http.post(f"{API}/insertions", json={"remove": list(range(501))}, headers=COOKIE)
    assert answer.status_code == 400
