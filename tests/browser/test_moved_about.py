"""What a host's page does to the elements of ours: moves them, makes them anew, loads their module once more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.host_pages import insert, new_context, open_catalogue, open_part, open_tab, talk_to, wait_for_cards
from tests.contract.running_host import RunningHost
from tests.helpers.imitated_host import start_imitated
from tests.helpers.network_files import write_network_file
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser

MANY = 400
# As SDNext's Modern UI: out of the panel that gradio made and into another place, after everything has been built.
MOVE = """() => {
    const panel = document.querySelector('#tab_lora_manager');
    const portal = document.createElement('div');
    portal.className = 'portal';
    panel.append(portal);
    portal.append(document.querySelector('#lora_manager_parts'));
}"""
COUNT_CHANGES = """() => {
    window.changes = 0;
    new MutationObserver((records) => { window.changes += records.length; })
        .observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
AGAIN = """async () => {
    const { version } = await (await fetch('lora-manager/api/v1/health')).json();
    const [entry] = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/lm-catalogue.js'));
    await import(`${entry.name}?again=${version}`);
}"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """An imitated SDNext with a few hundred LoRAs."""
    folder = tmp_path_factory.mktemp("sdnext")
    for number in range(MANY):
        write_network_file(folder / "host" / "models" / "Lora" / f"many-{number:03}.safetensors")
    process = start_imitated("sdnext", folder)
    running = talk_to(process, "sdnext")
    running.scan()
    yield running
    process.stop()


@pytest.fixture
def watched(browser: Browser, host: RunningHost) -> Iterator[WatchedPage]:
    """Its page, open at our tab."""
    context = new_context(browser)
    watched = WatchedPage(context.new_page())
    open_catalogue(watched.page, host.url)
    yield watched
    # Questions that nobody waits for any more are given up.
    assert [complaint for complaint in watched.complaints if "ERR_ABORTED" not in complaint] == []
    context.close()


@pytest.mark.parametrize("hidden", [False, True])
def test_a_part_that_is_moved_keeps_what_the_user_did_in_it(watched: WatchedPage, hidden: bool) -> None:
    page = watched.page
    search = page.locator("lm-catalogue .search input")
    search.fill("many")
    names = page.locator("lm-grid .card:not(.skeleton) .name")
    expect(names.first).to_contain_text("many")
    first = names.first.inner_text()
    page.locator("lm-grid .box").evaluate("box => { box.scrollTop = 3000; }")
    expect(names.first).to_be_attached()
    expect(page.locator("lm-grid .card .name", has_text=first)).to_have_count(0)
    if hidden:
        open_tab(page, "control")
    page.evaluate(MOVE)
    open_tab(page, "LoRA Manager")
    expect(search).to_have_value("many")
    assert page.locator("lm-grid .box").evaluate("box => box.scrollTop") == 3000
    page.wait_for_function(
        """() => {
            const grid = document.querySelector('lm-catalogue').shadowRoot.querySelector('lm-grid').shadowRoot;
            const box = grid.querySelector('.box').getBoundingClientRect();
            return [...grid.querySelectorAll('.card:not(.skeleton) .name')]
                .map((name) => name.getBoundingClientRect())
                .some(({ top, bottom }) => top >= box.top && bottom <= box.bottom);
        }"""
    )
    search.fill("ink")
    expect(names).to_have_count(1)


def test_parts_that_were_moved_go_on(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    page.evaluate(MOVE)
    page.evaluate(MOVE)
    name = next(str(item["name"]) for item in host.get("adapters?q=ink")["items"])
    page.locator("lm-catalogue .search input").fill("ink")
    # A click while the cards of all are exchanged for that one would hit where it no longer is.
    expect(page.locator("lm-grid .card:not(.skeleton) .name")).to_have_count(1)
    insert(page, name)
    expect(page.locator("lm-catalogue lm-strip")).to_contain_text(name)
    open_tab(page, "control")
    page.locator("#control_prompt textarea").fill("nothing of it")
    open_tab(page, "LoRA Manager")
    for part, element in (("Generate", "lm-generate textarea"), ("Recommend", "lm-recommend textarea")):
        open_part(page, part)
        expect(page.locator(element).first).to_be_visible()
    open_part(page, "Library")
    host.scan()
    expect(page.locator("lm-library")).to_contain_text(str(MANY + 2))


def test_a_part_that_is_made_anew_works(watched: WatchedPage) -> None:
    page = watched.page
    page.evaluate(
        "() => { document.querySelector('lm-catalogue').outerHTML = '<lm-catalogue>Loading</lm-catalogue>'; }"
    )
    wait_for_cards(page)
    expect(page.locator("lm-catalogue .search input")).to_be_visible()


def test_scrolling_wakes_no_watcher_of_the_hosts(watched: WatchedPage) -> None:
    page = watched.page
    page.evaluate(COUNT_CHANGES)
    for place in range(0, 6000, 500):
        page.locator("lm-grid .box").evaluate("(box, place) => { box.scrollTop = place; }", place)
        page.wait_for_timeout(30)
    expect(page.locator("lm-grid .card:not(.skeleton) .name").first).to_be_visible()
    assert page.evaluate("window.changes") == 0


def test_the_same_module_by_a_second_address_breaks_nothing(watched: WatchedPage) -> None:
    watched.page.evaluate(AGAIN)
    wait_for_cards(watched.page)
