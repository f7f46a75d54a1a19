"""Behind a proxy that takes a prefix off, and on SDNext's own sub-path: the page, the API and the events."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.conftest import LOGIN, LOGIN_FLAGS, Imitated, idle
from tests.contract.events import handshake, hello, is_refused
from tests.contract.running_host import OURS, RunningHost
from tests.helpers.prefix_proxy import prefix_proxy

PAGE = "/lora-manager/"
PREFIX = "/x"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
FRONT = "front.example"


def assert_page_works(host: RunningHost, headers: dict[str, str]) -> None:
    """As a browser opens it: the page, its modules, the API, a change."""
    page = host.ask("GET", PAGE)
    assert page.status == 200
    # A path from the root would leave out the prefix.
    assert b'="/' not in page.body
    assert host.ask("GET", "/lora-manager/entry.js").status == 200
    # A host that has just started scans first.
    host.wait("two LoRAs in the library", lambda: host.get("library")["totals"]["adapters"] >= 2)
    lora = host.loras()[0]
    notes = host.get(f"adapters/{lora.id}")["notes"]
    edit = host.ask("PATCH", f"{OURS}adapters/{lora.id}", {"notes": notes}, {"Origin": host.origin, **headers})
    assert edit.status == 200, edit


@pytest.mark.parametrize("says_for", ["", "127.0.0.1", "203.0.113.9"])
def test_a_proxy_that_keeps_the_host(host: RunningHost, says_for: str) -> None:
    with prefix_proxy(host.url, PREFIX, keeps_host=True, says_for=says_for) as proxy:
        browser = host.through(proxy.url)
        assert_page_works(browser, {})
        assert hello(browser)["type"] == "hello"
        assert is_refused(browser, origin="http://evil.example")


def test_a_proxy_that_puts_its_own_word_for_the_host(host: RunningHost) -> None:
    """What the browser says of the site is enough for the page; the events it says nothing of come by asking."""
    with prefix_proxy(host.url, PREFIX, keeps_host=False) as proxy:
        browser = host.through(proxy.url)
        assert_page_works(browser, SAME_SITE)
        assert is_refused(browser)
        assert is_refused(browser, origin="http://evil.example")
        refused = browser.ask("POST", OURS + "scan", {}, {"Origin": browser.origin})
        assert refused.code == "foreign_origin"
        # The remedy, with what to give it.
        assert f"--lora-manager-host {proxy.place}" in refused.detail


def test_the_hosts_own_login_behind_a_proxy(guarded: RunningHost) -> None:
    with prefix_proxy(guarded.url, PREFIX, keeps_host=True) as proxy:
        browser = guarded.through(proxy.url)
        assert browser.anonymous().ask("GET", OURS + "host").status == 401
        browser.cookie = ""
        browser.log_in()
        assert_page_works(browser, {})
        assert hello(browser)["type"] == "hello"


@pytest.mark.usefixtures("only_imitated")
@pytest.mark.parametrize("keeps_host", [True, False])
def test_a_front_that_the_owner_names(host_family: str, imitated: Imitated, keeps_host: bool) -> None:
    for host in idle(imitated(host_family, "--lora-manager-host", FRONT)):
        with prefix_proxy(host.url, PREFIX, keeps_host=keeps_host) as proxy:
            browser = host.through(proxy.url)
            seen = {"Host": FRONT, "Origin": f"http://{FRONT}"}
            assert browser.ask("POST", OURS + "scan", {}, seen).status < 300
            assert handshake(browser, seen) == 101
            assert handshake(browser, {**seen, "Origin": "http://evil.example"}) == 403


@pytest.mark.usefixtures("only_imitated")
@pytest.mark.parametrize("keeps_host", [True, False])
def test_who_comes_by_a_silent_proxy_changes_no_settings(
    host_family: str, imitated: Imitated, keeps_host: bool
) -> None:
    """It says nothing of where a request comes from, and its connection comes from this machine."""
    for host in idle(imitated(host_family, "--lora-manager-host", FRONT)):
        with prefix_proxy(host.url, PREFIX, keeps_host=keeps_host) as proxy:
            seen = {"Host": FRONT, "Origin": f"http://{FRONT}"}
            asked = host.through(proxy.url).ask("POST", OURS + "packages", {"name": "nothing of ours"}, seen)
            assert (asked.status, asked.code) == (403, "needs_login")
        here = host.ask("POST", OURS + "packages", {"name": "nothing of ours"})
        assert (here.status, here.code) == (403, "needs_login"), "who names a front says that others come by it"


@pytest.fixture(params=["without a login", "with a login"])
def on_sub_path(
    request: pytest.FixtureRequest, host_family: str, imitated: Imitated, only_imitated: None
) -> Iterator[RunningHost]:
    """SDNext on a sub-path of its own; `check_host.py http://127.0.0.1:7860/x` asks a real one all the same."""
    if host_family != "sdnext":
        pytest.skip("the others leave their sub-path to a proxy")
    flags = LOGIN_FLAGS["sdnext"] if request.param == "with a login" else ()
    running = imitated("sdnext", "--subpath", PREFIX, *flags)
    running.login = running.api_user = LOGIN if flags else None
    yield from idle(running)


def test_sdnexts_own_sub_path(on_sub_path: RunningHost) -> None:
    assert on_sub_path.url.endswith(PREFIX)
    assert_page_works(on_sub_path, {})
    assert hello(on_sub_path)["type"] == "hello"
    assert handshake(on_sub_path, {"Origin": "http://evil.example"}) == 403
    prompt = on_sub_path.unique("below a path")
    assert on_sub_path.generate(prompt)["state"] == "done"
    if on_sub_path.login is not None:
        assert on_sub_path.made(prompt)[0]["user_name"] == on_sub_path.login.name
        anonymous = on_sub_path.anonymous()
        assert anonymous.ask("GET", PAGE).status == 401
        assert anonymous.ask("GET", OURS + "host").status == 401
        assert is_refused(anonymous)
