"""Measure the page in a real Chromium: first card, End key, a scroll through everything, nodes, and what it weighs.

    python tools/browser_bench.py http://127.0.0.1:8765/lora-manager/      our page on a server that runs
    python tools/browser_bench.py --library DIR                            the same, on a server started for it
    python tools/browser_bench.py --host http://127.0.0.1:7860/            our tab in the page of a web UI that runs

Every run has a browser without a cache. Times are taken in the page, when the frame has been painted. "Places" are
those of cards that are still on their way; a view is "empty" where it shows neither a card nor the place of one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright  # noqa: E402 - found through the line above

from tests.helpers.live_server import start_server  # noqa: E402
from tools.dev_programs import find_chromium  # noqa: E402

PROBE = Path(__file__).with_name("browser_probe.js")
VIEW = {"width": 1500, "height": 900}
REST_MS = 3000
JUMPS = tuple(((n * 37) % 101) / 101 for n in range(1, 41))
LIMIT_MS = 120_000
AIMS = {"first_card": 800.0, "end": 200.0, "empty": 0, "nodes": 2000, "weight": 400_000}
_TAB = (
    '#tabs > .tab-nav > button:has-text("LoRA Manager"), button.xtabs-tab#lora_manager_nav, '
    'button.xtabs-tab[tabitemid~="#tab_lora_manager_tabitem"]'
)


@dataclass
class Weight:
    """Bytes by kind, as the network panel counts them: what came over the wire, and what it was unpacked."""

    sent: dict[str, int] = field(default_factory=dict)
    raw: dict[str, int] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    _kinds: dict[str, str] = field(default_factory=dict, repr=False)

    def listen(self, session: CDPSession) -> None:
        """Count from now on."""
        session.on("Network.responseReceived", lambda event: self._begun(event["requestId"], event["response"]["url"]))
        session.on("Network.dataReceived", lambda event: self._add(self.raw, event, event["dataLength"]))
        session.on(
            "Network.loadingFinished", lambda event: self._add(self.sent, event, int(event["encodedDataLength"]))
        )
        session.send("Network.enable")

    def _begun(self, request: str, url: str) -> None:
        kind = kind_of(url)
        if kind:
            self._kinds[request] = kind
            self.requests[kind] = self.requests.get(kind, 0) + 1

    def _add(self, counts: dict[str, int], event: dict[str, Any], size: int) -> None:
        kind = self._kinds.get(event["requestId"])
        if kind:
            counts[kind] = counts.get(kind, 0) + size

    def line(self) -> str:
        """As one line."""
        parts = [
            f"{kind} {self.raw.get(kind, 0) / 1000:.0f} KB ({self.sent.get(kind, 0) / 1000:.0f} KB sent, {n} requests)"
            for kind, n in sorted(self.requests.items())
        ]
        return ", ".join(parts)


def kind_of(url: str) -> str:
    """What an address of ours is for; "" for one of the host's own."""
    path = url.partition("?")[0].partition("/lora-manager/")[2] if "/lora-manager/" in url else None
    if path is None:
        return ""
    if "/thumbnail/" in path or path.startswith("api/v1/images/"):
        return "pictures"
    return "data" if path.startswith("api/") else "code"


@dataclass
class Bench:
    """One browser and the page that is measured."""

    browser: Browser
    url: str
    is_host: bool
    runs: int

    @contextmanager
    def page(self, weight: Weight | None = None) -> Iterator[Page]:
        """An empty browser with our list asked for: at once on our own page, by a click on our tab in a host."""
        context = self.browser.new_context(viewport=VIEW)  # type: ignore[arg-type] # a plain dict
        context.set_default_timeout(LIMIT_MS)
        context.add_init_script(path=PROBE)
        page = context.new_page()
        if weight is not None:
            weight.listen(context.new_cdp_session(page))
        page.goto(self.url, wait_until="commit")
        if self.is_host:
            page.locator(_TAB).filter(visible=True).first.wait_for(state="attached")
            page.wait_for_function("customElements.get('lm-catalogue') !== undefined")
            page.evaluate("window.loraManagerBegan = performance.now()")
            page.locator(_TAB).filter(visible=True).first.click()
        yield page
        context.close()

    def first_card(self) -> dict[str, list[float]]:
        """Milliseconds from navigation, or from the click on our tab, to the first card and the first picture."""
        found: dict[str, list[float]] = {"card": [], "picture": []}
        for _ in range(self.runs):
            with self.page() as page:
                first = page.evaluate("loraManagerBench.firstCard()")
                began = page.evaluate("window.loraManagerBegan ?? 0")
                for name, value in first.items():
                    found[name].append((value if value is not None else float("inf")) - began)
        return found

    def end_key(self) -> dict[str, list[float]]:
        """Milliseconds from the key to the last card, each time on a page that knows only its beginning."""
        found: dict[str, list[float]] = {"card": [], "picture": []}
        for _ in range(self.runs):
            with self.page() as page:
                page.evaluate("loraManagerBench.firstCard()")
                page.wait_for_timeout(500)
                total = total_of(page)
                page.evaluate(f"window.loraManagerEnd = loraManagerBench.end({total}); 0")
                page.wait_for_function("window.loraManagerReady")
                page.keyboard.press("End")
                for name, value in page.evaluate("window.loraManagerEnd").items():
                    found[name].append(value if value is not None else float("inf"))
        return found

    def scroll(self, step: int) -> dict[str, Any]:
        """From the top to the end, `step` pixels a frame."""
        with self.page() as page:
            page.evaluate("loraManagerBench.firstCard()")
            found: dict[str, Any] = page.evaluate(f"loraManagerBench.scroll({step})")
            found["nodes"] = page.evaluate("loraManagerBench.ours()" if self.is_host else "loraManagerBench.nodes()")
            return found

    def jumps(self) -> dict[str, Any]:
        """To places all over the list, as with the scroll bar."""
        with self.page() as page:
            page.evaluate("loraManagerBench.firstCard()")
            found: dict[str, Any] = page.evaluate(f"loraManagerBench.jump({json.dumps(JUMPS)})")
            return found

    def weight(self) -> Weight:
        """What is loaded until nothing more comes by itself."""
        weight = Weight()
        with self.page(weight) as page:
            page.evaluate("loraManagerBench.firstCard()")
            page.wait_for_timeout(REST_MS)
        return weight


def total_of(page: Page) -> int:
    """How many cards the list has."""
    return int(page.evaluate("document.querySelector('lm-catalogue').results.cards.total"))


def spread(values: Sequence[float]) -> str:
    """The median, and each value."""
    return f"{statistics.median(values):.0f} ms (each: {', '.join(f'{value:.0f}' for value in values)})"


def part(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def scrolled(found: dict[str, Any]) -> str:
    """What was seen while scrolling, as lines."""
    frames, lives, times = found["frames"], found["lives"], found["times"][1:]
    return (
        f"{frames['all']} frames: {frames['cards']} of cards alone, {frames['some_places']} with places, "
        f"{frames['only_places']} of places alone, {frames['undrawn']} not drawn yet in part, {frames['empty']} empty\n"
        f"    frame {part(times, 0.5):.0f} ms median, {part(times, 0.95):.0f} ms p95, {max(times, default=0):.0f} "
        f"ms at most; rows of places lived {part(lives, 0.5):.0f} ms median, {part(lives, 0.95):.0f} ms p95, "
        f"{max(lives, default=0):.0f} ms at most ({len(lives)} rows)"
    )


def measure(bench: Bench, step: int) -> dict[str, Any]:
    """Everything, printed as it comes."""
    figures: dict[str, Any] = {}
    figures["first"] = bench.first_card()
    since = "the click on our tab" if bench.is_host else "navigation"
    print(f"first card after {since}: {spread(figures['first']['card'])}, aim {AIMS['first_card']:.0f} ms")
    print(f"    first picture: {spread(figures['first']['picture'])}", flush=True)
    figures["end"] = bench.end_key()
    print(f"End key to the last card: {spread(figures['end']['card'])}, aim {AIMS['end']:.0f} ms")
    print(f"    with its picture: {spread(figures['end']['picture'])}", flush=True)
    figures["scroll"] = bench.scroll(step)
    print(f"all the way down, {step} px a frame, {figures['scroll']['seconds']:.0f} s: {scrolled(figures['scroll'])}")
    figures["jumps"] = bench.jumps()
    waits = figures["jumps"]["waits"]
    print(f"{len(JUMPS)} jumps with the scroll bar: {scrolled(figures['jumps'])}")
    print(f"    all cards there after {part(waits, 0.5):.0f} ms median, {part(waits, 0.95):.0f} ms p95", flush=True)
    figures["nodes"] = max(figures["scroll"]["most"], figures["scroll"]["nodes"])
    print(f"nodes: {figures['nodes']} at most, aim {AIMS['nodes']}")
    weight = bench.weight()
    figures["weight"] = {"raw": weight.raw, "sent": weight.sent, "requests": weight.requests}
    print(f"weight {REST_MS / 1000:.0f} s after the first card: {weight.line()}; aim: code {AIMS['weight'] // 1000} KB")
    return figures


def missed(figures: dict[str, Any]) -> list[str]:
    """The aims that were not reached."""
    empty = figures["scroll"]["frames"]["empty"] + figures["jumps"]["frames"]["empty"]
    reached = {
        "first_card": statistics.median(figures["first"]["card"]) < AIMS["first_card"],
        "end": statistics.median(figures["end"]["card"]) < AIMS["end"],
        "empty": empty <= AIMS["empty"],
        "nodes": figures["nodes"] < AIMS["nodes"],
        "weight": figures["weight"]["raw"].get("code", 0) < AIMS["weight"],
    }
    return [name for name, is_reached in reached.items() if not is_reached]


@contextmanager
def _served(options: argparse.Namespace) -> Iterator[str]:
    """The address of the page."""
    if not options.library:
        yield options.host or options.url
        return
    with tempfile.TemporaryDirectory(prefix="lora-manager-bench-") as folder:
        server = start_server(options.state or Path(folder), options.library)
        try:
            print(f"scanned: {server.scan()['result']['found']} files", flush=True)
            yield server.url
        finally:
            server.stop()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", nargs="?", help="our page, ending in /lora-manager/")
    parser.add_argument("--library", type=Path, help="a LoRA folder to serve")
    parser.add_argument("--state", type=Path, help="where the database of --library lies; without it a temporary one")
    parser.add_argument("--host", help="the page of a web UI in which our tab is")
    parser.add_argument("--runs", type=int, default=5, help="of what a median is taken")
    parser.add_argument("--step", type=int, default=600, help="pixels a frame while scrolling")
    parser.add_argument("--json", type=Path, help="where the figures go as JSON")
    options = parser.parse_args()
    if sum(bool(one) for one in (options.url, options.library, options.host)) != 1:
        parser.error("say one of URL, --library and --host")
    return options


def main() -> int:
    """Measure; 1 when an aim was missed."""
    options = _options()
    with _served(options) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium() or None, args=["--no-sandbox"])
        figures = measure(Bench(browser, url, bool(options.host), options.runs), options.step)
        browser.close()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    late = missed(figures)
    print("missed: " + ", ".join(late) if late else "all aims reached")
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
