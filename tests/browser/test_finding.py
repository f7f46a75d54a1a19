"""Finding in a real browser: the search box that completes and points, filters to include and exclude, saved ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.host_pages import new_context, wait_for_cards
from tests.helpers.live_server import LiveServer, start_server
from tests.helpers.network_files import civitai_model, lora_tensors, network_file_bytes, write_json

pytestmark = pytest.mark.browser

BASES = {"SD 1.5": 768, "SDXL 1.0": 2048, "Pony": 2048}
"""With the width of their cross attention: keys and shapes are believed first."""
COUNT = 24


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server over a few LoRAs in folders: a third of each base model, half of them tagged ink."""
    folder = tmp_path_factory.mktemp("finding")
    contents = [network_file_bytes(lora_tensors(rank=1, width=width, out_width=16)) for width in BASES.values()]
    for number in range(COUNT):
        path = folder / "Lora" / "styles" / ("ink" if number % 2 else "oil") / f"lantern_{number:02d}.safetensors"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[number % 3])
        tags = ["ink" if number % 2 else "oil", *(["night"] if number % 4 == 1 else []), f"tag{number:02d}"]
        record = civitai_model(f"Lantern {number:02d}", path.name, tags=tags, version_baseModel=list(BASES)[number % 3])
        write_json(path.with_suffix(".json"), record)
    server = start_server(folder / "state", folder / "Lora")
    server.scan()
    yield server
    server.stop()


@pytest.fixture
def page(browser: Browser, server: LiveServer) -> Iterator[Page]:
    """The page with its cards there."""
    context = new_context(browser)
    page = context.new_page()
    page.goto(server.url)
    wait_for_cards(page)
    yield page
    context.close()


def _box(page: Page) -> Locator:
    return page.locator("lm-search input")


def _count(page: Page, found: int) -> None:
    text = f"{COUNT} LoRAs" if found == COUNT else f"{found} of {COUNT}"
    expect(page.locator("lm-active-filters .count")).to_have_text(text)


def _filter(page: Page, group: str, value: str) -> Locator:
    return page.locator(f"lm-facets section[aria-label='{group}'] .line", has_text=re.compile(rf"^\s*{value}\b"))


def _chips(page: Page) -> Locator:
    return page.locator("lm-active-filters .chip")


def test_a_field_and_its_value_are_completed_with_the_keys(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("ta")
    options = page.locator("lm-search [role=option]")
    expect(options.first).to_contain_text("tag:")
    expect(_box(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(_box(page)).to_have_attribute("aria-activedescendant", "option-0")
    page.keyboard.press("Tab")
    expect(_box(page)).to_have_value("tag:")
    page.keyboard.type("ni")
    expect(options.first).to_contain_text("night")
    expect(options.first).to_contain_text("6")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(_box(page)).to_have_value("tag:night ")
    expect(_box(page)).to_be_focused()
    _count(page, 6)


def test_enter_leads_to_the_cards_while_nothing_is_chosen(page: Page) -> None:
    _box(page).click()
    page.keyboard.type("lan")
    expect(page.locator("lm-search [role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("lm-search [role=option]")).to_have_count(0)
    expect(_box(page)).to_have_value("lan")
    page.keyboard.type("t")
    expect(page.locator("lm-search [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("lm-grid .box")).to_be_focused()
    expect(_box(page)).to_have_value("lant")


def test_a_mistake_is_marked_where_it_is_and_the_cards_stay(page: Page) -> None:
    _box(page).fill("tag:ink")
    _count(page, 12)
    _box(page).fill("tag:ink rank:>x lantern")
    page.keyboard.press("Enter")
    expect(page.locator("lm-search .under")).to_contain_text("rank: takes a number")
    expect(page.locator("lm-search .mirror u")).to_have_text(">x")
    expect(_box(page)).to_have_attribute("aria-invalid", "true")
    _count(page, 12)
    _filter(page, "Base model", "Pony").click()
    _count(page, 4)
    _box(page).fill("tag:ink rank:>1")
    expect(page.locator("lm-search .under")).to_have_count(0)
    _count(page, 4)


def test_a_mistake_is_told_in_the_list_of_completions_without_old_counts(page: Page) -> None:
    _box(page).click()
    page.keyboard.type("rank:>=xx night")
    found = page.locator("lm-search .found")
    expect(found).to_contain_text("rank: takes a number")
    expect(found.locator("b")).to_have_count(0)
    expect(page.locator("lm-search .mirror u")).to_have_text(">=xx")
    expect(page.locator("lm-active-filters .count")).to_have_class("count stale")
    _box(page).fill("(night OR")
    expect(page.locator("lm-search .mirror u")).to_have_count(1)
    expect(page.locator("lm-search .found b")).to_have_count(0)
    _box(page).fill("weight:abc dragon")
    expect(page.locator("lm-search .mirror u")).to_have_text("abc")
    _box(page).fill("zzzzzz")
    nothing = page.locator("lm-catalogue .nothing")
    expect(nothing).to_contain_text("Nothing found")
    _box(page).fill("rank:>=x foo")
    expect(nothing).to_contain_text("rank: takes a number")
    expect(nothing).not_to_contain_text("Nothing found")
    expect(nothing.locator("button")).to_have_count(0)


def test_escape_leaves_the_text_and_undo_brings_it_back(page: Page) -> None:
    _box(page).click()
    page.keyboard.type("night", delay=20)
    expect(page.locator("lm-search [role=option]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("lm-search [role=option]")).to_have_count(0)
    expect(_box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(_box(page)).not_to_be_focused()
    expect(_box(page)).to_have_value("night")
    page.get_by_role("button", name="Clear search", exact=True).click()
    expect(_box(page)).to_have_value("")
    _count(page, COUNT)
    page.keyboard.press("Control+z")
    expect(_box(page)).to_have_value("night")
    _count(page, 6)


def test_the_help_closes_with_escape_and_gives_way_to_what_is_typed(page: Page) -> None:
    turn = page.locator("lm-search").get_by_role("button", name="What can be searched for")
    turn.click()
    expect(page.locator("lm-search .help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("lm-search .help")).to_have_count(0)
    turn.click()
    expect(page.locator("lm-search .help")).to_be_visible()
    _box(page).click()
    page.keyboard.type("nig")
    expect(page.locator("lm-search .help")).to_have_count(0)
    expect(page.locator("lm-search [role=option]").first).to_be_visible()


def test_a_value_is_included_then_left_out_then_let_be(page: Page) -> None:
    pony = _filter(page, "Base model", "Pony")
    pony.click()
    _count(page, 8)
    expect(_filter(page, "Base model", "SD 1.5")).to_contain_text("8")
    pony.click()
    _count(page, 16)
    expect(_chips(page)).to_have_class("chip out")
    expect(_chips(page)).to_have_text("Not base model: Pony")
    pony.click()
    _count(page, COUNT)
    _filter(page, "Tag", "ink").click(button="right")
    _count(page, 12)
    expect(_chips(page)).to_have_attribute("aria-label", "Remove the filter not Tag: ink")
    _chips(page).click()
    _count(page, COUNT)


def test_a_second_click_on_the_same_spot_is_for_the_same_value(page: Page) -> None:
    _filter(page, "Folder", "styles").locator("xpath=../*[contains(@class, 'twist')]").click()
    for group, value, found in [("Base model", "SD 1.5", 8), ("Tag", "night", 6), ("Folder", "oil", 12)]:
        line = _filter(page, group, value)
        line.hover()
        before = line.bounding_box()
        assert before
        x, y = before["x"] + 20, before["y"] + before["height"] / 2
        lines = page.locator("lm-facets .line")
        shown = lines.count()
        page.mouse.click(x, y)
        _count(page, found)
        expect(line).to_have_class(re.compile("include"))
        page.wait_for_timeout(400)  # The counts and the folders come after the cards.
        assert (line.bounding_box(), lines.count()) == (before, shown)
        page.mouse.click(x, y)
        _count(page, COUNT - found)
        expect(line).to_have_class(re.compile("exclude"))
        page.wait_for_timeout(400)
        assert (line.bounding_box(), lines.count()) == (before, shown)
        page.mouse.click(x, y)
        _count(page, COUNT)


def test_all_tags_must_hold_or_any(page: Page) -> None:
    _filter(page, "Tag", "night").click()
    _filter(page, "Tag", "ink").click()
    _count(page, 6)
    pair = page.locator("lm-facets section[aria-label=Tag] .pair")
    expect(pair.locator("[aria-pressed=true]")).to_have_text("all")
    pair.get_by_role("button", name="Any of the chosen").click()
    expect(pair.locator("[aria-pressed=true]")).to_have_text("any")
    _count(page, 12)
    page.locator("lm-active-filters").get_by_role("button", name="Clear filters").click()
    _count(page, COUNT)


def test_the_question_outlives_a_reload_and_back_undoes_it(page: Page) -> None:
    _filter(page, "Base model", "Pony").click()
    _count(page, 8)
    page.keyboard.press("/")
    page.keyboard.type("tag:ink", delay=30)
    _count(page, 4)
    expect(page).to_have_url(re.compile(r"#catalogue\?q=tag:ink&include=base:Pony$"))
    page.reload()
    _count(page, 4)
    expect(_box(page)).to_have_value("tag:ink")
    page.go_back()
    _count(page, 8)
    expect(_box(page)).to_have_value("")
    page.go_back()
    _count(page, COUNT)
    page.go_forward()
    _count(page, 8)


def test_folders_open_with_the_arrows_and_stay_open(page: Page) -> None:
    tree = page.get_by_role("tree", name="Folder")
    expect(tree.get_by_role("treeitem")).to_have_count(1)
    tree.get_by_role("treeitem").focus()
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    page.keyboard.press("ArrowRight")
    expect(tree.get_by_role("treeitem").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    _count(page, 12)
    expect(_chips(page)).to_contain_text("Folder: styles/ink")
    page.keyboard.press("ArrowLeft")
    expect(tree.get_by_role("treeitem").first).to_be_focused()
    page.reload()
    expect(tree.get_by_role("treeitem")).to_have_count(3)


def test_a_long_list_of_values_is_searched(page: Page) -> None:
    section = page.locator("lm-facets section[aria-label=Tag]")
    section.get_by_role("button", name="Find: Tag").click()
    section.locator("input").fill("tag0")
    expect(section.locator(".line")).to_have_count(10)
    section.locator(".line", has_text="tag07").click()
    _count(page, 1)


def test_filters_are_saved_applied_replaced_deleted_and_brought_back(page: Page) -> None:
    _filter(page, "Base model", "Pony").click()
    saved = page.locator("lm-saved")
    saved.get_by_role("button", name="Save these filters").click()
    page.keyboard.type("My ponies")
    page.keyboard.press("Enter")
    expect(saved.locator(".line")).to_have_text("My ponies")
    expect(saved.locator(".line")).to_have_attribute("aria-pressed", "true")
    _filter(page, "Tag", "ink").click()
    _count(page, 4)
    saved.locator(".line").click()
    _count(page, 8)
    _filter(page, "Tag", "ink").click()
    saved.get_by_role("button", name="Save these filters").click()
    page.keyboard.type("My ponies")
    expect(saved.locator("form button")).to_have_text("Replace")
    page.keyboard.press("Enter")
    expect(saved.locator("form")).to_have_count(0)
    page.goto(page.url.partition("#")[0])
    page.reload()
    saved.locator(".line").click()
    _count(page, 4)
    saved.get_by_role("button", name="Save these filters").click()
    expect(saved.locator("input")).to_have_value("My ponies")
    page.keyboard.type("Ink ponies")
    expect(saved.locator("form button")).to_have_text("Rename")
    page.keyboard.press("Enter")
    expect(saved.locator(".line")).to_have_text("Ink ponies")
    saved.get_by_role("button", name="Delete the saved filters Ink ponies").click()
    expect(saved.locator(".line")).to_have_count(0)
    page.locator("lm-toasts").get_by_role("button", name="Undo").click()
    expect(saved.locator(".line")).to_have_text("Ink ponies")
    saved.get_by_role("button", name="Delete the saved filters Ink ponies").click()
    expect(saved.locator(".line")).to_have_count(0)


def test_nothing_found_offers_what_may_have_been_meant(page: Page) -> None:
    _box(page).fill("lantren")
    nothing = page.locator("lm-catalogue .nothing")
    nothing.get_by_role("button", name="Did you mean").click()
    _count(page, COUNT)
    _filter(page, "Base model", "Pony").click()
    _filter(page, "Tag", "night").click()
    _box(page).fill("tag:oil")
    nothing.get_by_role("button", name="12 match without these filters").click()
    _count(page, 12)
    expect(_chips(page)).to_have_count(0)


def test_on_a_telephone_the_filters_lie_over_the_cards(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server.url)
    wait_for_cards(page)
    page.get_by_role("button", name="Filters", exact=True).tap()
    _filter(page, "Base model", "Pony").tap()
    _count(page, 8)
    page.get_by_role("button", name="Show 8", exact=True).tap()
    expect(page.locator("lm-facets")).to_be_hidden()
    page.get_by_role("button", name="Filters", exact=True).tap()
    page.get_by_role("button", name="Close the filters").tap()
    expect(page.locator("lm-facets")).to_be_hidden()
    _box(page).tap()
    page.keyboard.type("nigh")
    page.locator("lm-search [role=option]", has_text="night").first.tap()
    expect(_box(page)).to_have_value(re.compile("night"))
    context.close()


def test_what_does_not_fit_the_model_is_hidden_and_said_so(
    browser: Browser, server: LiveServer, tmp_path: Path
) -> None:
    model = tmp_path / "sd_xl_base.safetensors"
    model.write_bytes(network_file_bytes({"conditioner.embedders.1.model.ln_final.weight": ("F16", (8,))}))
    with_model = start_server(tmp_path / "state", server.lora_dir, "--model", str(model))
    with_model.scan()
    context = new_context(browser)
    page = context.new_page()
    page.goto(with_model.url)
    wait_for_cards(page)
    _count(page, 16)
    expect(page.locator("lm-active-filters .fit")).to_contain_text("8 hidden because they do not fit SDXL")
    page.locator("lm-active-filters").get_by_role("button", name="Show all").click()
    _count(page, COUNT)
    page.reload()
    _count(page, COUNT)
    page.get_by_role("switch", name="Fits SDXL").click()
    _count(page, 16)
    context.close()
    with_model.stop()
