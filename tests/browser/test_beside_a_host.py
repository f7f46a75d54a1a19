"""Our own page beside a web UI: what is inserted on it goes into the web UI's page, wherever that is open.

The two pages are in browsers of their own, as a telephone and a desk are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.host_pages import card, insert, new_context, open_catalogue, open_tab, talk_to, wait_for_cards
from tests.contract.running_host import RunningHost
from tests.fakes.host_page import PROMPT_TABS
from tests.helpers.imitated_host import start_imitated

pytestmark = pytest.mark.browser

INK = "ink-wash"
BEHIND = re.compile(f"^a harbour,? <lora:{INK}:1>")


@pytest.fixture(scope="module", params=["a1111", "sdnext"])
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """An imitated host with its two LoRAs scanned."""
    process = start_imitated(request.param, tmp_path_factory.mktemp(request.param))
    running = talk_to(process, request.param)
    running.scan()
    yield running
    process.stop()


@pytest.fixture
def telephone(browser: Browser, host: RunningHost) -> Iterator[Page]:
    """Our own page on a small screen."""
    context = new_context(browser, 400)
    page = context.new_page()
    page.goto(f"{host.url}/lora-manager/")
    wait_for_cards(page)
    yield page
    context.close()


@pytest.fixture
def desk(browser: Browser, host: RunningHost) -> Iterator[Page]:
    """The web UI's page, at the first tab with a prompt, where the user has begun to write."""
    context = new_context(browser)
    page = open_catalogue(context.new_page(), host.url)
    tab = PROMPT_TABS[host.family][0]
    open_tab(page, tab)
    page.locator(f"#{tab}_prompt textarea").click()
    page.keyboard.type("a harbour")
    yield page
    context.close()


def _name(host: RunningHost) -> str:
    return next(str(item["name"]) for item in host.get("adapters")["items"] if item["tag_name"] == INK)


def test_insert_writes_into_the_web_uis_page_and_can_be_undone_there(
    desk: Page, telephone: Page, host: RunningHost
) -> None:
    tab = PROMPT_TABS[host.family][0]
    box = desk.locator(f"#{tab}_prompt textarea")
    insert(telephone, _name(host))
    expect(telephone.locator("lm-toasts .toast")).to_contain_text(f"into {tab} of the web UI", ignore_case=True)
    expect(box).to_have_value(BEHIND)
    desk.keyboard.press("Control+z")
    expect(box).to_have_value("a harbour")
    insert(telephone, _name(host))
    expect(box).to_have_value(BEHIND)
    telephone.locator("lm-toasts .act", has_text="Undo").click()
    expect(box).to_have_value("a harbour")


def test_the_same_press_once_more_takes_it_out(desk: Page, telephone: Page, host: RunningHost) -> None:
    box = desk.locator(f"#{PROMPT_TABS[host.family][0]}_prompt textarea")
    mark = card(telephone, _name(host)).locator(".insert")
    insert(telephone, _name(host))
    expect(box).to_have_value(BEHIND)
    expect(mark).to_have_class("insert used")
    insert(telephone, _name(host))
    expect(telephone.locator("lm-toasts .toast")).to_contain_text("Took")
    expect(box).to_have_value("a harbour")
    expect(mark).not_to_have_class("insert used")
    insert(telephone, _name(host))
    expect(mark).to_have_class("insert used")
    telephone.reload()  # forgets what it put in: the web UI's page decides
    wait_for_cards(telephone)
    insert(telephone, _name(host))
    expect(box).to_have_value("a harbour")


def test_of_several_pages_the_one_that_was_looked_at_last_is_written_into(
    browser: Browser, desk: Page, telephone: Page, host: RunningHost
) -> None:
    tab = PROMPT_TABS[host.family][0]
    other = open_catalogue(desk.context.new_page(), host.url)
    insert(telephone, _name(host))
    expect(other.locator(f"#{tab}_prompt textarea")).to_have_value(f"<lora:{INK}:1>")
    desk.locator(f"#{tab}_prompt textarea").click()
    insert(telephone, _name(host))
    expect(desk.locator(f"#{tab}_prompt textarea")).to_have_value(BEHIND)
    other.close()


def test_the_page_can_be_told_to_write_into_its_own_prompt(desk: Page, telephone: Page, host: RunningHost) -> None:
    tab = PROMPT_TABS[host.family][0]
    telephone.locator("lm-catalogue .shelf select").select_option("off")
    insert(telephone, _name(host))
    expect(telephone.locator("lm-catalogue lm-strip")).to_contain_text(_name(host))
    assert desk.locator(f"#{tab}_prompt textarea").input_value() == "a harbour"
    telephone.reload()
    wait_for_cards(telephone)
    expect(telephone.locator("lm-catalogue .shelf select")).to_have_value("off")
    expect(card(telephone, _name(host)).locator(".insert")).to_have_class("insert used")


def test_with_no_page_open_the_tag_is_copied(browser: Browser, host: RunningHost) -> None:
    context = new_context(browser)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{host.url}/lora-manager/")
    wait_for_cards(page)
    insert(page, _name(host))
    expect(page.locator("lm-toasts .toast")).to_contain_text("No page of the web UI is open")
    expect(page.locator("lm-toasts .toast")).to_contain_text("Copied")
    expect(page.locator("lm-catalogue .shelf")).to_contain_text("No page of the web UI is open")
    assert page.evaluate("navigator.clipboard.readText()") == f"<lora:{INK}:1>"
    context.close()


def test_on_plain_http_the_tag_is_copied_too(browser: Browser, host: RunningHost) -> None:
    context = new_context(browser)
    page = context.new_page()
    # As a page that is not from this machine and not https sees it.
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto(f"{host.url}/lora-manager/")
    wait_for_cards(page)
    insert(page, _name(host))
    expect(page.locator("lm-toasts .toast")).to_contain_text("Copied")
    page.keyboard.press("/")
    page.keyboard.press("Control+v")
    expect(page.locator("lm-catalogue .search input")).to_have_value(f"<lora:{INK}:1>")
    context.close()
