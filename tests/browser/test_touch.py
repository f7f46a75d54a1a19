"""The page under a finger: nothing that cannot be seen does something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.host_pages import wait_for_cards
from tests.helpers.live_server import LiveServer

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Browser, server: LiveServer) -> Iterator[Page]:
    """A telephone."""
    context = browser.new_context(viewport={"width": 400, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server.url)
    wait_for_cards(page)
    yield page
    context.close()


def test_what_can_be_tapped_on_a_card_is_seen_and_the_rest_opens_it(page: Page) -> None:
    first = page.locator("lm-grid .card:not(.skeleton)").first
    for name in (".insert", ".star"):
        expect(first.locator(name)).to_have_css("opacity", "1")
    picture = first.locator(".pic").bounding_box()
    assert picture is not None
    page.touchscreen.tap(picture["x"] + picture["width"] / 4, picture["y"] + picture["height"] - 14)
    expect(page.locator("lm-detail")).to_be_visible()
    expect(page.locator("lm-strip")).to_contain_text("No LoRA in the prompt yet")
    page.get_by_role("button", name="Close (Esc)").first.tap()
    first.locator(".insert").tap()
    expect(first.locator(".insert")).to_have_class("insert used")
    expect(page.locator("lm-toasts .toast")).to_contain_text("Inserted")


def test_a_message_stays_behind_when_another_tab_is_opened(page: Page) -> None:
    page.locator("lm-grid .card .insert").first.tap()
    toast = page.locator("lm-toasts .toast")
    expect(toast).to_be_visible()
    shelf, place = page.locator("lm-catalogue .shelf").bounding_box(), toast.bounding_box()
    assert shelf is not None
    assert place is not None
    assert place["y"] + place["height"] <= shelf["y"]
    page.get_by_role("tab", name="Generate").click()
    expect(toast).to_have_count(0)
    expect(page.locator("lm-generate")).to_contain_text("Nothing can be generated now.")
