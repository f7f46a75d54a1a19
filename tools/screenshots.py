"""Photograph the page: every tab, light and dark, at three widths, with an empty library, the demo and a large one.

    python tools/screenshots.py FOLDER [--library DIR] [--demo DIR] [--only empty|demo|large] [--tabs catalogue,...]

Starts the real server for each library on a free port and drives a real Chromium. Errors of the page's console and
requests that failed are printed and make the exit code 1.
"""

from __future__ import annotations

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402 - found through the line above

from tests.helpers.live_server import LiveServer, start_server  # noqa: E402
from tools.dev_programs import find_chromium  # noqa: E402

TABS = ("catalogue", "recommend", "generate", "analytics", "library", "library/learned")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {1500: 900, 900: 800, 400: 800}
SETTLE_MS = 900
PROMPT = "misty mountains at dawn, an ink wash dragon, paper lanterns, film grain"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--demo", type=Path, help="where the demo is or is made; without it a temporary one")
    parser.add_argument("--library", type=Path, help="a large LoRA folder")
    parser.add_argument("--only", choices=["empty", "demo", "large"], action="append", help="repeatable")
    parser.add_argument("--tabs", default=",".join(TABS))
    return parser.parse_args()


@contextmanager
def _server(state: Path, library: Path, *extra: str) -> Iterator[LiveServer]:
    server = start_server(state, library, *extra)
    try:
        server.scan()
        yield server
    finally:
        server.stop()


def _demo(options: argparse.Namespace, scratch: Path) -> tuple[Path, list[str]]:
    """The demo's LoRA folder and the further arguments of `serve`."""
    target = options.demo or scratch / "demo"
    command = [sys.executable, "-m", "lora_manager", "make-demo", str(target), "--json"]
    made = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True)
    found = json.loads(made.stdout)
    model = ["--model", found["model_dir"]] if found["model_dir"] else []
    return Path(found["lora_dir"]), ["--demo", *model]


def _open_first_card(page: Page) -> None:
    card = page.locator("lm-grid .card").first
    if card.count():
        card.locator(".name").click()
        page.wait_for_timeout(SETTLE_MS)


def _suggest(page: Page, path: Path) -> None:
    """A prompt, its suggestions, and why the first is one."""
    page.locator("lm-recommend textarea").fill(PROMPT)
    page.wait_for_timeout(2 * SETTLE_MS)
    page.screenshot(path=path.with_name(path.name.replace("-recommend-", "-suggestions-")))
    why = page.locator("lm-recommend .more").first
    if why.count():
        why.click()
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=path.with_name(path.name.replace("-recommend-", "-why-")))


def _unfold(page: Page, path: Path) -> None:
    """What is similar to the LoRA whose details stand open, and what its texts tell."""
    for part in ("lm-similar", "lm-insight"):
        page.locator(f"{part} summary").first.click()
        page.wait_for_timeout(SETTLE_MS)
        page.locator(part).evaluate("part => part.scrollIntoView({block: 'start'})")
        page.screenshot(path=path.with_name(path.name.replace("-detail-", f"-{part[3:]}-")))


def _photograph(browser: Browser, server: LiveServer, name: str, options: argparse.Namespace) -> list[str]:
    """All pictures of one library; returns what went wrong in the page."""
    wrong: list[str] = []
    for scheme, width in itertools.product(SCHEMES, WIDTHS):
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=scheme)
        page = context.new_page()
        page.on("console", lambda m: wrong.append(f"{name}: {m.text}") if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(f"{name}: {error}"))
        page.on("requestfailed", lambda request: wrong.append(f"{name}: {request.url} {request.failure}"))
        for tab in options.tabs.split(","):
            page.goto(server.url + ("" if tab == "catalogue" else f"#{tab}"))
            page.wait_for_timeout(SETTLE_MS)
            picture = options.folder / f"{name}-{tab.replace('/', '-')}-{scheme}-{width}.png"
            page.screenshot(path=picture)
            if tab == "recommend":
                _suggest(page, picture)
            if tab == "catalogue" and name != "empty":
                _open_first_card(page)
                detail = options.folder / f"{name}-detail-{scheme}-{width}.png"
                page.screenshot(path=detail)
                _unfold(page, detail)
        context.close()
    return wrong


def main() -> int:
    """Take the pictures; 1 when the page complained."""
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    chromium = find_chromium()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="lora-manager-shots-") as folder, sync_playwright() as playwright:
        scratch = Path(folder)
        browser = playwright.chromium.launch(executable_path=chromium or None, args=["--no-sandbox"])
        (scratch / "none").mkdir()
        libraries: dict[str, tuple[Path, list[str]]] = {"empty": (scratch / "none", [])}
        if not options.only or "demo" in options.only:
            libraries["demo"] = _demo(options, scratch)
        if options.library:
            libraries["large"] = (options.library, [])
        for name, (library, extra) in libraries.items():
            if not options.only or name in options.only:
                with _server(scratch / f"state-{name}", library, *extra) as server:
                    wrong += _photograph(browser, server, name, options)
        browser.close()
    for line in dict.fromkeys(wrong):
        print(line)
    print(f"{len(list(options.folder.glob('*.png')))} pictures in {options.folder}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
