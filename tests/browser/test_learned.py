"""What was learned, as the user sees and corrects it: against the real server and the demo's LoRAs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.details import find, toast
from tests.helpers.demo_server import demo_server
from tests.helpers.live_server import LiveServer
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server, whose user likes one LoRA and has put it in twice."""
    with demo_server(tmp_path_factory.mktemp("demo")) as server:
        liked = find(server, "ink_wash_dragon_v21")["id"]
        for _ in range(2):
            status, answer = server.request("POST", "feedback", {"session": None, "id": liked, "kind": "inserted"})
            assert status == 200, answer
        server.request("PATCH", f"adapters/{liked}", {"rating": 5})
        yield server


@pytest.fixture
def page(blank: WatchedPage, server: LiveServer) -> Page:
    """The part of the Library that tells what was learned."""
    blank.page.goto(f"{server.url}#library/learned")
    expect(lines(blank.page).first).to_be_visible()
    return blank.page


def learned(page: Page) -> Locator:
    """The list with what is around it."""
    return page.locator("lm-learned")


def lines(page: Page) -> Locator:
    """What was learned, one by one."""
    return learned(page).locator(".list > li")


def of_the_dragon(page: Page) -> Locator:
    """What was learned of that LoRA itself."""
    return lines(page).filter(has_text="Ink Wash Dragon").filter(has_text="LoRA")


def test_each_is_told_with_its_evidence_and_can_be_pinned(page: Page, server: LiveServer) -> None:
    line = of_the_dragon(page)
    expect(line).to_contain_text("like it")
    line.locator(".what").click()
    expect(line.locator(".signs li").filter(has_text="Put in").first).to_be_visible()
    line.locator(".what").click()
    expect(line.locator(".signs")).to_have_count(0)
    line.get_by_role("button", name="Always avoid Ink Wash Dragon").click()
    expect(line).to_contain_text("Always avoided")
    toast(page).get_by_role("button", name="Undo").click()
    expect(line).not_to_contain_text("Always avoided")
    line.get_by_role("button", name="Always prefer Ink Wash Dragon").click()
    expect(line).to_contain_text("Always preferred")
    line.get_by_role("button", name="Let Ink Wash Dragon be learned again").click()
    expect(line).not_to_contain_text("Always preferred")


def test_what_is_forgotten_comes_back_by_undo(page: Page, server: LiveServer) -> None:
    total = server.get("preferences")["total"]
    of_the_dragon(page).get_by_role("button", name="Forget Ink Wash Dragon").click()
    expect(of_the_dragon(page)).to_have_count(0)
    toast(page).get_by_role("button", name="Undo").click()
    expect(of_the_dragon(page)).to_have_count(1)
    learned(page).get_by_role("button", name="Forget all").click()
    expect(learned(page)).to_contain_text("Nothing learned yet")
    toast(page).get_by_role("button", name="Undo").last.click()
    expect(of_the_dragon(page)).to_have_count(1)
    assert server.get("preferences")["total"] == total


def test_kinds_cut_the_list_and_learning_is_turned_off(page: Page, server: LiveServer) -> None:
    learned(page).get_by_role("button", name="LoRAs").click()
    expect(lines(page)).to_have_count(1)
    switch = learned(page).get_by_role("switch")
    expect(switch).to_be_checked()
    switch.uncheck()
    expect(switch).not_to_be_checked()
    page.reload()
    expect(learned(page).get_by_role("switch")).not_to_be_checked()
    assert server.get("settings")["items"]["learning"] is False
    server.request("PATCH", "settings", {"learning": True})


def test_recommend_leads_here(page: Page) -> None:
    page.get_by_role("tab", name="Recommend").click()
    page.locator("lm-recommend").get_by_role("button", name="What was learned").click()
    expect(lines(page).first).to_be_visible()
    assert page.url.endswith("#library/learned")
