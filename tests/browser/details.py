"""The details of one LoRA as a user sees them, for the tests that edit there."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.helpers.live_server import LiveServer


def find(server: LiveServer, name: str) -> dict[str, Any]:
    """All that the server says of a LoRA of the demo; each test takes another one."""
    items: list[dict[str, Any]] = server.get("adapters?limit=200")["items"]
    found = next(item for item in items if item["tag_name"] == name)
    detail: dict[str, Any] = server.get(f"adapters/{found['id']}")
    return detail


def opened(page: Page, detail: dict[str, Any]) -> Locator:
    """Its details, opened by a link as the address bar has it."""
    page.evaluate("id => document.querySelector('lm-app').session.nav.set({ open: id })", detail["id"])
    panel = page.locator("lm-detail")
    expect(panel.get_by_role("heading", name=detail["name"])).to_be_visible()
    expect(panel.locator("lm-tags")).to_be_visible()
    return panel


def field(panel: Locator, label: str) -> Locator:
    """A value that is read, and opens by a click."""
    return panel.get_by_role("button", name=re.compile(rf"^{re.escape(label)}: "))


def write(panel: Locator, label: str, text: str, role: Any = "textbox") -> None:
    """Open a field, write, and press Enter."""
    field(panel, label).click()
    panel.get_by_role(role, name=label, exact=True).fill(text)
    panel.page.keyboard.press("Enter")


def toast(page: Page) -> Locator:
    """The messages at the foot."""
    return page.locator("lm-toasts")


def undo(page: Page) -> None:
    """Undo by the message."""
    toast(page).get_by_role("button", name="Undo").last.click()
    expect(toast(page)).to_contain_text("Taken back")


def tool(panel: Locator, name: str) -> None:
    """Choose something from the menu of its file."""
    panel.get_by_role("button", name="More with its file").click()
    panel.get_by_role("menuitem", name=name).click()


def prompt(page: Page) -> str:
    """What the prompt says."""
    text: str = page.evaluate("document.querySelector('lm-app').session.prompt.state.text")
    return text
