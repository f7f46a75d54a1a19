"""The Recommend tab as a user works with it: against the real server and the demo's LoRAs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect

from tests.browser.details import prompt, toast
from tests.helpers.live_server import LiveServer
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser

PROMPT = "misty mountains at dawn, an ink wash dragon, paper lanterns over the sea"


@pytest.fixture
def page(blank: WatchedPage, server: LiveServer) -> Page:
    """The Recommend tab, without a prompt."""
    blank.page.goto(f"{server.url}#recommend")
    expect(tab(blank.page)).to_contain_text("What do you want to draw?")
    return blank.page


def tab(page: Page) -> Locator:
    """The Recommend tab."""
    return page.locator("lm-recommend")


def write(page: Page, text: str) -> None:
    """Write a prompt."""
    tab(page).locator("textarea").fill(text)


def rows(page: Page) -> Locator:
    """The suggestions."""
    return tab(page).locator("li[data-id]")


def named(page: Page, name: str) -> Locator:
    """The suggestion of that name."""
    return rows(page).filter(has=page.locator(".name", has_text=name))


def names(page: Page) -> list[str]:
    """What is suggested, in order."""
    return rows(page).locator(".name").all_inner_texts()


def told(page: Page) -> list[dict[str, Any]]:
    """A list that grows by what is told of suggestions."""
    sent: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/feedback") and request.method == "POST":
            sent.append(json.loads(request.post_data or "null"))

    page.on("request", note)
    return sent


def suggested(page: Page, text: str = PROMPT) -> Locator:
    """Write a prompt; the first suggestion."""
    write(page, text)
    expect(rows(page).first).to_be_visible()
    return rows(page).first


def test_a_prompt_is_answered_while_it_is_written_and_older_answers_are_dropped(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/recommend") else None)
    box = tab(page).locator("textarea")
    box.press_sequentially("paper lanterns", delay=20)
    expect(rows(page).filter(has_text="Lanterns").first).to_be_visible()
    box.fill("ink wash dragon")
    expect(rows(page).first).to_contain_text("Ink Wash Dragon")
    assert len(asked) <= 3


def test_each_says_why_with_the_words_that_matched_and_its_shares(page: Page) -> None:
    row = suggested(page, "an ink wash dragon")
    expect(row).to_contain_text("Ink Wash Dragon")
    expect(row.locator(".why em").first).to_be_visible()
    why = row.get_by_role("button", name="Why Ink Wash Dragon")
    why.click()
    expect(why).to_have_attribute("aria-expanded", "true")
    shares = row.locator(".share .percent").all_inner_texts()
    assert 97 <= sum(int(share.split()[0]) for share in shares) <= 103
    expect(row.locator("blockquote")).to_contain_text("ink wash dragon")
    page.keyboard.press("Escape")
    expect(row.locator(".inside")).to_have_count(0)
    expect(why).to_be_focused()


def test_what_lies_over_the_list_goes_when_one_turns_elsewhere(page: Page) -> None:
    row = suggested(page)
    place = rows(page).nth(1).bounding_box()
    row.get_by_role("button", name="Why").click()
    expect(row.locator(".inside")).to_be_visible()
    assert rows(page).nth(1).bounding_box() == place
    tab(page).locator("h2").click()
    expect(row.locator(".inside")).to_have_count(0)


def test_it_goes_in_at_the_weight_that_was_set_and_the_list_stays(page: Page) -> None:
    sent = told(page)
    row = suggested(page)
    name = row.locator(".name").inner_text()
    before = names(page)
    weight = row.get_by_role("spinbutton", name=f"Weight of {name}")
    weight.fill("0,45")
    weight.press("Enter")
    row.get_by_role("button", name=f"Insert {name}").click()
    expect(row).to_contain_text("In prompt 0.45")
    assert ":0.45>" in prompt(page)
    page.wait_for_timeout(600)
    assert names(page) == before
    assert [one["kind"] for one in sent] == ["inserted"]
    assert sent[0]["position"] == 0
    assert sent[0]["session"]
    tab(page).locator("textarea").press_sequentially(", at dusk")
    page.wait_for_timeout(800)
    expect(named(page, name)).to_have_count(1)
    row.get_by_role("button", name=f"Take {name} out").click()
    expect(row.get_by_role("button", name=f"Insert {name}")).to_be_visible()
    assert "<lora:" not in prompt(page)


def test_chips_tell_what_the_prompt_asks_for_and_cut_the_list(page: Page) -> None:
    suggested(page)
    chips = tab(page).get_by_role("group", name="What the prompt asks for")
    dragon = chips.get_by_role("button", name="ink wash dragon")
    count = int(dragon.locator(".dim").inner_text())
    assert 0 < count < rows(page).count()
    dragon.click()
    expect(rows(page)).to_have_count(count)
    expect(rows(page).locator(".name", has_text="Ink Wash Dragon")).to_have_count(1)
    dragon.click()
    assert rows(page).count() > count


def test_what_is_not_for_me_goes_and_comes_back_by_undo(page: Page, server: LiveServer) -> None:
    sent = told(page)
    row = suggested(page)
    before, name = names(page), row.locator(".name").inner_text()
    row.get_by_role("button", name=f"{name} is not for me").click()
    expect(named(page, name)).to_have_count(0)
    expect(toast(page)).to_contain_text(f"Less like {name}")
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Taken back")
    assert names(page) == before
    row.get_by_role("button", name="Not for this prompt").click()
    expect(named(page, name)).to_have_count(0)
    expect(rows(page).first.get_by_role("button", name="Insert")).to_be_focused()
    write(page, f"{PROMPT}, soft light")
    page.wait_for_timeout(800)
    expect(named(page, name)).to_have_count(0)
    toast(page).get_by_role("button", name="Undo").click()
    expect(named(page, name)).to_have_count(1)
    assert [one["kind"] for one in sent] == ["dismissed", "not_here"]


def test_a_liked_one_stays_marked_until_it_is_unliked(page: Page) -> None:
    row = suggested(page)
    name = row.locator(".name").inner_text()
    row.get_by_role("button", name=f"More like {name}").click()
    liked = row.get_by_role("button", name="Liked")
    expect(liked).to_have_attribute("aria-pressed", "true")
    expect(toast(page)).to_contain_text(f"More like {name}")
    liked.click()
    expect(row.get_by_role("button", name=f"More like {name}")).to_be_visible()


def test_only_what_was_read_and_left_counts_as_passed_over(page: Page) -> None:
    sent = told(page)
    suggested(page)
    rows(page).nth(1).get_by_role("button", name="Insert").click()
    expect(rows(page).nth(1)).to_contain_text("In prompt")
    page.wait_for_timeout(5200)
    rows(page).nth(2).get_by_role("button", name="Insert").click()
    expect(rows(page).nth(2)).to_contain_text("In prompt")
    page.wait_for_timeout(300)
    shown = [int(id_) for id_ in rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)")]
    told_of = [("inserted", shown[1]), ("inserted", shown[2]), ("ignored", shown[0])]
    assert [(one["kind"], one["id"]) for one in sent] == told_of


def test_the_kinds_are_changed_by_keys_and_each_says_what_it_needs(page: Page) -> None:
    kinds = tab(page).get_by_role("tablist", name="What to look for")
    kinds.get_by_role("tab", selected=True).focus()
    says = (
        "What should it look like?",
        "No LoRA in the prompt yet",
        "What do you want to draw?",
        "Which word do you remember?",
    )
    for text in says:
        page.keyboard.press("ArrowRight")
        expect(tab(page).get_by_role("tabpanel")).to_contain_text(text)
    page.keyboard.press("ArrowRight")
    expect(kinds.get_by_role("tab", name="For this prompt")).to_be_focused()


def test_a_trigger_word_is_found_by_a_part_and_misspelt(page: Page) -> None:
    tab(page).get_by_role("tab", name="By trigger word").click()
    word = tab(page).get_by_role("searchbox", name="Trigger word")
    word.fill("sumi")
    expect(rows(page).first).to_contain_text("sumi-e (a part)")
    word.fill("lanturn")
    expect(rows(page).first).to_contain_text("(similar)")
    word.fill("zzqqxxy")
    expect(tab(page)).to_contain_text("Nothing fits")


def test_a_description_and_what_goes_with_these_and_the_forgotten_are_found(page: Page) -> None:
    tab(page).get_by_role("tab", name="By description").click()
    tab(page).get_by_role("searchbox", name="Description").fill("moody film light, not anime")
    expect(rows(page).first).to_be_visible()
    write(page, "an ink wash dragon")
    tab(page).get_by_role("tab", name="Forgotten ones").click()
    expect(rows(page).first).to_be_visible()
    rows(page).first.get_by_role("button", name="Insert").click()
    expect(rows(page).first).to_contain_text("In prompt")
    tab(page).get_by_role("tab", name="Goes with these").click()
    expect(tab(page).get_by_role("tabpanel")).to_contain_text("Goes with what is in your prompt")


def test_a_server_that_fails_is_said_with_a_way_on(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context()
    page = context.new_page()
    failing: list[bool] = [True]

    def answer(route: Route) -> None:
        if failing:
            route.fulfill(status=500, json={"detail": "The index is broken.", "code": "broken"})
        else:
            route.continue_()

    page.route("**/api/v1/recommend", answer)
    page.goto(f"{server.url}#recommend")
    write(page, PROMPT)
    expect(tab(page)).to_contain_text("The index is broken.")
    failing.clear()
    tab(page).get_by_role("button", name="Try again").click()
    expect(rows(page).first).to_be_visible()
    context.close()


def test_it_fits_a_phone(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 400, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server.url}#recommend")
    row = suggested(page)
    row.get_by_role("button", name="Why").click()
    expect(row.locator(".inside")).to_be_visible()
    width = "document.querySelector('lm-recommend').shadowRoot.querySelector('.page')"
    assert page.evaluate(f"{width}.scrollWidth - {width}.clientWidth") <= 0
    buttons = "[...row.shadowRoot.querySelectorAll('button')]"
    outside = f"row => {buttons}.filter(button => button.getBoundingClientRect().right > 392).length"
    assert row.locator("lm-suggestion").evaluate(outside) == 0
    context.close()


def test_the_box_is_as_high_as_its_text_again_when_that_is_short_again(page: Page) -> None:
    box = tab(page).locator("textarea")
    low = box.evaluate("box => box.clientHeight")
    write(page, "a castle in the fog, " * 200)
    assert box.evaluate("box => box.clientHeight") > 2 * low
    write(page, "a castle")
    assert box.evaluate("box => box.clientHeight") == low
    box.evaluate("box => { box.style.height = '150px'; }")
    write(page, "a")
    assert box.evaluate("box => box.style.height") == "150px"


def test_what_the_prompt_says_nothing_of_waits_behind_a_button(page: Page) -> None:
    def unexplained(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        body["items"] = [{**item, "why": [], "matched": []} if n % 2 else item for n, item in enumerate(body["items"])]
        route.fulfill(response=answer, json=body)

    page.route("**/recommend", unexplained)
    suggested(page)
    few = rows(page).count()
    more = tab(page).get_by_role("button", name="less sure")
    more.click()
    expect(more).to_have_count(0)
    assert rows(page).count() > few
