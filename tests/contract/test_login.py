"""A host with a login: its cookie opens ours too, Basic and tokens do for scripts, and nobody else is answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.conftest import LOGIN_FLAGS, OTHER_LOGIN, Imitated, idle
from tests.contract.events import handshake, hello, is_refused
from tests.contract.running_host import OURS, RunningHost, User

PAGE = "/lora-manager/"
READS = ("health", "host", "library", "adapters?limit=1", "jobs", "generations", "tokens", "openapi.json")
NOBODY = User("ann", "not the word")


@pytest.mark.parametrize("path", [PAGE, "/lora-manager/entry.js", "/lora-manager/web/x/index.js"])
def test_anonymous_gets_no_page(guarded: RunningHost, path: str) -> None:
    assert guarded.anonymous().ask("GET", path).status == 401


@pytest.mark.parametrize("path", READS)
def test_anonymous_reads_nothing(guarded: RunningHost, path: str) -> None:
    answer = guarded.anonymous().ask("GET", OURS + path)
    assert (answer.status, answer.code) == (401, "login")
    assert answer.detail
    # A browser that reads "Basic" here would open a box of its own over the host's page.
    assert "basic" not in answer.headers.get("WWW-Authenticate", "").lower()


def test_anonymous_changes_nothing(guarded: RunningHost) -> None:
    before = guarded.get("jobs")["items"][:1]
    assert guarded.anonymous().ask("POST", OURS + "scan", {}).status == 401
    assert guarded.get("jobs")["items"][:1] == before


def test_anonymous_hears_of_no_event(guarded: RunningHost) -> None:
    assert is_refused(guarded.anonymous())
    assert is_refused(guarded.anonymous(), origin=None)


def test_who_is_logged_in_gets_everything(guarded: RunningHost) -> None:
    assert guarded.ask("GET", PAGE).status == 200
    assert guarded.ask("GET", "/lora-manager/entry.js").status == 200
    for path in READS:
        assert guarded.ask("GET", OURS + path).status == 200, path
    assert guarded.scan()["state"] == "done"
    assert hello(guarded)["type"] == "hello"
    assert guarded.login is not None
    access = guarded.get("library")["access"]
    assert (access["login"], access["user_name"]) == (True, guarded.login.name)
    assert access["may_change_settings"]


def test_an_invented_cookie_opens_nothing(guarded: RunningHost) -> None:
    name = guarded.cookie.partition("=")[0]
    for cookie in (f"{name}=invented", f"{name}=", f"access-token={'x' * 5000}", '\x7f;;=;"'):
        assert guarded.ask("GET", OURS + "host", headers={"Cookie": cookie}).status == 401


def test_scripts_come_in_with_the_apis_own_word(guarded: RunningHost) -> None:
    assert guarded.api_user is not None, "tell it with --api-auth"
    script = guarded.anonymous()
    assert script.ask("GET", OURS + "host", headers=guarded.api_user.basic).status == 200
    assert script.ask("POST", OURS + "scan", {}, guarded.api_user.basic).status < 300
    assert hello(script, origin=None, headers=guarded.api_user.basic)["type"] == "hello"
    assert script.ask("GET", OURS + "host", headers=NOBODY.basic).status == 401
    assert script.ask("GET", OURS + "host", headers={"Authorization": "Basic !"}).status == 401


def test_a_token_opens_until_it_is_revoked(guarded: RunningHost) -> None:
    made = guarded.post("tokens", {"name": "contract"})
    script, way = guarded.anonymous(), {"Authorization": f"Bearer {made['token']}"}
    try:
        assert script.ask("GET", OURS + "host", headers=way).status == 200
        assert hello(script, origin=None, headers=way)["type"] == "hello"
        listed = guarded.ask("GET", OURS + "tokens")
        assert made["token"].encode() not in listed.body
        assert made["id"] in [item["id"] for item in listed.document["items"]]
    finally:
        revoked = guarded.ask("DELETE", f"{OURS}tokens/{made['id']}", {})
    assert revoked.document == {"revoked": True}
    assert script.ask("GET", OURS + "host", headers=way).status == 401


def test_a_hostile_page_gets_nothing_with_the_users_cookie(guarded: RunningHost) -> None:
    evil = {"Origin": "http://evil.example"}
    assert guarded.ask("POST", OURS + "scan", {}, evil).code == "foreign_origin"
    assert guarded.ask("GET", OURS + "host", headers=evil).code == "foreign_origin"
    assert guarded.ask("GET", OURS + "host", headers={"Sec-Fetch-Site": "cross-site"}).code == "foreign_origin"
    assert guarded.ask("GET", OURS + "host", headers={"Host": "evil.example"}).code == "foreign_host"
    assert guarded.ask("POST", OURS + "scan", {}, {"Content-Type": "text/plain"}).code == "not_json"
    assert is_refused(guarded, origin="http://evil.example")
    assert handshake(guarded, {}) == 101
    assert handshake(guarded, {"Host": "evil.example", "Origin": "http://evil.example"}) == 403


def test_it_is_written_down_who_generated(guarded: RunningHost) -> None:
    assert guarded.login is not None
    prompt = guarded.unique("ours by a user")
    assert guarded.generate(prompt)["user_name"] == guarded.login.name
    assert guarded.made(prompt)[0]["user_name"] == guarded.login.name


@pytest.mark.usefixtures("only_imitated")
def test_whose_run_the_hosts_own_was(guarded: RunningHost) -> None:
    for user in (guarded.login, OTHER_LOGIN):
        assert user is not None
        guarded.login = user
        guarded.log_in()
        prompt = guarded.unique(f"of {user.name}")
        assert guarded.ask("POST", "/imitated/generate/txt2img", {"prompt": prompt}).status == 200
        assert guarded.made(prompt)[0]["user_name"] == user.name


@pytest.fixture
def with_api_word(host_family: str, imitated: Imitated) -> Iterator[RunningHost]:
    """A host whose API asks for a word while its page does not."""
    running = imitated(host_family, "--api-auth", "api:bees")
    running.api_user = None if host_family == "sdnext" else User("api", "bees")
    yield from idle(running)


@pytest.mark.usefixtures("only_imitated")
def test_a_word_for_the_api_alone_leaves_the_page_open(with_api_word: RunningHost) -> None:
    assert with_api_word.ask("GET", PAGE).status == 200
    assert with_api_word.ask("GET", OURS + "host").status == 200
    assert with_api_word.scan()["state"] == "done"
    assert hello(with_api_word)["type"] == "hello"
    named = with_api_word.ask("GET", OURS + "library", headers=User("api", "bees").basic).document["access"]
    assert named["user_name"] == (None if with_api_word.family == "sdnext" else "api")


@pytest.mark.usefixtures("only_imitated")
def test_the_login_comes_again_after_a_new_start(host_family: str, imitated: Imitated) -> None:
    """Reload UI and Restart end every login; who logs in again is let in again."""
    from tests.contract.starting_again import start_again

    running = imitated(host_family, *LOGIN_FLAGS[host_family], "--lora-manager-host", "starting.example")
    running.login, running.api_user = OTHER_LOGIN, OTHER_LOGIN if host_family == "sdnext" else User("api", "bees")
    for started in idle(running):
        old = started.anonymous()
        old.cookie = started.cookie
        start_again(started)
        assert old.ask("GET", OURS + "host").status == 401
        assert started.ask("GET", OURS + "host").status == 200
