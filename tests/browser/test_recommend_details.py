"""What is similar to a LoRA and what its texts tell, in its details; what suggestions are made with, in the Library."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.details import find, opened, prompt, toast
from tests.helpers.live_server import LiveServer
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def unfolded(panel: Locator, name: str) -> Locator:
    """One of its folded parts, opened."""
    part = panel.locator(name)
    part.locator("summary").first.click()
    return part


def test_similar_ones_are_asked_for_when_they_are_opened_and_go_in(page: Page, server: LiveServer) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/similar" in request.url else None)
    detail = find(server, "ink_wash_dragon_v21")
    panel = opened(page, detail)
    expect(panel.locator("lm-similar summary")).to_have_text("Similar")
    assert asked == []
    similar = unfolded(panel, "lm-similar")
    expect(similar.locator("li")).to_have_count(5)
    assert len(asked) == 1
    name = similar.locator(".name").first.inner_text()
    assert name != detail["name"]
    similar.get_by_role("button", name=f"Insert {name}").click()
    expect(toast(page)).to_contain_text(f"Inserted {name}")
    assert "<lora:" in prompt(page)
    expect(similar.get_by_role("button", name=f"Take {name} out")).to_have_attribute("aria-pressed", "true")
    similar.get_by_role("button", name="Show 7 more").click()
    expect(similar.locator("li")).to_have_count(12)
    similar.locator(".item").first.click()
    expect(panel.get_by_role("heading", name=name)).to_be_visible()
    expect(panel.locator("lm-similar li").first).to_be_visible()


def test_only_the_ways_that_there_are_can_be_chosen(page: Page, server: LiveServer) -> None:
    detail = find(server, "misty_mountains_v3")
    available = server.get(f"adapters/{detail['id']}/similar")["available"]
    similar = unfolded(opened(page, detail), "lm-similar")
    ways = similar.get_by_role("group", name="Similar by").get_by_role("button")
    expect(ways).to_have_count(len(available))
    ways.last.click()
    expect(ways.last).to_have_attribute("aria-pressed", "true")
    expect(similar.locator("li").first).to_be_visible()


def test_what_its_texts_tell_can_be_used(page: Page, server: LiveServer) -> None:
    detail = find(server, "ink_wash_dragon_v21")
    panel = opened(page, detail)
    insight = unfolded(panel, "lm-insight")
    expect(insight).to_contain_text("Quality")
    insight.locator(".quality summary").click()
    expect(insight.locator(".parts li").first).to_contain_text("of 100")
    example = insight.locator(".examples li").first
    text = example.locator(".prompt").inner_text()
    example.get_by_role("button", name="Add to the prompt").click()
    assert prompt(page) == text
    toast(page).get_by_role("button", name="Undo").last.click()
    assert prompt(page) == ""
    insight.get_by_role("group", name="Keywords").get_by_role("button").first.click()
    expect(page.locator("lm-search input")).not_to_have_value("")


def test_nothing_is_fetched_before_the_user_agrees(watched: WatchedPage) -> None:
    page = watched.page
    changed: list[str] = []
    page.on("request", lambda request: changed.append(request.url) if request.method != "GET" else None)
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("tab", name="Suggestions", exact=True).click()
    maker = page.locator("lm-recommender")
    expect(maker).to_contain_text("All 60 are read.")
    expect(maker).to_contain_text("suggestions come from words alone")
    assert page.url.endswith("#library/learned")
    changed.clear()
    maker.locator(".choices").get_by_role("button", name="Use").first.click()
    question = maker.get_by_role("alertdialog")
    expect(question).to_contain_text("MB are downloaded once")
    expect(question).to_contain_text("Nothing about your LoRAs or prompts is sent.")
    expect(question.get_by_role("button", name="Fetch and use")).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    maker.get_by_text("Another: its folder").click()
    maker.get_by_label("Folder or name").fill("somebody/something")
    maker.get_by_label("Folder or name").press("Enter")
    expect(maker.get_by_role("alertdialog")).to_contain_text("Fetch somebody/something?")
    maker.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    assert changed == []
    maker.get_by_label("Folder or name").fill("/nowhere/at/all")
    maker.get_by_label("Folder or name").press("Enter")
    expect(toast(page)).to_contain_text("/nowhere/at/all")  # a folder is taken or refused, never fetched
    expect(maker.get_by_role("alertdialog")).to_have_count(0)
    assert len(watched.complaints) == 2, "the refusal, as the browser tells of it"
    watched.complaints.clear()
