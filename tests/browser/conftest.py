"""A real Chromium for the tests of this folder. Started once for each file: Playwright's loop must not outlive it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.host_pages import new_context, wait_for_cards
from tests.helpers.demo_server import demo_server
from tests.helpers.live_server import LiveServer
from tests.helpers.watched_page import WatchedPage


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server over the demo's LoRAs, scanned."""
    with demo_server(tmp_path_factory.mktemp("demo")) as server:
        yield server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own."""
    context = new_context(browser)
    yield context
    context.close()


@pytest.fixture
def blank(context: BrowserContext) -> Iterator[WatchedPage]:
    """A page on which nothing is open yet. What it complains of in the end is a fault."""
    blank = WatchedPage(context.new_page())
    yield blank
    assert blank.complaints == []


@pytest.fixture
def watched(blank: WatchedPage, server: LiveServer) -> WatchedPage:
    """Our page, with its cards there."""
    blank.page.goto(server.url)
    wait_for_cards(blank.page)
    return blank


@pytest.fixture
def page(watched: WatchedPage) -> Page:
    """The same, for tests that only look at the page."""
    return watched.page
