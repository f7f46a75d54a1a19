"""The page over 10,000 LoRAs: the first card is there within a second, and the page stays small at either end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Figure
from tests.helpers.live_server import LiveServer, start_server
from tests.helpers.network_files import civitai_model, lora_tensors, network_file_bytes, write_json

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COUNT = 10_000
FIRST_CARD_S = 1.0
MOST_NODES = 2_000
MOST_A_MINUTE = 200
"""To one address: SDNext answers 300."""
COUNT_NODES = """() => {
  const count = (root) => [...root.querySelectorAll('*')].reduce(
    (sum, node) => sum + 1 + (node.shadowRoot ? count(node.shadowRoot) : 0), 0);
  return count(document);
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server over 10,000 small LoRAs, scanned."""
    folder = tmp_path_factory.mktemp("large")
    content = network_file_bytes(lora_tensors(rank=1, width=16, out_width=16))
    for number in range(COUNT):
        path = folder / "Lora" / f"folder{number % 40}" / f"lantern_{number:05d}.safetensors"
        if number < 40:
            path.parent.mkdir(parents=True)
        path.write_bytes(content)
        if number % 4 == 0:
            record = civitai_model(f"Lantern number {number:05d}", path.name, tags=[f"tag{number % 90}", "lantern"])
            write_json(path.with_suffix(".json"), record)
    server = start_server(folder / "state", folder / "Lora")
    server.scan()
    yield server
    server.stop()


def _first_card(browser: Browser, server: LiveServer) -> float:
    """Seconds from an empty browser to the first real card."""
    context = browser.new_context(viewport={"width": 1500, "height": 900})
    page = context.new_page()
    started = time.perf_counter()
    page.goto(server.url, wait_until="commit")
    page.locator("lm-grid .card:not(.skeleton) .name").first.wait_for()
    seconds = time.perf_counter() - started
    context.close()
    return seconds


def test_the_first_card_is_there_within_a_second(browser: Browser, server: LiveServer, figure: Figure) -> None:
    seconds = [_first_card(browser, server) for _ in range(5)]
    figure(f"first card at {COUNT:,}: " + ", ".join(f"{value * 1000:.0f} ms" for value in seconds))
    assert sorted(seconds)[len(seconds) // 2] < FIRST_CARD_S


@pytest.fixture
def page(browser: Browser, server: LiveServer) -> Iterator[Page]:
    """The page over the large library."""
    context = browser.new_context(viewport={"width": 1500, "height": 900})
    page = context.new_page()
    page.goto(server.url)
    page.locator("lm-grid .card:not(.skeleton) .name").first.wait_for()
    yield page
    context.close()


def test_the_end_is_one_key_away_and_the_page_stays_small(page: Page, server: LiveServer, figure: Figure) -> None:
    last = server.get(f"adapters?limit=1&offset={COUNT - 1}&sort=name")["items"][0]["name"]
    top = page.evaluate(COUNT_NODES)
    page.locator("lm-grid .card .name").first.click()
    page.keyboard.press("Escape")
    started = time.perf_counter()
    page.keyboard.press("End")
    expect(page.get_by_role("gridcell", name=last)).to_be_visible()
    seconds = time.perf_counter() - started
    end = page.evaluate(COUNT_NODES)
    figure(f"{top} nodes at the top, {end} at the end, reached in {seconds * 1000:.0f} ms")
    assert max(top, end) < MOST_NODES


def test_scrolling_through_everything_and_typing_ask_no_address_too_often(page: Page, figure: Figure) -> None:
    asked: list[tuple[float, str]] = []
    page.on("request", lambda request: asked.append((time.monotonic(), request.url.partition("?")[0])))
    page.locator("lm-grid .box").evaluate("""async (box) => {
        for (let at = 0; at < box.scrollHeight; at += box.clientHeight) {
            box.scrollTop = at;
            await new Promise((done) => setTimeout(done, 60));
        }
    }""")
    scrolled = len(asked)
    page.locator("lm-catalogue .search input").press_sequentially("lantern number 0444 and back again " * 2, delay=180)
    expect(page.locator("lm-catalogue .count")).to_contain_text("of 10,000")
    counts = Counter(url.rpartition("/api/v1/")[2] for _, url in asked)
    name, most = counts.most_common(1)[0]
    seconds = asked[-1][0] - asked[0][0]
    figure(
        f"{scrolled} requests for all, {len(asked) - scrolled} while typing, in {seconds:.0f} s; most: {most} to {name}"
    )
    assert most <= 30 + 2 * seconds + 5
    assert most < MOST_A_MINUTE * max(1, seconds / 60)


def test_search_narrows_as_one_types(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("number 04444")
    expect(page.get_by_role("gridcell", name="Lantern number 04444")).to_be_visible()
    expect(page.locator("lm-catalogue .count")).to_contain_text("1 of 10,000")


def test_facets_count_what_is_there(page: Page, server: LiveServer) -> None:
    facets = server.get("facets")
    assert sum(item["count"] for item in facets["base_models"]) == COUNT
    assert {item["value"] for item in facets["folders"]} >= {f"folder{number}" for number in range(40)}
    expect(page.locator("lm-facets")).to_contain_text("folder7")
