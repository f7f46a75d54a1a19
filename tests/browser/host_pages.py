"""What tests of our page in and beside an imitated host's page do again and again."""

from __future__ import annotations

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.contract.limits import IMITATED
from tests.contract.running_host import RunningHost
from tests.helpers.imitated_host import ImitatedHost


def talk_to(process: ImitatedHost, family: str) -> RunningHost:
    """Our side of the conversation with an imitated host."""
    return RunningHost(process.url, family, IMITATED[family], process.log, imitated=True)


def new_context(browser: Browser, width: int = 1500) -> BrowserContext:
    """A browser of its own: its own cookies and storage."""
    return browser.new_context(viewport={"width": width, "height": 900})


def open_tab(page: Page, name: str) -> None:
    """Click a tab of the host's page."""
    page.locator("#tabs > .tab-nav > button", has_text=name).click()


def open_part(page: Page, name: str) -> None:
    """Click one of the inner tabs of ours."""
    page.locator("#lora_manager_parts > .tab-nav > button", has_text=name).click()


def wait_for_cards(page: Page) -> None:
    """Until our catalogue shows its first card."""
    page.locator("lm-grid .card:not(.skeleton) .name").first.wait_for()


def open_catalogue(page: Page, url: str) -> Page:
    """Open a host's page at our tab, with its cards there."""
    page.goto(url)
    open_tab(page, "LoRA Manager")
    wait_for_cards(page)
    page.locator("lm-catalogue .shelf .to").wait_for()  # the host's prompt boxes are known
    return page


def card(page: Page, name: str) -> Locator:
    """The card of a LoRA."""
    return page.locator("lm-grid .card:not(.skeleton)").filter(has_text=name)


def insert(page: Page, name: str) -> None:
    """Put a LoRA into the prompt, or take it out, by its card."""
    card(page, name).hover()
    card(page, name).locator(".insert").click()
