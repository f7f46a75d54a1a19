"""The backups as the Library tab shows them: made, brought back after a look at what changes, undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import StartServer
from tests.helpers.network_files import civitai_model, write_adapter

pytestmark = pytest.mark.browser

PATIENCE_MS = 40_000


def test_one_is_made_and_brought_back_and_that_is_undone(
    browser: Browser, live_server: StartServer, tmp_path: Path
) -> None:
    for name in ("Amber", "Moth"):
        write_adapter(tmp_path / "Lora", name.casefold(), civitai_model(name, f"{name.casefold()}.safetensors"))
    server = live_server(tmp_path / "Lora")
    server.scan()

    def names() -> list[str]:
        return [item["name"] for item in server.get("adapters?sort=name")["items"]]

    page = browser.new_page()
    page.goto(server.url)
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("tab", name="Backups").click()
    shown = page.locator("lm-backups")
    expect(shown).to_contain_text("There is no backup yet", timeout=PATIENCE_MS)
    shown.get_by_role("button", name="Back up now").click()
    expect(shown).to_contain_text("Made by hand", timeout=PATIENCE_MS)
    shown.get_by_role("button", name="Verify").click()
    expect(page.locator("lm-toasts")).to_contain_text("is whole: 2 LoRAs", timeout=PATIENCE_MS)

    first = server.get("adapters?sort=name")["items"][0]["id"]
    assert server.request("PATCH", f"adapters/{first}", {"name": "Mine"})[0] == 200
    shown.get_by_role("button", name="Restore").click()
    dialog = page.locator("lm-restore")
    expect(dialog).to_contain_text("What you edited of 1 LoRA is again as it was then.", timeout=PATIENCE_MS)
    dialog.get_by_role("button", name="Restore", exact=True).click()
    undo = page.locator("lm-toasts").get_by_role("button", name="Undo")
    expect(undo).to_be_visible(timeout=PATIENCE_MS)
    assert names() == ["Amber", "Moth"]
    expect(shown).to_contain_text("Before a restore")
    undo.click()  # while the scan that follows a restore may still go on: it is waited for
    expect(page.locator("lm-toasts")).to_contain_text("as it was before the restore", timeout=PATIENCE_MS)
    assert names() == ["Mine", "Moth"]
    page.close()
