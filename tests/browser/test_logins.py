"""The page where the web UI asks for a login: who is in, whose login has ended meanwhile, and tokens."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.host_pages import new_context, open_catalogue, open_part, open_tab, wait_for_cards
from tests.helpers.imitated_host import ImitatedHost, start_imitated
from tests.helpers.lanes import of_this_lane

pytestmark = pytest.mark.browser

USER, WORD = "ada", "lovelace"
FLAG = {"a1111": "--gradio-auth", "sdnext": "--auth"}
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module", params=of_this_lane(["a1111", "sdnext"]))
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImitatedHost]:
    """An imitated host with a login."""
    folder = tmp_path_factory.mktemp(request.param)
    process = start_imitated(request.param, folder, FLAG[request.param], f"{USER}:{WORD}")
    yield process
    process.stop()


@pytest.fixture
def context(browser: Browser, host: ImitatedHost) -> Iterator[BrowserContext]:
    """A browser that is not logged in."""
    context = new_context(browser)
    yield context
    context.close()


def _log_in(context: BrowserContext, host: ImitatedHost) -> Page:
    """As the user does, on the host's page; returns that page, logged in."""
    page = context.new_page()
    page.goto(host.url)
    page.locator("[name=username]").fill(USER)
    page.locator("[name=password]").fill(WORD)
    page.get_by_role("button", name="Login").click()
    page.locator("#tabs").wait_for()
    page.wait_for_load_state()  # the page's own script has run
    return page


def test_before_the_login_the_page_says_to_log_in_and_where(context: BrowserContext, host: ImitatedHost) -> None:
    page = context.new_page()
    answer = page.goto(f"{host.url}/lora-manager/")
    assert answer is not None
    assert answer.status == 401
    expect(page.locator("body")).to_contain_text("Log in to the web UI")
    page.get_by_role("link", name="Open the web UI").click()
    expect(page.locator("[name=username]")).to_be_visible()


@pytest.mark.parametrize("inside", [True, False])
def test_a_login_that_ended_is_said_in_one_sentence_and_everything_goes_on_after_it(
    context: BrowserContext, host: ImitatedHost, inside: bool
) -> None:
    page = _log_in(context, host)
    if inside:
        open_tab(page, "LoRA Manager")
    else:
        page.goto(f"{host.url}/lora-manager/")
    wait_for_cards(page)
    page.locator("lm-grid .card .name").first.click()
    notes = page.locator("lm-detail .notes")
    written = f"written while the login had ended, {inside}"
    notes.fill("")
    context.clear_cookies()
    notes.fill(written)
    notes.blur()
    # On our own page the shell has one too, which lies above that of the tab.
    veil = page.locator("lm-catalogue lm-veil" if inside else "lm-app .shell + lm-veil")
    expect(veil).to_contain_text("Log in to the web UI: this page then goes on by itself.")
    with context.expect_page() as opened:
        veil.get_by_role("link", name="Open the login page").click()
    opened.value.close()
    _log_in(context, host).close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # what a browser tells whoever is come back to
    expect(veil).to_be_hidden()
    expect(page.locator("lm-detail")).to_contain_text("Saved")
    page.reload()
    if inside:
        open_tab(page, "LoRA Manager")
        wait_for_cards(page)
        page.locator("lm-grid .card .name").first.click()
    expect(page.locator("lm-detail .notes")).to_have_value(written)


def _with_token(host: ImitatedHost, token: str) -> int:
    request = urllib.request.Request(f"{host.url}/lora-manager/api/v1/library")
    request.add_header("Authorization", f"Bearer {token}")
    try:
        with _OPENER.open(request, timeout=10) as answer:
            assert json.load(answer)["access"]["user_name"] == USER
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_a_token_is_made_shown_once_and_revoked(context: BrowserContext, host: ImitatedHost) -> None:
    page = _log_in(context, host)
    open_tab(page, "LoRA Manager")
    open_part(page, "Library")
    access = page.locator("lm-access")
    expect(access).to_contain_text(f"You are logged in as {USER}")
    access.get_by_placeholder("What the token is for").fill("nightly script")
    access.get_by_role("button", name="Make a token").click()
    token = access.locator("code").inner_text()
    access.get_by_role("button", name="Make a token").click()
    expect(access).to_contain_text("Say what it is for")
    expect(access.get_by_placeholder("What the token is for")).to_be_focused()
    open_part(page, "Catalogue")
    assert _with_token(host, token) == 200
    open_part(page, "Library")
    expect(access.locator("li")).to_contain_text("used just now")  # read anew each time it is shown
    page.reload()
    open_tab(page, "LoRA Manager")
    open_part(page, "Library")
    expect(access.locator("li")).to_contain_text("nightly script")
    expect(access.locator("code")).to_have_count(0)
    access.get_by_role("button", name="Revoke the token nightly script").click()
    expect(access.get_by_role("button", name="Keep")).to_be_visible()
    assert _with_token(host, token) == 200
    access.get_by_role("button", name="Revoke for good").click()
    expect(access.locator("li")).to_have_count(0)
    expect(page.locator("lm-toasts .toast")).to_contain_text("Revoked nightly script")
    assert _with_token(host, token) == 401


def test_a_picture_carries_the_name_of_its_user(context: BrowserContext, host: ImitatedHost) -> None:
    page = _log_in(context, host)
    open_tab(page, "LoRA Manager")
    open_part(page, "Generate")
    page.locator("lm-generate textarea").first.fill("a harbour of hers")
    page.locator("lm-generate .go button").click()
    page.locator("lm-generate .outcome .large img").wait_for()
    page.reload()
    open_tab(page, "LoRA Manager")
    open_part(page, "Generate")
    expect(page.locator("lm-generate .account")).to_contain_text(f"by {USER}")


class Packages:
    """What the server answers about an optional package while it is installed, without installing anything."""

    def __init__(self, page: Page) -> None:
        self.job: dict[str, Any] = {"id": 900, "kind": "install", "state": "queued", "done": 0, "total": 4}
        self.job |= dict.fromkeys(("eta_seconds", "started_at", "finished_at", "error", "result"))
        self.job["message"] = "Waiting"
        self.job["created_at"] = "2026-11-20T10:00:00Z"
        item = {"name": "sentence-transformers", "state": "missing", "version": None, "what": "Encodes texts."}
        self.items: list[dict[str, Any]] = [item | {"plan": "Nothing moves.", "can_install": True, "reason": ""}]
        page.route("**/api/v1/packages", self.answer)
        page.route("**/api/v1/jobs/900", self.cancel)

    def answer(self, route: Route) -> None:
        """The list, or the job that was asked for."""
        if route.request.method == "POST":
            self.job |= {"state": "running", "done": 1, "message": "Downloading"}
            route.fulfill(status=202, json=self.job)
        else:
            route.fulfill(json={"items": self.items})

    def cancel(self, route: Route) -> None:
        """Stop it."""
        self.job |= {"state": "cancelled"}
        route.fulfill(json=self.job)


def test_an_optional_package_is_installed_only_by_a_click_and_can_be_cancelled(
    context: BrowserContext, host: ImitatedHost
) -> None:
    page = _log_in(context, host)
    packages = Packages(page)
    open_tab(page, "LoRA Manager")
    open_part(page, "Library")
    shown = page.locator("lm-packages")
    expect(shown).to_contain_text("Nothing moves.")
    shown.get_by_role("button", name="Install").click()
    expect(shown).to_contain_text("Downloading")
    expect(shown.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "25")
    shown.get_by_role("button", name="Cancel").click()
    expect(shown.get_by_role("button", name="Install")).to_be_enabled()
    packages.items[0] |= {"can_install": False, "reason": "This Python is too old for it."}
    page.reload()
    open_tab(page, "LoRA Manager")
    open_part(page, "Library")
    expect(shown).to_contain_text("too old")
    expect(shown.get_by_role("button", name="Install")).to_be_disabled()


def test_without_a_login_there_are_no_tokens_and_the_page_says_why(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    process = start_imitated("a1111", tmp_path_factory.mktemp("open"), "--listen")
    context = new_context(browser)
    page = open_catalogue(context.new_page(), process.url)
    open_part(page, "Library")
    expect(page.locator("lm-access")).to_contain_text("There is no login")
    expect(page.locator("lm-access")).to_contain_text("--lora-manager-allow-file-operations")
    expect(page.locator("lm-access").get_by_role("button")).to_have_count(0)
    # Whether there is anything to install depends on the packages around; whoever may not, cannot press it.
    expect(page.locator("lm-packages")).to_contain_text("sentence-transformers")
    expect(page.locator("lm-packages button:enabled", has_text="Install")).to_have_count(0)
    context.close()
    process.stop()
