"""The list in every form: its orders, its views, several selected, and what more a card can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.browser.host_pages import wait_for_cards
from tests.helpers.demo_server import demo_server
from tests.helpers.live_server import LiveServer

pytestmark = pytest.mark.browser

COUNT = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server over the demo's LoRAs, scanned."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", ":0")  # as on a desktop: folders can be opened
        with demo_server(tmp_path_factory.mktemp("demo")) as server:
            yield server


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """One that may use the clipboard."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return context


def names(page: Page) -> list[str]:
    """What the first cards or rows are called."""
    found: list[str] = page.locator("lm-grid [data-index] .name").evaluate_all(
        "all => all.slice(0, 5).map((one) => (one.querySelector('.clip') ?? one).textContent)"
    )
    return found


def cards(page: Page) -> Locator:
    """The cards that are there."""
    return page.locator("lm-grid .card:not(.skeleton)")


def view(page: Page, name: str) -> None:
    """Choose another view."""
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("radio", name=name).click()
    page.keyboard.press("Escape")


def expected(server: LiveServer, sort: str) -> list[str]:
    """What the server says comes first."""
    return [item["name"] for item in server.get(f"adapters?limit=5&sort={sort}")["items"]]


def in_prompt(page: Page) -> Locator:
    """The adapters in the prompt, as the strip shows them."""
    return page.locator("lm-catalogue lm-strip")


def test_an_order_is_chosen_turned_round_and_remembered(page: Page, server: LiveServer) -> None:
    page.get_by_label("Order", exact=True).select_option("downloads")
    expect(cards(page).first).to_contain_text(expected(server, "-downloads")[0])
    assert names(page) == expected(server, "-downloads")
    page.get_by_role("button", name="Descending").click()
    expect(cards(page).first).to_contain_text(expected(server, "downloads")[0])
    page.goto("about:blank")
    page.goto(server.url)
    wait_for_cards(page)
    assert names(page) == expected(server, "downloads")


def test_chance_is_thrown_again(page: Page, server: LiveServer) -> None:
    orders: set[str] = set()
    first = set()

    def is_new(answer: Response) -> bool:
        return "sort=random" in answer.url and sort_in(answer.url) not in orders

    for turn in range(4):
        with page.expect_response(is_new) as thrown:
            if turn == 0:
                page.get_by_label("Order", exact=True).select_option("random")
            else:
                page.get_by_role("button", name="Shuffle again").click()
        orders.add(sort_in(thrown.value.url))
        wanted = expected(server, sort_in(thrown.value.url))
        expect(cards(page).first).to_contain_text(wanted[0])
        assert names(page) == wanted
        first.add(wanted[0])
    assert len(first) > 1, "of sixty, four times the same"


def sort_in(url: str) -> str:
    """The order that was asked for."""
    return parse_qs(urlsplit(url).query)["sort"][0]


def test_cards_of_three_sizes_and_a_table_all_remembered(page: Page, server: LiveServer) -> None:
    columns = {}
    for name in ("Small", "Medium", "Large"):
        view(page, name)
        columns[name] = int(page.get_by_role("grid").get_attribute("aria-colcount") or 0)
    assert columns["Small"] > columns["Medium"] > columns["Large"]
    view(page, "Table")
    rows = page.locator("lm-grid .tr:not(.skeleton)")
    expect(rows.first).to_be_visible()
    page.reload()
    expect(rows.first).to_be_visible()
    assert int(page.get_by_role("grid").get_attribute("aria-rowcount") or 0) == COUNT + 1


def test_the_table_is_ordered_by_its_headings_and_has_the_columns_one_wants(page: Page, server: LiveServer) -> None:
    view(page, "Table")
    size = page.get_by_role("columnheader", name="Size")
    size.get_by_role("button").click()
    expect(size).to_have_attribute("aria-sort", "descending")
    expect(page.locator("lm-grid .tr").first).to_contain_text(expected(server, "-size")[0])
    size.get_by_role("button").click()
    expect(page.locator("lm-grid .tr").first).to_contain_text(expected(server, "size")[0])
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("checkbox", name="Author").check()
    page.get_by_role("checkbox", name="Size").uncheck()
    expect(page.get_by_role("columnheader", name="Author")).to_be_visible()
    expect(size).to_have_count(0)
    page.reload()
    expect(page.get_by_role("columnheader", name="Author")).to_be_visible()


def test_the_same_keys_hold_in_the_table(page: Page) -> None:
    view(page, "Table")
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = names(page)[1]
    expect(page.locator("lm-grid .tr.active")).to_contain_text(second)
    page.keyboard.press("Enter")
    expect(in_prompt(page)).to_contain_text(second)
    page.keyboard.press("End")
    expect(page.locator(f"lm-grid #cell-{COUNT - 1}")).to_be_in_viewport()


def test_several_are_selected_and_inserted_at_once_and_taken_back_at_once(page: Page) -> None:
    first, second, third, fourth, fifth = names(page)
    cards(page).nth(1).click(modifiers=["ControlOrMeta"], position={"x": 20, "y": 240})
    cards(page).nth(3).click(modifiers=["Shift"], position={"x": 20, "y": 240})
    bar = page.locator("lm-selection")
    expect(bar).to_contain_text("3 selected")
    bar.get_by_role("button", name="Insert all 3").click()
    for name in (second, third, fourth):
        expect(in_prompt(page)).to_contain_text(name)
    expect(in_prompt(page)).not_to_contain_text(first)
    expect(in_prompt(page)).not_to_contain_text(fifth)
    expect(bar).to_have_count(0)
    page.locator("lm-toasts").get_by_role("button", name="Undo").click()
    expect(in_prompt(page)).to_contain_text("No LoRA in the prompt yet")


def test_all_are_selected_by_a_key_and_let_go_by_another(page: Page) -> None:
    page.get_by_role("grid").focus()
    page.keyboard.press("ControlOrMeta+a")
    bar = page.locator("lm-selection")
    expect(bar).to_contain_text(f"{COUNT} selected")
    expect(page.locator("lm-grid .card.chosen").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    page.get_by_role("button", name="Select several").click()
    cards(page).nth(2).locator(".name").click()
    expect(bar).to_contain_text("1 selected")
    expect(page.locator("lm-detail")).to_have_count(0)


def test_tag_and_words_are_copied_from_a_card(page: Page, server: LiveServer) -> None:
    item = server.get("adapters?limit=1&sort=name")["items"][0]
    page.get_by_label("Order", exact=True).select_option("name")
    card = cards(page).filter(has_text=item["name"]).first
    card.hover()
    card.get_by_role("button", name="Copy the tag").click()
    expect(page.locator("lm-toasts")).to_contain_text(f"Copied <lora:{item['tag_name']}")
    assert page.evaluate("navigator.clipboard.readText()") == f"<lora:{item['tag_name']}:{item['weight']}>"
    card.get_by_role("button", name="Copy the trigger words").click()
    expect(page.locator("lm-toasts")).to_contain_text("Copied “")
    assert page.evaluate("navigator.clipboard.readText()") == ", ".join(item["trigger_groups"][0])


def test_the_model_page_and_the_folder_open_from_a_card(page: Page) -> None:
    page.context.route("https://civitai.com/**", lambda route: route.fulfill(body="the model's page"))
    opened: list[str] = []

    def folder(route: object) -> None:
        opened.append(route.request.url)  # type: ignore[attr-defined]
        route.fulfill(json={"opened": "/loras/ink.safetensors"})  # type: ignore[attr-defined]

    page.route("**/open-folder", folder)
    card = cards(page).first
    card.hover()
    with page.context.expect_page() as popup:
        card.get_by_role("button", name="Open the model page").click()
    popup.value.wait_for_url("https://civitai.com/models/**")
    card.get_by_role("button", name="Open the folder").click()
    expect(page.locator("lm-toasts")).to_contain_text("Opened /loras/ink.safetensors")
    assert len(opened) == 1


def test_who_is_not_at_the_machine_is_offered_no_folder(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(extra_http_headers={"X-Forwarded-For": "192.168.1.7"})
    page = context.new_page()
    page.goto(server.url)
    wait_for_cards(page)
    cards(page).first.hover()
    expect(cards(page).first.get_by_role("button", name="Copy the tag")).to_be_visible()
    expect(page.get_by_role("button", name="Open the folder")).to_have_count(0)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    name = names(page)[0]
    item = next(item for item in server.get("adapters?limit=5")["items"] if item["name"] == name)
    path = server.get(f"adapters/{item['id']}")["files"][0]["path"]
    expect(page.locator("lm-toasts")).to_contain_text(path)
    page.locator("lm-toasts").get_by_role("button", name="Copy path").click()
    expect(page.locator("lm-toasts")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == path
    context.close()


def test_a_picture_is_seen_large_beside_its_card(page: Page) -> None:
    card = cards(page).nth(8)
    large = page.locator("lm-preview figure")
    card.locator(".pic").hover(position={"x": 60, "y": 60})
    expect(large).to_be_visible()
    around, shown = card.bounding_box(), large.bounding_box()
    assert around is not None
    assert shown is not None
    assert shown["width"] > 1.3 * around["width"]
    assert shown["x"] >= around["x"] + around["width"] or shown["x"] + shown["width"] <= around["x"]
    expect(large.locator("img").last).to_have_js_property("complete", True)
    page.keyboard.press("Escape")
    expect(large).to_be_visible()  # the focus is elsewhere: Escape is not the list's
    page.mouse.move(5, 5)
    expect(large).to_have_count(0)


def test_without_words_the_order_is_by_name_and_with_words_by_relevance(page: Page) -> None:
    order = page.get_by_label("Order", exact=True)
    expect(order).to_have_value("name")
    expect(order.locator("option[value=relevance]")).to_be_disabled()
    page.keyboard.press("/")
    page.keyboard.type("lantern")
    expect(order).to_have_value("relevance")
    order.select_option("size")
    page.get_by_role("combobox", name="Search").fill("")
    expect(order).to_have_value("size")


def test_a_telephone_finds_the_order_beside_the_view(page: Page) -> None:
    page.set_viewport_size({"width": 400, "height": 800})
    page.reload()
    wait_for_cards(page)
    page.get_by_role("button", name="View and order").click()
    page.get_by_role("dialog", name="View and order").get_by_label("Order", exact=True).select_option("downloads")
    expect(cards(page).first.locator(".foot")).to_contain_text("Downloads")


def test_what_comes_below_a_resting_pointer_is_not_shown_large(page: Page) -> None:
    large = page.locator("lm-preview figure")
    cards(page).nth(2).locator(".pic").hover(position={"x": 60, "y": 60})
    expect(large).to_be_visible()
    page.get_by_label("Order", exact=True).select_option("downloads")
    expect(large).to_have_count(0)
    page.get_by_role("grid").focus()
    page.keyboard.press("End")
    expect(page.locator(f"lm-grid #cell-{COUNT - 1}")).to_be_in_viewport()
    page.wait_for_timeout(900)
    expect(large).to_have_count(0)
    cards(page).last.locator(".pic").hover(position={"x": 60, "y": 60})
    expect(large).to_be_visible()


def test_a_card_tells_what_the_list_is_ordered_by(page: Page) -> None:
    page.get_by_label("Order", exact=True).select_option("published")
    expect(cards(page).first.locator(".foot")).to_contain_text("Published")
    expect(cards(page).first.locator(".foot .published")).to_have_text(re.compile(r"\d{4}$"))
    page.get_by_label("Order", exact=True).select_option("name")
    expect(cards(page).first.locator(".foot")).to_contain_text("Weight")


def test_a_long_name_has_two_lines_on_a_small_card(page: Page) -> None:
    view(page, "Small")
    heights = [card.locator(".name").bounding_box() for card in cards(page).all()[:12]]
    assert {round(box["height"]) for box in heights if box} == {18, 36}


def test_a_pointer_on_its_way_loads_no_large_pictures(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/thumbnail/512/" in request.url else None)
    grid = page.get_by_role("grid").bounding_box()
    assert grid is not None
    for row in range(3):
        page.mouse.move(grid["x"] + 20, grid["y"] + 100 + row * 240)
        page.mouse.move(grid["x"] + grid["width"] - 40, grid["y"] + 100 + row * 240, steps=25)
    page.mouse.move(5, 5)
    expect(page.locator("lm-preview figure")).to_have_count(0)
    assert asked == []


def test_a_key_lists_the_keys_and_leads_back(page: Page) -> None:
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("copy the trigger words")
    expect(keys).to_contain_text("ink OR chibi")
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.locator("lm-grid .card.active")).to_contain_text(names(page)[1])
    page.keyboard.press("/")
    page.keyboard.type("?")
    expect(page.get_by_role("combobox", name="Search")).to_have_value("?")
    expect(keys).to_have_count(0)


def test_the_large_picture_follows_the_keyboard(page: Page) -> None:
    page.get_by_role("grid").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("v")
    large = page.locator("lm-preview figure")
    expect(large).to_contain_text(names(page)[0])
    page.keyboard.press("ArrowRight")
    expect(large).to_contain_text(names(page)[1])
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    expect(page.locator("lm-grid .card.active")).to_be_visible()


def test_details_tell_the_network_the_evidence_and_the_hashes(page: Page, server: LiveServer) -> None:
    cards(page).first.locator(".name").click()
    detail = page.locator("lm-detail")
    found = server.get(f"adapters/{server.get('adapters?limit=1')['items'][0]['id']}")
    expect(detail).to_contain_text(found["name"])
    expect(detail).to_contain_text(found["network"]["dtype"])
    expect(detail.get_by_role("list", name="How the base model is known")).to_contain_text(
        found["network"]["evidence"][0]["what"]
    )
    detail.locator("summary", has_text="Files").click()
    expect(detail).to_contain_text(found["files"][0]["path"])
    detail.locator("summary", has_text="Where each value comes from").click()
    expect(detail).to_contain_text("Civitai")
