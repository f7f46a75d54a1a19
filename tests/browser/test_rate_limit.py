"""A web UI that answers only so many requests a minute to each address, and refuses when the work is done: SDNext."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.host_pages import new_context, open_tab, wait_for_cards
from tests.helpers.imitated_host import start_imitated

pytestmark = [pytest.mark.browser, pytest.mark.slow]

A_MINUTE = 12
PATIENCE_MS = 75_000
ALL_SAVED = """async () => {
    const { getSession } = await import(new URL('lora-manager/entry.js', document.baseURI));
    const { api, nav } = getSession();
    while (api.edits.size > 0) {
        await new Promise((done) => setTimeout(done, 200));
    }
    return (await api.adapter(nav.state.open)).notes;
}"""


def test_what_is_refused_is_done_later_once_and_in_its_order(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    process = start_imitated("sdnext", tmp_path_factory.mktemp("limited"), "--rate-limit", str(A_MINUTE))
    context = new_context(browser)
    page = context.new_page()
    page.goto(process.url)
    open_tab(page, "LoRA Manager")
    wait_for_cards(page)
    page.locator("lm-grid .card:not(.skeleton) .name").first.click()
    notes = page.locator("lm-detail .notes")
    for number in range(A_MINUTE + 3):
        notes.fill(f"written {number}")
        notes.blur()
    last = notes.input_value()
    search = page.locator("lm-catalogue .search input")
    for number in range(A_MINUTE):
        search.fill(f"nothing {number}")
        page.wait_for_timeout(200)
    search.fill("ink")
    toasts = page.locator("lm-toasts .toast", has_text="Too many requests at once")
    expect(toasts).to_have_count(1, timeout=PATIENCE_MS)
    assert page.evaluate(ALL_SAVED) == last
    expect(notes).to_have_value(last)
    expect(page.locator("lm-detail")).to_contain_text("Saved")
    expect(page.locator("lm-catalogue .count")).to_contain_text("1 of 2", timeout=PATIENCE_MS)
    expect(page.locator("lm-catalogue .bad")).to_have_count(0)
    context.close()
    process.stop()
