"""Many selected at once, and one thing done with all of them: on the page, against the real server."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers.live_server import LiveServer
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser

COUNT = 60
CORNER: Any = {"x": 20, "y": 240}
"""Of a card, where no button is."""


def cards(page: Page) -> Locator:
    """The cards that are there."""
    return page.locator("lm-grid .card:not(.skeleton)")


def bar(page: Page) -> Locator:
    """What stands in place of the strip while something is selected."""
    return page.locator("lm-selection")


def select_all(page: Page) -> None:
    """By the key."""
    page.get_by_role("grid").focus()
    page.keyboard.press("ControlOrMeta+a")
    expect(bar(page)).to_contain_text("selected")


def choose(page: Page, menu: str, item: str) -> None:
    """An item of one of the bar's menus."""
    bar(page).get_by_role("button", name=menu, exact=True).click()
    bar(page).get_by_role("menuitem", name=item).click()


def toast(page: Page) -> Locator:
    """The message at the foot of the page."""
    return page.locator("lm-toasts .toast")


def undo(page: Page) -> None:
    """By the message's button."""
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Took")


def total(server: LiveServer, query: str) -> int:
    """How many the server finds."""
    found: int = server.get(f"adapters?limit=1&{query}")["total"]
    return found


def test_all_but_two_are_tagged_and_given_back(page: Page, server: LiveServer) -> None:
    select_all(page)
    for index in (1, 4):
        cards(page).nth(index).click(modifiers=["ControlOrMeta"], position=CORNER)
    expect(bar(page)).to_contain_text(f"{COUNT - 2} selected")
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name=f"Tags of {COUNT - 2} LoRAs")
    expect(dialog.get_by_role("combobox", name="Add")).to_be_focused()
    page.keyboard.type("of mine,")
    page.keyboard.type("another one")
    dialog.get_by_role("button", name="Change the tags").click()
    expect(toast(page)).to_contain_text(f"Tagged {COUNT - 2} LoRAs")
    assert total(server, "include=tag:of mine".replace(" ", "%20")) == COUNT - 2
    assert total(server, "include=tag:another%20one") == COUNT - 2
    undo(page)
    assert total(server, "include=tag:of%20mine") == 0


def test_tags_are_completed_by_those_that_there_are(page: Page, server: LiveServer) -> None:
    cards(page).nth(2).click(modifiers=["ControlOrMeta"], position=CORNER)
    bar(page).get_by_role("button", name="Tags").click()
    expect(page.get_by_role("combobox", name="Add")).to_be_focused()
    page.keyboard.type("creat")
    option = page.get_by_role("dialog").get_by_role("option").first
    expect(option).to_contain_text("creature")
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Not creature")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(bar(page)).to_contain_text("1 selected")  # Escape was the dialog's


def test_a_rating_is_given_to_many_and_taken_back(page: Page, server: LiveServer) -> None:
    select_all(page)
    before = total(server, "q=rating:4")
    bar(page).get_by_role("button", name="Edit", exact=True).click()
    bar(page).get_by_role("button", name="Rate 4 stars").click()
    expect(toast(page)).to_contain_text(re.compile(r"Rated \d+ LoRAs"))
    assert total(server, "q=rating:4") == COUNT
    undo(page)
    assert total(server, "q=rating:4") == before


def test_the_base_model_is_set_for_several(page: Page, server: LiveServer) -> None:
    cards(page).nth(0).click(modifiers=["ControlOrMeta"], position=CORNER)
    cards(page).nth(2).click(modifiers=["Shift"], position=CORNER)
    expect(bar(page)).to_contain_text("3 selected")
    choose(page, "Edit", "Base model")
    page.get_by_role("dialog").get_by_label("Base model", exact=True).fill("Pony")
    page.get_by_role("button", name="Set for 3").click()
    expect(toast(page)).to_contain_text("Set the base model of 3 LoRAs")
    assert total(server, "base=Pony") == 3
    undo(page)
    assert total(server, "base=Pony") == 0


def test_what_is_inactive_is_hidden_until_it_is_asked_for(page: Page, server: LiveServer) -> None:
    for index in (0, 1):
        cards(page).nth(index).click(modifiers=["ControlOrMeta"], position=CORNER)
    choose(page, "Edit", "Make inactive")
    expect(toast(page)).to_contain_text("2 LoRAs are inactive and hidden")
    expect(page.locator("lm-catalogue .count")).to_contain_text(f"{COUNT - 2}")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.insert_text("is:inactive")  # at once: on the way there stands what means nothing yet
    page.keyboard.press("Enter")
    expect(page.locator("lm-catalogue .count")).to_contain_text("2")
    expect(cards(page)).to_have_count(2)
    select_all(page)
    choose(page, "Edit", "Make active")
    expect(toast(page)).to_contain_text("2 LoRAs are active")
    assert total(server, "q=") == COUNT


def test_the_selection_stays_while_one_searches_on(page: Page) -> None:
    cards(page).nth(0).click(modifiers=["ControlOrMeta"], position=CORNER)
    page.keyboard.press("/")
    page.keyboard.type("lantern")
    page.keyboard.press("Enter")
    expect(page.locator("lm-catalogue .count")).to_contain_text(f"of {COUNT}")
    expect(bar(page)).to_contain_text("1 selected")
    more = bar(page).get_by_role("button", name="Select all")
    more.click()
    expect(bar(page)).not_to_contain_text("1 selected")


def test_the_list_is_saved_as_a_file(page: Page) -> None:
    select_all(page)
    with page.expect_download() as download:
        choose(page, "More", "Save the list as CSV")
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == COUNT
    assert {row["name"] for row in rows} >= {"Abyss Lanterns", "Ink Wash Dragon"}


def test_another_tabs_change_is_noticed_before_anything_is_done(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    select_all(page)
    refusal = {"detail": "57 LoRAs are selected now, not 60. Look again.", "code": "selection_changed"}
    page.route("**/api/v1/bulk", lambda route: route.fulfill(status=409, json=refusal))
    choose(page, "Edit", "Mark as favourites")
    dialog = page.get_by_role("dialog", name="The selection has changed")
    expect(dialog).to_contain_text("57 LoRAs now, not 60")
    dialog.get_by_role("button", name="Cancel").click()
    expect(bar(page)).to_contain_text(f"{COUNT} selected")
    assert total(server, "favourite=1") < COUNT
    assert len(watched.complaints) == 2, "the refusal, as the browser tells of it"
    watched.complaints.clear()


def test_the_bar_says_what_of_the_selection_is_not_in_sight(page: Page) -> None:
    page.keyboard.press("ControlOrMeta+a")  # on a fresh page
    expect(bar(page)).to_contain_text(f"{COUNT} selected")
    mark = cards(page).nth(1).get_by_role("checkbox")
    mark.click()
    expect(bar(page)).to_contain_text(f"{COUNT - 1} selected")
    expect(page.locator("lm-detail")).to_have_count(0)
    mark.focus()
    page.keyboard.press("Space")
    expect(mark).to_be_checked()
    page.keyboard.press("/")
    page.keyboard.type("lantern")
    page.keyboard.press("Enter")
    expect(page.locator("lm-catalogue .count")).to_contain_text(f"of {COUNT}")
    expect(bar(page)).to_contain_text(re.compile(rf"{COUNT} selected\s+· 5\d of them not in this search"))
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog", name=f"Delete {COUNT} LoRAs")
    expect(dialog).to_contain_text(f"and {COUNT - 5} more.")
    expect(dialog).to_contain_text("not in the list that is shown now")
    dialog.get_by_role("button", name="Cancel").click()
    bar(page).get_by_role("button", name=f"Insert all {COUNT}").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(bar(page)).to_contain_text(f"{COUNT} selected")
