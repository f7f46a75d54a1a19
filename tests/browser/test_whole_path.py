"""The main job in one go, as on a fresh machine: open, search, insert, generate, see the image and what was used.

A real Chromium, the real server, the demo's LoRAs and its tiny model, which really runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.helpers.command_line import Library
from tests.helpers.demo_server import demo_server
from tests.helpers.live_server import LiveServer, start_server
from tests.helpers.watched_page import WatchedPage

pytestmark = [pytest.mark.browser, pytest.mark.torch]

GENERATE_LIMIT_MS = 120_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server over the demo with its model, scanned."""
    with demo_server(tmp_path_factory.mktemp("demo"), with_model=True) as server:
        yield server


def _card(page: Page, name: str) -> Locator:
    return page.locator("lm-grid .card:not(.skeleton)").filter(has_text=name)


def _search(page: Page, server: LiveServer, words: str) -> None:
    """Type a search and wait, as a person does, until its cards are there."""
    page.locator("lm-search input").fill(words)
    total = server.get(f"adapters?limit=1&q={quote(words)}")["total"]
    expect(page.locator("lm-catalogue .count b")).to_have_text(str(total))


def _insert(page: Page, server: LiveServer, name: str) -> None:
    """Find a LoRA by its name and put it into the prompt by its card."""
    _search(page, server, name)
    card = _card(page, name).first
    expect(card).to_be_visible()
    card.hover()
    card.locator(".insert").click()
    expect(page.locator("lm-catalogue lm-strip")).to_contain_text(name)


def _tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def test_from_a_search_to_an_image_and_its_uses(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    first, second = (item["name"] for item in server.get("adapters?limit=2&sort=name")["items"])
    expect(page.locator("lm-catalogue .count")).to_contain_text(str(server.get("library")["totals"]["adapters"]))
    _insert(page, server, first)
    _insert(page, server, second)

    _tab(page, "Generate")
    prompt = page.locator("lm-generate textarea").first
    assert prompt.input_value().count("<lora:") == 2
    page.get_by_role("spinbutton", name="Steps").fill("3")
    page.locator("lm-generate .go button").click()
    image = page.locator("lm-generate .outcome .large img")
    image.wait_for(timeout=GENERATE_LIMIT_MS)
    page.wait_for_function(
        "(image) => image.complete && image.naturalWidth > 0", arg=image.element_handle(), timeout=10_000
    )
    for name in (first, second):
        expect(page.locator("lm-generate .account")).to_contain_text(name)

    _tab(page, "Analytics")
    expect(page.locator("lm-analytics ol").first).to_contain_text(first)
    expect(page.locator("lm-analytics ol").first).to_contain_text(second)
    _tab(page, "Catalogue")
    _search(page, server, first)
    expect(_card(page, first).first).to_contain_text("1 use")

    generation = server.get("generations")["items"][0]
    assert {use["name"] for use in generation["uses"]} == {first, second}
    assert generation["steps"] == 3


def test_a_picture_is_rated_where_it_is_seen(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    size = {"width": 64, "height": 64, "steps": 1, "batch_size": 2}
    status, job = server.request("POST", "jobs", {"kind": "generate", "request": {"prompt": "a fox", **size}})
    assert status == 202, job
    assert server.finish_job(job, GENERATE_LIMIT_MS / 1000)["state"] == "done"
    _tab(page, "Generate")
    judged = page.locator("lm-generate .judged")
    judged.get_by_role("button", name="Rate 4 stars").click()
    judged.get_by_role("button", name="Favourite").click()
    expect(judged.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    page.locator("lm-generate .thumbs button").nth(1).click()
    expect(judged.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(judged.get_by_role("button", name="Favourite")).to_have_attribute("aria-pressed", "true")
    expect(judged.locator(".stars button:not(.off)")).to_have_count(4)
    images = server.get("generations?limit=1&offset=0")["items"][0]["images"]
    assert [(image["rating"], image["favourite"]) for image in images] == [(4, True), (0, False)]


def test_inserting_twice_takes_it_out_again(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    name = server.get("adapters?limit=1&sort=-name")["items"][0]["name"]
    _insert(page, server, name)
    _card(page, name).first.locator(".insert").click()
    expect(page.locator("lm-catalogue lm-strip")).not_to_contain_text(name)


def test_a_card_s_details_and_an_edit_that_stays(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    item = server.get("adapters?limit=3&sort=name")["items"][2]
    _search(page, server, item["name"])
    _card(page, item["name"]).first.locator(".name").click()
    detail = page.locator("lm-detail")
    expect(detail).to_contain_text(item["name"])
    notes = detail.get_by_role("textbox", name="Notes")
    notes.fill("at dusk only")
    notes.blur()
    expect(detail).to_contain_text("Saved")
    server.scan()
    assert server.get(f"adapters/{item['id']}")["notes"] == "at dusk only"


@pytest.mark.parametrize("tab", ["Catalogue", "Recommend", "Generate", "Analytics", "Library"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [260, 1500])  # 260 is what a narrow window leaves to a tab in SDNext's Modern UI
def test_every_tab_fits_and_complains_of_nothing(
    blank: WatchedPage, server: LiveServer, tab: str, scheme: str, width: int
) -> None:
    page = blank.page
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(server.url)
    _tab(page, tab)
    page.locator(f"lm-{tab.lower()}").wait_for()
    page.wait_for_load_state("networkidle")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


def test_recommend_names_the_words_that_matched(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    item = next(i for i in server.get("adapters?limit=60&sort=name")["items"] if i["trigger_groups"])
    words = " ".join(item["trigger_groups"][0][:2])
    _tab(page, "Recommend")
    page.locator("lm-recommend textarea").first.fill(f"a picture of {words}")
    expect(page.locator("lm-recommend")).to_contain_text(item["name"], timeout=10_000)


def test_an_empty_library_says_what_to_do(blank: WatchedPage, tmp_path: Path) -> None:
    library = Library(tmp_path)
    server = start_server(library.state, library.root)
    try:
        blank.page.goto(server.url)
        expect(blank.page.locator("lm-catalogue .nothing")).to_contain_text("No LoRA here yet")
        blank.page.close()
    finally:
        server.stop()
