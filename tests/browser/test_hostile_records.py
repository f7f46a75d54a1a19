"""Records, files and answers full of script in every field: nothing of it runs, and nobody elsewhere hears of us.

Once with real files through the real server, in a host's page and on our own; once with every text of every answer
replaced, whatever a database or a host may hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, Route, expect

from tests.browser.host_pages import new_context, open_part, open_tab, wait_for_cards
from tests.helpers.hostile_text import ELSEWHERE, HOSTILE, RUN, hostile
from tests.helpers.imitated_host import ImitatedHost, start_imitated
from tests.helpers.network_files import (
    a1111_metadata,
    civitai_model,
    png_bytes,
    write_json,
    write_network_file,
)

pytestmark = pytest.mark.browser

USER, WORD = f"<img src=x onerror={RUN}>", "secret"
PARTS = ("Recommend", "Generate", "Analytics", "Library")
TITLES = {"LoRA Manager", "Imitated", *(f"{part} – LoRA Manager" for part in PARTS)}
LISTEN = """() => {
    window.__pwned = 0;
    window.__refused = [];
    document.addEventListener('securitypolicyviolation', (event) => {
        window.__refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
    });
}"""
FIND_HARM = """() => {
    const found = [];
    const bad = ['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MATH', 'VIDEO', 'FORM:action'];
    const look = (root) => {
        for (const element of root.querySelectorAll('*')) {
            const inBody = document.body.contains(element) || root !== document;
            const name = element.tagName.toUpperCase();
            if (inBody && (bad.includes(name) || (root !== document && ['SCRIPT', 'META'].includes(name)))) {
                found.push(element.outerHTML.slice(0, 200));
            }
            for (const { name, value } of element.attributes) {
                const leads = ['href', 'src', 'srcset', 'action', 'formaction', 'data', 'xlink:href'].includes(name);
                if (/^on/i.test(name) || (leads && /^\\s*(javascript|data:text|vbscript):/i.test(value))
                    || (name === 'srcdoc') || (name === 'style' && /elsewhere/.test(value))) {
                    found.push(element.outerHTML.slice(0, 200));
                }
            }
            if (element.shadowRoot) look(element.shadowRoot);
        }
    };
    look(document);
    return found;
}"""


class Watched:
    """A page, and everything that it did though it must not."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.harm: list[str] = []
        self.refusals = True
        self._origin = origin
        page.add_init_script(f"({LISTEN})()")
        page.on("dialog", self._dismiss)
        page.on("request", lambda request: self._asked(request.url))
        page.on("pageerror", lambda error: self.harm.append(f"error {error}"))
        page.on("popup", lambda popup: self.harm.append(f"popup {popup.url}"))

    def _dismiss(self, dialog: Dialog) -> None:
        self.harm.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _asked(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob") and not url.startswith(self._origin):
            self.harm.append(f"asked for {url}")

    def check(self, where: str) -> None:
        """Nothing has happened until now."""
        assert self.page.evaluate("window.__pwned") == 0, where
        if self.refusals:
            assert self.page.evaluate("window.__refused") == [], where
        assert self.page.evaluate(FIND_HARM) == [], where
        assert self.page.title() in TITLES, where
        assert self.harm == [], where


def _file_name(text: str) -> str:
    return text.replace("/", "∕").replace("\0", "")[:120]


def _write_library(folder: Path) -> None:
    """One LoRA for each text, with it in every field; some records are damaged, so that it is in problems as well."""
    for number, text in enumerate(HOSTILE):
        below = folder / _file_name(hostile(number + 7)) if number % 3 == 0 else folder
        path = write_network_file(below / f"{number:02} {_file_name(text)}.safetensors", metadata={"ss_tag": text})
        if number % 2 == 0:
            record: object = civitai_model(
                f"{number:02} {text}",
                path.name,
                description=f"<p>{text}</p>{text}<img src='{ELSEWHERE}/p.png'><a href='{text}'>{text}</a>",
                creator={"username": text, "image": text},
                tags=[text, hostile(number + 1)],
                version_name=text,
                version_baseModel=text,
                version_trainedWords=[text, f"word {text}"],
                version_description=text,
                file_downloadUrl=text,
                availability=text,
                unknown=text,
            )
            write_json(path.with_suffix(".civitai.info" if number % 4 else ".json"), record)
        else:
            fields = ("description", "notes", "activation text", "negative text", "sd version", "category")
            write_json(path.with_suffix(".json"), a1111_metadata(**dict.fromkeys(fields, text)))
        if number % 5 == 0:
            path.with_suffix(".png").write_bytes(png_bytes())
        (folder / f"damaged {number} {_file_name(text)}.civitai.info").write_bytes(text.encode())


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImitatedHost]:
    """An imitated A1111 over that library, whose user has such a name too."""
    folder = tmp_path_factory.mktemp("hostile")
    _write_library(folder / "Lora")
    process = start_imitated("a1111", folder, "--lora-dir", str(folder / "Lora"), "--gradio-auth", f"{USER}:{WORD}")
    yield process
    process.stop()


@pytest.fixture(params=["in a host", "on our own page"])
def watched(request: pytest.FixtureRequest, browser: Browser, host: ImitatedHost) -> Iterator[Watched]:
    """The page, logged in, at its catalogue."""
    context = new_context(browser)
    watched = Watched(context.new_page(), host.url)
    page = watched.page
    page.goto(host.url)
    page.locator("[name=username]").fill(USER)
    page.locator("[name=password]").fill(WORD)
    page.get_by_role("button", name="Login").click()
    page.locator("#tabs").wait_for()
    page.wait_for_load_state()
    _open(page, host, inside=request.param == "in a host")
    yield watched
    context.close()


def _open(page: Page, host: ImitatedHost, *, inside: bool) -> None:
    if inside:
        open_tab(page, "LoRA Manager")
    else:
        page.goto(f"{host.url}/lora-manager/")


def _go(page: Page, part: str) -> Locator:
    if page.locator("lm-app").count():
        page.get_by_role("tab", name=part).click()
    else:
        open_part(page, part)
    return page.locator(f"lm-{part.lower()}")


def _look_at_cards(watched: Watched, most: int) -> None:
    """Open the details of one card after the other, with everything that is folded, and filter by a tag."""
    page = watched.page
    page.locator("lm-grid .card:not(.skeleton) .name").first.click()
    for number in range(most):
        page.locator("lm-detail .folds").wait_for()
        page.locator("lm-detail").evaluate(
            "detail => detail.shadowRoot.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
        )
        watched.check(f"details of card {number}")
        page.locator("lm-grid .box").press("ArrowRight")
        page.wait_for_timeout(250)
    page.keyboard.press("Escape")
    page.locator("lm-facets section .line").first.click()
    page.locator("lm-catalogue .chips .chip").first.wait_for()
    watched.check("a filter")
    page.locator("lm-catalogue .chips .chip").first.click()


def _visit_everything(watched: Watched, most: int) -> None:
    page = watched.page
    wait_for_cards(page)
    watched.check("the catalogue")
    page.locator("lm-grid .card:not(.skeleton) .insert").first.evaluate("button => button.click()")
    page.wait_for_timeout(400)
    watched.check("a message")
    _look_at_cards(watched, most)
    page.locator("lm-catalogue .search input").fill(hostile(2))
    page.locator("lm-catalogue .chips").wait_for()
    page.wait_for_timeout(400)
    watched.check("a search")
    page.locator("lm-catalogue .search input").fill("")
    for part in PARTS:
        element = _go(page, part)
        if part in ("Recommend", "Generate"):
            element.locator("textarea").first.fill(f"{hostile(0)} lantern word <lora:{hostile(2)}:1>")
        page.wait_for_timeout(600)
        watched.check(part)


def test_a_picture_of_an_author_is_loaded_only_when_it_is_opened(watched: Watched) -> None:
    page = watched.page
    wait_for_cards(page)
    page.locator("lm-grid .card:not(.skeleton) .name").first.click()
    link = page.locator("lm-detail .description a", has_text="Picture on elsewhere.test").first
    expect(link).to_have_attribute("href", f"{ELSEWHERE}/p.png")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(link).to_have_attribute("target", "_blank")
    watched.check("a description with a picture")


def test_real_files_through_the_real_server(watched: Watched) -> None:
    page = watched.page
    _visit_everything(watched, most=len(HOSTILE))
    generate = _go(page, "Generate")
    generate.locator("textarea").first.fill(f"{hostile(1)} <lora:nobody{RUN}:1>")
    generate.locator("textarea").nth(1).fill(hostile(2))
    generate.locator(".go button").click()
    expect(generate.locator(".account")).to_contain_text(f"nobody{RUN}")
    watched.check("a picture of ours")
    generate.locator(".outcome button.large").click()
    expect(generate.locator("lm-lightbox img").first).to_be_visible()
    watched.check("the picture large")
    page.keyboard.press("Escape")
    page.reload()
    if not page.locator("lm-app").count():
        open_tab(page, "LoRA Manager")
    _go(page, "Generate").locator(".account").wait_for()
    expect(page.locator("lm-generate .account")).to_contain_text(USER)
    library = _go(page, "Library")
    expect(library).to_contain_text(f"You are logged in as {USER}")
    library.get_by_placeholder("What the token is for").fill(hostile(2))
    library.get_by_role("button", name="Make a token").click()
    library.locator("lm-access li").first.wait_for()
    library.locator("lm-problems .problem").first.wait_for()
    watched.check("library")
    _go(page, "Analytics").locator("ol li").first.wait_for()
    watched.check("analytics")


# What is no text of anybody's: words that choose, addresses of our own, times.
_KEPT = {"state", "type", "code", "day", "preview", "web_version", "mtime", "sha256", "revision"}


def _poisoned(value: Any, numbers: Iterator[int], name: str = "") -> Any:
    """The same answer with another text in every place where there is one."""
    if isinstance(value, dict):
        return {key: _poisoned(one, numbers, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_poisoned(one, numbers, name) for one in value] or ([hostile(next(numbers))] if name == "notes" else [])
    is_text = isinstance(value, str) or (value is None and name in ("notes", "error", "problem", "user_name"))
    return hostile(next(numbers)) if is_text and name not in _KEPT and not name.endswith("_at") else value


def _poison(route: Route, numbers: Iterator[int]) -> None:
    answer = route.fetch()
    if "json" not in answer.headers.get("content-type", ""):
        route.fulfill(response=answer)
        return
    document = answer.json()
    kinds = [job["kind"] for job in document.get("items", []) if "kind" in job]
    poisoned = _poisoned(document, numbers)
    if "/jobs" in route.request.url or "/scan" in route.request.url:
        for job, kind in zip(poisoned.get("items", []), kinds, strict=False):
            job["kind"] = kind
        if "kind" in document:
            poisoned["kind"] = document["kind"]
    if "description_html" in document:
        poisoned["description_html"] = "".join(HOSTILE)  # as if the server had cleaned nothing
        poisoned["model_url"] = hostile(6)
    route.fulfill(response=answer, body=json.dumps(poisoned))


def test_every_text_of_every_answer(watched: Watched) -> None:
    page = watched.page
    # What the server did not clean is parsed in a document that nobody sees: there the browser refuses it as well.
    watched.refusals = False
    numbers = iter(range(10_000_000))
    page.route("**/lora-manager/api/v1/**", lambda route: _poison(route, numbers))
    page.reload()
    if not page.locator("lm-app").count():
        open_tab(page, "LoRA Manager")
    _visit_everything(watched, most=6)
    _go(page, "Catalogue")
    page.route(
        "**/lora-manager/api/v1/**", lambda route: route.fulfill(status=400, json={"detail": hostile(2), "code": "x"})
    )
    page.locator("lm-catalogue .search input").fill("again")
    expect(page.locator("lm-catalogue .nothing, lm-catalogue .chips .bad").first).to_contain_text("onerror")
    watched.check("errors")
