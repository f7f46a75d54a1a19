"""The hashing as the Library tab shows it: paused, going on, done."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import StartServer
from tests.helpers.network_files import write_network_file

pytestmark = pytest.mark.browser

PATIENCE_MS = 40_000


def test_it_is_paused_and_goes_on_with_a_click(browser: Browser, live_server: StartServer, tmp_path: Path) -> None:
    for number in range(5):
        write_network_file(tmp_path / "Lora" / f"f{number}.safetensors")
    server = live_server(tmp_path / "Lora")
    server.scan()
    assert server.request("POST", "hashing", {"paused": True})[0] == 200
    page = browser.new_page()
    page.goto(server.url)
    page.get_by_role("tab", name="Library").click()
    shown = page.locator("lm-hashing")
    expect(shown).to_contain_text("Paused. 0 of 5 files have their own hash.")
    expect(shown.get_by_role("progressbar")).to_have_count(0)
    shown.get_by_role("button", name="Go on").click()
    expect(shown).not_to_contain_text("Paused")
    expect(shown).to_contain_text("Every file has its own hash.", timeout=PATIENCE_MS)
    expect(shown.get_by_role("button")).to_have_count(0)
    assert server.get("hashing")["done"] == 5
    page.close()
