"""Our tab in a host's page, as a user meets it: choose two LoRAs, press the host's own Generate, see what was used.

The page is an imitation with the host's ids; the browser, the server, our files and what records the run are real.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.contract.limits import IMITATED
from tests.contract.running_host import RunningHost
from tests.fakes.host_page import PROMPT_TABS
from tests.helpers.imitated_host import start_imitated
from tests.helpers.lanes import of_this_lane
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser

LORAS = ("ink-wash", "paper-cut")


@pytest.fixture(scope="module", params=of_this_lane(["a1111", "sdnext"]))
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """An imitated host with its two LoRAs scanned."""
    process = start_imitated(request.param, tmp_path_factory.mktemp(request.param))
    running = RunningHost(process.url, request.param, IMITATED[request.param], process.log, imitated=True)
    running.scan()
    yield running
    process.stop()


@pytest.fixture
def watched(browser: Browser, host: RunningHost) -> Iterator[WatchedPage]:
    """The host's page, with our tab open and its cards there."""
    context = browser.new_context(viewport={"width": 1500, "height": 900})
    watched = WatchedPage(context.new_page())
    watched.page.goto(host.url)
    open_tab(watched.page, "LoRA Manager")
    watched.page.locator("lm-grid .card:not(.skeleton) .name").first.wait_for()
    watched.page.locator("lm-catalogue .shelf .to").wait_for()  # the host's prompt boxes are known
    yield watched
    assert watched.complaints == []
    context.close()


def names_of(host: RunningHost) -> dict[str, str]:
    """The names on the cards, by what stands in a tag."""
    return {card["tag_name"]: card["name"] for card in host.get("adapters")["items"]}


def open_tab(page: Page, name: str) -> None:
    """Click a tab of the host's page."""
    page.locator("#tabs > .tab-nav > button", has_text=name).click()


def insert(page: Page, name: str) -> None:
    """Put a LoRA into the prompt, or take it out, by its card."""
    card = page.locator("lm-grid .card:not(.skeleton)").filter(has_text=name)
    card.hover()
    card.locator(".insert").click()


def test_two_loras_into_the_hosts_prompt_and_its_own_generate(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    for tab in PROMPT_TABS[host.family]:
        prompt = host.unique("a harbour at dusk")
        open_tab(page, tab)
        box = page.locator(f"#{tab}_prompt textarea")
        box.click()
        box.fill(prompt)
        open_tab(page, "LoRA Manager")
        for name in names_of(host).values():
            insert(page, name)
            expect(page.locator("lm-catalogue lm-strip")).to_contain_text(name)
        open_tab(page, tab)
        written = box.input_value()
        assert [f"<lora:{name}:1>" in written for name in LORAS] == [True, True], written
        assert written.startswith(prompt)
        page.locator(f"#{tab}_generate").click()
        expect(page.locator(f"#{tab}_gallery")).to_have_text("1 image(s)")
        [generation] = host.made(written)
        assert generation["origin"] == tab
        assert {use["tag_name"]: use["te_weight"] for use in generation["uses"]} == dict.fromkeys(LORAS, 1)


def test_what_is_taken_out_is_not_sent(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    tab = PROMPT_TABS[host.family][0]
    names = names_of(host)
    for tag_name in (*LORAS, LORAS[0]):
        insert(page, names[tag_name])
    expect(page.locator("lm-catalogue lm-strip")).to_contain_text(names[LORAS[1]])
    expect(page.locator("lm-catalogue lm-strip")).not_to_contain_text(names[LORAS[0]])
    open_tab(page, tab)
    written = page.locator(f"#{tab}_prompt textarea").input_value()
    page.locator(f"#{tab}_generate").click()
    expect(page.locator(f"#{tab}_gallery")).to_have_text("1 image(s)")
    assert [use["tag_name"] for use in host.made(written)[0]["uses"]] == [LORAS[1]]


def test_our_own_generate_tab(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    prompt = host.unique("a harbour of ours")
    page.locator("#lora_manager_parts > .tab-nav > button", has_text="Generate").click()
    page.locator("lm-generate textarea").first.fill(prompt)
    page.locator("lm-generate .go button").click()
    page.locator("lm-generate .outcome .large img").wait_for()
    [generation] = host.made(prompt)
    assert generation["origin"] == "lora_manager"


def test_at_the_caret_and_back_again(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    tab = PROMPT_TABS[host.family][0]
    name = names_of(host)[LORAS[0]]
    open_tab(page, tab)
    box = page.locator(f"#{tab}_prompt textarea")
    box.fill("fog, dusk")
    box.click()
    page.keyboard.press("Home")
    for _ in "fog":
        page.keyboard.press("ArrowRight")
    open_tab(page, "LoRA Manager")
    insert(page, name)
    page.locator("lm-toasts .act").click()
    expect(page.locator("lm-catalogue lm-strip")).not_to_contain_text(name)
    assert box.input_value() == "fog, dusk"
    insert(page, name)
    expect(page.locator("lm-catalogue lm-strip")).to_contain_text(name)
    page.locator("lm-catalogue .shelf .to").click()
    expect(box).to_be_focused()
    put_in = box.input_value()
    assert put_in.startswith("fog")
    assert put_in.endswith(f"<lora:{LORAS[0]}:1>, dusk")
    # In a box that is shown it is as if typed: the browser's own undo takes it back, and the page hears of it.
    page.evaluate("""async () => {
        const { getSession } = await import(new URL('lora-manager/entry.js', document.baseURI));
        const { prompt } = getSession();
        await prompt.remove(prompt.state.adapters[0].id);
    }""")
    expect(box).not_to_have_value(put_in)
    page.keyboard.press("Control+z")
    expect(box).to_have_value(put_in)
    open_tab(page, "LoRA Manager")
    expect(page.locator("lm-catalogue lm-strip")).to_contain_text(name)


# What hosts do something at: generate, interrupt, skip, delete the picture, save, send again, networks, attention.
HOST_KEYS = (
    *("Control+Enter", "Alt+Enter", "Escape", "Control+d", "Control+s", "Control+i", "Control+n", "Control+Space"),
    *("Control+ArrowUp", "Alt+ArrowLeft", "a", "/", "Delete"),
)
FIELDS = (
    ("Catalogue", "lm-catalogue .search input"),
    ("Catalogue", "lm-detail .notes"),
    ("Catalogue", "lm-catalogue lm-strip .weight"),
    ("Recommend", "lm-recommend textarea"),
    ("Generate", "lm-generate textarea"),
    ("Generate", "lm-generate input.number"),
)

EDITORS = (
    ("Version: ", "lm-field input"),
    ("Edit the tags", "lm-tags input"),
    ("Edit the trigger words", "lm-words input"),
    (re.compile("description", re.IGNORECASE), "[contenteditable]"),
)


def test_no_key_pressed_in_our_tab_reaches_the_host(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    page.evaluate("window.reached = []; addEventListener('keydown', ({ key }) => window.reached.push(key))")
    # What the browser itself would do at these, in a window of its own, would take the page away.
    page.evaluate(
        "document.querySelectorAll('lm-catalogue, lm-recommend, lm-generate').forEach((part) => part"
        ".addEventListener('keydown', (event) => (event.ctrlKey || event.altKey) && event.preventDefault()))"
    )
    insert(page, names_of(host)[LORAS[0]])
    page.locator("lm-toasts button").last.focus()  # first of all: a message stays for seconds only
    page.keyboard.press("Control+d")
    assert page.evaluate("window.reached") == []
    page.locator("lm-catalogue lm-strip .weight").wait_for()
    for part, field in FIELDS:
        page.locator("#lora_manager_parts > .tab-nav > button", has_text=part).click()
        if "lm-detail" in field:
            page.locator("lm-grid .card:not(.skeleton) .name").first.click()
        for key in HOST_KEYS:
            page.locator(field).first.focus()
            page.keyboard.press(key)
        assert page.evaluate("window.reached") == [], field
    page.locator("#lora_manager_parts > .tab-nav > button", has_text="Catalogue").click()
    for opens, editor in EDITORS:
        page.locator("lm-detail").get_by_role("button", name=opens).click()
        for key in HOST_KEYS:
            if key not in ("Escape", "Control+Enter", "Alt+Enter"):  # which close it
                page.locator(f"lm-detail {editor}").first.focus()
                page.keyboard.press(key)
        page.keyboard.press("Escape")
        assert page.evaluate("window.reached") == [], opens


def test_our_keys_mean_nothing_outside_our_tab(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    page.locator("lm-grid .card:not(.skeleton) .name").first.click()
    expect(page.locator("lm-detail")).to_be_visible()
    open_tab(page, PROMPT_TABS[host.family][0])
    for target in ("#tabs > .tab-nav > button", f"#{PROMPT_TABS[host.family][0]}_generate"):
        page.locator(target).first.focus()
        for key in ("/", "Escape", "f", "i"):
            page.keyboard.press(key)
        expect(page.locator(target).first).to_be_focused()
    open_tab(page, "LoRA Manager")
    expect(page.locator("lm-detail")).to_be_visible()
    assert page.locator("lm-catalogue .search input").input_value() == ""


def test_our_keys_work_from_the_hosts_own_buttons(watched: WatchedPage) -> None:
    page = watched.page
    expect(page.locator("lm-grid .card:not(.skeleton) .name").first).to_be_visible()
    search = page.locator("lm-catalogue .search input")
    for _ in range(50):  # the keys come with the last of our modules, a moment after the cards
        page.locator("#lora_manager_parts > .tab-nav > button", has_text="Catalogue").focus()
        page.keyboard.press("/")
        if search.evaluate("field => field.matches(':focus')"):
            break
        page.wait_for_timeout(100)
    expect(search).to_be_focused()
    page.locator("lm-grid .card:not(.skeleton) .name").first.click()
    expect(page.locator("lm-detail")).to_be_visible()
    page.locator("#tabs > .tab-nav > button", has_text="LoRA Manager").focus()
    page.keyboard.press("Escape")
    expect(page.locator("lm-detail")).to_have_count(0)


def test_a_weight_with_a_comma_and_one_far_beyond(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    tab = PROMPT_TABS[host.family][0]
    box = page.locator(f"#{tab}_prompt textarea")
    open_tab(page, tab)
    box.fill("fog")
    box.click()
    open_tab(page, "LoRA Manager")
    insert(page, names_of(host)[LORAS[0]])
    weight = page.locator("lm-catalogue lm-strip .weight")
    weight.fill("0,45")
    weight.press("Enter")
    expect(box).to_have_value(re.compile(f"<lora:{LORAS[0]}:0.45>"))
    weight.fill("45")
    weight.press("Enter")
    expect(weight).to_have_class(re.compile("beyond"))
    page.locator("lm-toasts .act", has_text="Back to 0.45").click()
    expect(box).to_have_value(re.compile(f"<lora:{LORAS[0]}:0.45>"))
    expect(weight).not_to_have_class(re.compile("beyond"))


def test_a_past_picture_is_looked_at_and_its_settings_are_taken_only_by_the_button(
    watched: WatchedPage, host: RunningHost
) -> None:
    page = watched.page
    page.locator("#lora_manager_parts > .tab-nav > button", has_text="Generate").click()
    prompt = page.locator("lm-generate textarea").first
    prompts = [host.unique("first"), host.unique("second")]
    for text in prompts:
        prompt.fill(text)
        page.locator("lm-generate .go button").click()
        expect(page.locator("lm-generate .history button").first).to_have_attribute("title", text)
    prompt.fill("being written")
    first = page.locator("lm-generate .history button").nth(1)
    expect(first).to_have_attribute("aria-pressed", "false")
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(prompt).to_have_value("being written")
    page.locator("lm-generate .account button", has_text="Use these settings").click()
    expect(prompt).to_have_value(prompts[0])
    page.locator("lm-toasts .act", has_text="Undo").click()
    expect(prompt).to_have_value("being written")


def test_a_suggestion_that_is_taken_stays_where_it_is(watched: WatchedPage, host: RunningHost) -> None:
    page = watched.page
    page.locator("#lora_manager_parts > .tab-nav > button", has_text="Recommend").click()
    page.locator("lm-recommend textarea").fill("ink wash paper cut")
    names = page.locator("lm-recommend li .name")
    expect(names).to_have_count(len(LORAS))
    before = names.all_inner_texts()
    page.locator("lm-recommend li .btn").first.click()
    expect(page.locator("lm-recommend li").first).to_contain_text("In prompt")
    page.locator("lm-recommend textarea").type(", at dusk")
    page.wait_for_timeout(900)
    assert names.all_inner_texts() == before
