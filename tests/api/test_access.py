from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lora_manager.api.access import FAILED_LOGINS_A_MINUTE, FAILED_LOGINS_OF_A_USER, Access
from lora_manager.api.refusal import Refusal
from lora_manager.hosts.protection import Protection
from tests.helpers.guarded_host import OneUser

API_USERS = Protection(basic=(("api", "bees"), ("other", "co:lon")))


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def asking(client: str = "127.0.0.1", **headers: str) -> dict[str, Any]:
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"type": "http", "client": (client, 5), "server": ("127.0.0.1", 7860), "headers": pairs}


@pytest.mark.parametrize(
    ("headers", "user", "by"),
    [
        ({"cookie": "access-token-unsecure=good"}, "ada", "cookie"),
        ({"cookie": 'bad[]=1; a="x; access-token-unsecure=good; z'}, "ada", "cookie"),
        ({"cookie": f'x="{chr(92) * 60_000}; access-token-unsecure=good'}, "ada", "cookie"),
        ({"authorization": basic("api", "bees")}, "api", "basic"),
        ({"authorization": basic("other", "co:lon")}, "other", "basic"),
        ({"authorization": basic("ada", "secret")}, "ada", "basic"),
        ({"authorization": "bearer lm_good"}, "ada", "token"),
    ],
)
def test_three_ways_in(headers: dict[str, str], user: str, by: str) -> None:
    access = Access(API_USERS, OneUser())
    access.token_user = {"lm_good": "ada"}.get
    visitor = access.visitor(asking(**headers))
    assert (visitor.user_name, visitor.by, visitor.may_change_settings) == (user, by, True)


@pytest.mark.parametrize(
    "authorization",
    [
        *(basic("api", "wrong"), basic("", ""), "Basic", "Basic ===", "Basic w", "Bearer", "Bearer lm_gone"),
        *("Digest x", basic("api", ""), "Basic " + base64.b64encode(b"\xff:\xff").decode(), "Basic YXBpOmJlZXM", ""),
    ],
)
def test_what_is_wrong_is_refused_where_a_login_is_asked_for(authorization: str) -> None:
    access = Access(API_USERS, OneUser())
    access.token_user = {}.get
    with pytest.raises(Refusal) as refused:
        access.visitor(asking(authorization=authorization))
    assert (refused.value.status_code, refused.value.code) == (401, "login")
    # "Basic" would have the browser ask for a password in a box of its own
    assert refused.value.headers == {"WWW-Authenticate": "Bearer"}


@given(st.text(st.characters(codec="latin-1"), max_size=80), st.text(st.characters(codec="latin-1"), max_size=80))
def test_no_header_breaks_it_or_lets_anybody_in(authorization: str, cookie: str) -> None:
    access = Access(API_USERS, OneUser())
    access.token_user = {}.get
    with pytest.raises(Refusal):
        access.visitor(asking(authorization=authorization, cookie=cookie))


def test_a_token_before_the_catalogue_is_open_has_to_wait() -> None:
    access = Access(API_USERS, OneUser())
    for _ in range(FAILED_LOGINS_A_MINUTE + 1):
        with pytest.raises(Refusal) as refused:
            access.visitor(asking(authorization="Bearer lm_good"))
        assert (refused.value.status_code, refused.value.code) == (503, "starting")


def test_a_token_goes_with_its_user() -> None:
    access = Access(API_USERS, OneUser(user="ada"))
    access.token_user = {"lm_ada": "ada", "lm_api": "api", "lm_ben": "ben"}.get
    assert access.visitor(asking(authorization="Bearer lm_ada")).user_name == "ada"
    assert access.visitor(asking(authorization="Bearer lm_api")).user_name == "api"
    with pytest.raises(Refusal, match="not known"):
        access.visitor(asking(authorization="Bearer lm_ben"))


def test_where_no_login_is_asked_for_everybody_is_let_in() -> None:
    """A proxy in front may ask for a password of its own, which the browser then sends here too."""
    access = Access(API_USERS, OneUser(asks=False))
    visitor = access.visitor(asking(authorization=basic("proxy", "word")))
    assert (visitor.user_name, visitor.by) == (None, "")
    assert access.visitor(asking(authorization=basic("api", "bees"))).user_name == "api"


def test_an_api_without_a_page_asks_for_its_own_users() -> None:
    access = Access(replace(API_USERS, asks_basic=True), OneUser(asks=False))
    assert access.visitor(asking(authorization=basic("api", "bees"))).may_change_settings
    for authorization in ("", basic("api", "wrong")):
        with pytest.raises(Refusal) as refused:
            access.visitor(asking(authorization=authorization))
        # There is no page to log in to, so the browser's own box is the way in.
        assert (refused.value.headers or {})["WWW-Authenticate"].startswith("Basic ")


def test_guessing_is_slow() -> None:
    access = Access(API_USERS, OneUser())
    for _ in range(FAILED_LOGINS_A_MINUTE):
        with pytest.raises(Refusal, match="not known"):
            access.visitor(asking(authorization=basic("api", "guess")))
    with pytest.raises(Refusal, match="Wait a minute") as refused:
        access.visitor(asking(authorization=basic("api", "bees")))
    assert (refused.value.status_code, refused.value.headers) == (429, {"Retry-After": "60"})
    assert access.visitor(asking(authorization=basic("other", "co:lon"))).user_name == "other", "other users go on"
    assert access.visitor(asking(authorization=basic("api", "bees"), client="10.0.0.2")).user_name == "api"
    assert access.visitor(asking(cookie="access-token-unsecure=good")).user_name == "ada", "the page goes on"


def test_guessing_from_many_addresses_is_slow_too() -> None:
    access = Access(API_USERS, OneUser())
    for number in range(FAILED_LOGINS_OF_A_USER):
        with pytest.raises(Refusal, match="not known"):
            access.visitor(asking(f"10.0.0.{number}", authorization=basic("api", "guess")))
    with pytest.raises(Refusal, match="Wait a minute"):
        access.visitor(asking("10.9.9.9", authorization=basic("api", "bees")))


def test_guessing_is_slow_where_no_login_is_asked_for_too() -> None:
    access = Access(API_USERS, OneUser(asks=False))
    for _ in range(FAILED_LOGINS_A_MINUTE):
        assert access.visitor(asking(authorization=basic("api", "guess"))).user_name is None
    assert access.visitor(asking(authorization=basic("api", "bees"))).user_name is None
    assert access.visitor(asking(authorization=basic("api", "bees"), client="10.0.0.2")).user_name == "api"


@pytest.mark.parametrize(
    ("protection", "client", "headers", "may"),
    [
        (Protection(), "127.0.0.1", {}, True),
        (Protection(), "192.168.0.9", {}, False),
        (Protection(), "127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, False),
        (Protection(is_open=True), "127.0.0.1", {}, False),
        (Protection(fronts=frozenset({"sd.example"})), "127.0.0.1", {}, False),
        (Protection(is_open=True, allows_file_operations=True), "203.0.113.9", {}, True),
    ],
)
def test_who_may_change_settings_without_a_login(
    protection: Protection, client: str, headers: dict[str, str], may: bool
) -> None:
    visitor = Access(protection).visitor(asking(client, **headers))
    assert visitor.may_change_settings is may
    assert bool(visitor.why_not) is not may


def test_a_name_is_no_longer_than_what_is_stored() -> None:
    cookie = "access-token-unsecure=good"
    names = [Access(login=OneUser(user="x" * 200 + end)).visitor(asking(cookie=cookie)).user_name for end in "ab"]
    assert [len(name or "") for name in names] == [128, 128]
    assert names[0] != names[1]


@pytest.mark.parametrize(
    ("protection", "login", "lets_in"),
    [
        (Protection(), None, False),
        (Protection(is_open=True), None, True),
        (Protection(fronts=frozenset({"a.example"})), None, True),
        (Protection(is_open=True, allows_file_operations=True), None, False),
        (Protection(is_open=True, basic=(("a", "b"),), asks_basic=True), None, False),
        (Protection(is_open=True), OneUser(), False),
    ],
)
def test_strangers_edit_where_a_server_is_open_and_asks_for_no_login(
    protection: Protection, login: OneUser | None, lets_in: bool
) -> None:
    assert Access(protection, login).lets_strangers_in() is lets_in
