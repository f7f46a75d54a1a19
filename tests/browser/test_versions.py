"""A page of one version and a server of another: one sentence with what to do, then all is well.

The servers run a copy of this repository whose page is changed as an update changes it.
"""

from __future__ import annotations

import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.host_pages import new_context, open_catalogue, open_part, open_tab, wait_for_cards
from tests.helpers.command_line import ROOT, command, environment
from tests.helpers.imitated_host import start_imitated
from tests.helpers.live_server import free_port
from tests.helpers.network_files import write_network_file
from tests.helpers.server_process import end, wait_until_ready

pytestmark = pytest.mark.browser

UPDATED = "LoRA Manager was updated: reload the page."
BROKEN = "A part of this page could not be loaded: reload the page."
RECONNECTS_MS = 20_000
_PARTS = ("lora_manager", "scripts", "javascript", "tests/fakes", "tests/helpers")
_FILES = ("preload.py", "style.css", "pyproject.toml", "tests/__init__.py")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """This repository as far as a server needs it."""
    for part in _PARTS:
        shutil.copytree(ROOT / part, tmp_path / "copy" / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _FILES:
        shutil.copy(ROOT / name, tmp_path / "copy" / name)
    return tmp_path / "copy"


def update(copy: Path) -> None:
    """Another version of the page: modules that depend on each other, both changed."""
    web = copy / "lora_manager" / "web"
    for name in ("core/format.js", "detail/lm-detail.js"):
        text = (web / name).read_text(encoding="utf-8")
        text = text.replace("bytes(", "bytesOf(").replace("${this.#title(card, context)}", "NEW")
        (web / name).write_text(text, "utf-8")
    for path in web.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("format.bytes(", "format.bytesOf("), "utf-8")


class Standalone:
    """The real server from the copy, always on the same port."""

    def __init__(self, copy: Path) -> None:
        self.copy = copy
        self.folder = copy.parent
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/lora-manager/"
        write_network_file(self.folder / "Lora" / "ink.safetensors")
        self.start()

    def start(self) -> None:
        """Start it; returns when it answers."""
        log = self.folder / "server.log"
        words = ("serve", "--port", str(self.port), "--lora-dir", self.folder / "Lora")
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                command(*words),
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env={**environment(self.folder), "PYTHONPATH": str(self.copy)},
            )
        wait_until_ready(self.process, self.answers, log)

    def answers(self) -> bool:
        """Whether the page is served."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url, timeout=5) as answer:
            return bool(answer.status == 200)

    def stop(self) -> None:
        """End it."""
        end(self.process)


@pytest.fixture
def server(copy: Path) -> Iterator[Standalone]:
    """A running one."""
    server = Standalone(copy)
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a browser of its own."""
    context = new_context(browser)
    yield context.new_page()
    context.close()


def _details(page: Page) -> str:
    page.locator("lm-grid .card .name").first.click()
    expect(page.locator("lm-detail .content")).to_be_visible()
    text = page.locator("lm-detail .content").inner_text()
    page.keyboard.press("Escape")
    return text


@pytest.mark.parametrize("direction", ["old page, new server", "new page, old server"])
def test_our_own_server(page: Page, copy: Path, server: Standalone, direction: str) -> None:
    kept = copy.parent / "kept"
    shutil.copytree(copy / "lora_manager" / "web", kept)
    if direction.startswith("new"):
        update(copy)
        server.stop()
        server.start()
    page.goto(server.url)
    wait_for_cards(page)
    server.stop()
    if direction.startswith("new"):
        shutil.copytree(kept, copy / "lora_manager" / "web", dirs_exist_ok=True)
    else:
        update(copy)
    server.start()
    expect(page.locator("lm-app .news")).to_have_text(UPDATED + " Reload", timeout=RECONNECTS_MS, use_inner_text=False)
    page.locator("lm-app .news button").click()
    wait_for_cards(page)
    assert ("NEW" in _details(page)) == direction.startswith("old")
    expect(page.locator("lm-app .news")).to_have_count(0)


def test_an_update_below_a_running_server_breaks_no_page(page: Page, copy: Path, server: Standalone) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server.url)
    update(copy)
    page.context.clear_cookies()
    page.goto(server.url)
    wait_for_cards(page)
    assert "NEW" not in _details(page)
    expect(page.locator("lm-app .news")).to_have_count(0)
    assert errors == []


def _gone(route: Route) -> None:
    route.fulfill(status=404, json={"detail": "This belongs to another version of LoRA Manager. Reload the page."})


def test_a_part_that_does_not_come(page: Page, server: Standalone) -> None:
    page.route("**/recommend/lm-recommend.js", _gone)
    page.goto(server.url)
    wait_for_cards(page)
    page.get_by_role("tab", name="Recommend").click()
    expect(page.locator("lm-app .news")).to_contain_text(BROKEN)
    page.unroute("**/recommend/lm-recommend.js")
    page.locator("lm-app .news button").click()
    expect(page.locator("lm-recommend textarea")).to_be_visible()
    expect(page.locator("lm-app .news")).to_have_count(0)


@pytest.mark.parametrize("name", ["boot.js", "core/session.js", "app/lm-app.js"])
def test_a_page_of_which_nothing_comes(page: Page, server: Standalone, name: str) -> None:
    page.route(f"**/{name}", _gone)
    page.goto(server.url)
    expect(page.locator("lm-app")).to_contain_text("could not be loaded: reload it.")


def test_in_a_host_that_was_restarted_after_an_update(page: Page, copy: Path, tmp_path: Path) -> None:
    process = start_imitated("sdnext", tmp_path, root=copy)
    open_catalogue(page, process.url)
    update(copy)
    page.request.post(f"{process.url}/sdapi/v1/restart")
    toast = page.locator("lm-toasts .toast")
    expect(toast).to_have_count(1, timeout=RECONNECTS_MS)
    expect(toast).to_contain_text(UPDATED)
    page.wait_for_timeout(7000)
    expect(toast).to_contain_text(UPDATED)  # unlike other messages it stays
    toast.get_by_role("button", name="Reload").click()
    open_tab(page, "LoRA Manager")
    wait_for_cards(page)
    assert "NEW" in _details(page)
    expect(toast).to_have_count(0)
    process.stop()


def test_in_a_host_when_a_part_does_not_come(page: Page, copy: Path, tmp_path: Path) -> None:
    process = start_imitated("a1111", tmp_path, root=copy)
    page.route("**/recommend/lm-recommend.js", _gone)
    page.goto(process.url)
    open_tab(page, "LoRA Manager")
    wait_for_cards(page)
    open_part(page, "Recommend")
    expect(page.locator("lm-recommend")).to_contain_text("could not be loaded: load this page again.")
    expect(page.locator("lm-toasts .toast")).to_contain_text(BROKEN)
    process.stop()
