"""Editing one LoRA in its details: every kind of field, undo, the way back to the source, two tabs at once, history."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.details import field, find, opened, toast, undo, write
from tests.browser.host_pages import wait_for_cards
from tests.helpers.live_server import LiveServer
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_every_kind_of_field_is_edited_in_its_place_and_stays(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    before = find(server, "abyss_lanterns")
    panel = opened(page, before)
    write(panel, "Name", "Lanterns below")
    expect(toast(page)).to_contain_text("Name: Abyss Lanterns → Lanterns below")
    write(panel, "Version", "v9")
    expect(toast(page)).to_contain_text("Version: v3.1 → v9")
    field(panel, "Base model").click()
    combo = panel.get_by_role("combobox", name="Base model")
    combo.fill("illus")
    panel.get_by_role("option", name="Illustrious").click()
    expect(toast(page)).to_contain_text("Base model: SD 1.5 → Illustrious")
    write(panel, "Kind", "my own kind", "combobox")
    expect(toast(page)).to_contain_text("Kind: my own kind")
    panel.get_by_role("group", name="Content level").get_by_role("button", name="R", exact=True).click()
    expect(toast(page)).to_contain_text("Content level: PG → PG, R")
    write(panel, "Order number", "7")
    expect(toast(page)).to_contain_text("Order number: 0 → 7")
    panel.get_by_role("button", name="Rate 4 stars").click()
    expect(toast(page)).to_contain_text("Rating: not rated → 4 stars")
    panel.get_by_role("button", name="Favourite", exact=True).click()
    expect(toast(page)).to_contain_text("Marked as a favourite")
    field(panel, "Weights it works with, as in 0.6 to 0.9").click()
    panel.get_by_role("textbox", name="Weights it works with").fill("0,6-0.9")
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("Least weight: 0.6")
    panel.get_by_role("spinbutton", name="Weight").fill("0.85")
    page.keyboard.press("Tab")
    panel.get_by_role("button", name="Keep 0.85").click()
    expect(toast(page)).to_contain_text("Weight: 0.7 → 0.85")
    field(panel, "Negative prompt").click()
    panel.get_by_role("textbox", name="Negative prompt").fill("blurry,\nlowres")
    page.keyboard.press("Control+Enter")
    expect(toast(page)).to_contain_text("Negative prompt")
    panel.get_by_role("button", name="Edit: Description").click()
    box = panel.get_by_role("textbox", name="Description")
    box.press("Control+End")
    box.press_sequentially(" Best <at> dusk.")
    page.keyboard.press("Control+Enter")
    expect(toast(page)).to_contain_text("Description")
    notes = panel.get_by_role("textbox", name="Notes")
    notes.fill("at dusk")
    notes.blur()
    expect(toast(page)).to_contain_text("Notes of Lanterns below saved")
    page.reload()
    wait_for_cards(page)
    after = find(server, "abyss_lanterns")
    expected = {
        "name": "Lanterns below",
        "version": "v9",
        "base_model": "Illustrious",
        "archetype": "my own kind",
        "nsfw_level": 5,
        "ordinal": 7,
        "rating": 4,
        "favourite": True,
        "weight_min": 0.6,
        "weight_max": 0.9,
        "weight": 0.85,
        "negative_text": "blurry,\nlowres",
        "notes": "at dusk",
    }
    assert {name: after[name] for name in expected} == expected
    assert after["description_html"].startswith("<p>What looks back.</p>"), "its form is kept"
    assert "Best &lt;at&gt; dusk." in after["description_html"]
    panel = opened(page, after)
    expect(panel).to_contain_text("Civitai says: v3.1")
    expect(panel).to_contain_text("0.6 to 0.9")


def test_escape_takes_back_and_leaving_saves(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "aurora_night")
    panel = opened(page, detail)
    field(panel, "Version").click()
    box = panel.get_by_role("textbox", name="Version")
    box.fill("never")
    box.press("Escape")
    expect(field(panel, "Version")).to_be_focused()
    expect(panel).to_be_visible()
    field(panel, "Version").press("Enter")
    box.fill("by leaving")
    panel.get_by_role("textbox", name="Notes").focus()
    expect(toast(page)).to_contain_text("by leaving")
    assert find(server, "aurora_night")["version"] == "by leaving"


def test_tags_are_added_by_list_and_completion_and_removed(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    panel = opened(page, find(server, "forest_stag"))
    before = find(server, "forest_stag")["tags"]
    panel.get_by_role("button", name="Edit the tags").click()
    box = panel.get_by_role("combobox", name="Add tags")
    box.evaluate("""box => {
        const data = new DataTransfer();
        data.setData('text/plain', 'Dusk, fog;dusk');
        const how = { clipboardData: data, bubbles: true, composed: true, cancelable: true };
        box.dispatchEvent(new ClipboardEvent('paste', how));
    }""")
    box.fill("underw")
    panel.get_by_role("option", name="underwater").click()
    panel.get_by_role("button", name=f"Remove {before[0]}", exact=True).click()
    box.fill("typed only")
    panel.get_by_role("button", name="Done").click()
    expect(toast(page)).to_contain_text("Tags: +Dusk +fog +underwater +typed only")
    wanted = [*before[1:], "Dusk", "fog", "underwater", "typed only"]
    assert find(server, "forest_stag")["tags"] == wanted
    undo(page)
    assert find(server, "forest_stag")["tags"] == before
    expect(panel.get_by_role("button", name="Dusk")).to_have_count(0)


def test_trigger_words_change_move_and_group(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "celestial_gold")
    panel = opened(page, detail)
    first = detail["trigger_groups"][0]
    panel.get_by_role("button", name="Edit the trigger words").click()
    panel.get_by_role("textbox", name="Add words to group 1").fill("gilded, stars")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name=first[0], exact=True).click()
    panel.get_by_role("textbox", name=f"Change {first[0]}").fill("gold leaf")
    page.keyboard.press("Enter")
    panel.locator("lm-words").get_by_role("button", name="stars", exact=True).click()
    panel.get_by_role("button", name="Move to the left").click()
    panel.get_by_role("combobox", name="Its group").select_option(label="Move to a new group")
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(toast(page)).to_contain_text("+gold leaf +gilded +stars")
    wanted = [["gold leaf", *first[1:], "gilded"], *detail["trigger_groups"][1:], ["stars"]]
    assert find(server, "celestial_gold")["trigger_groups"] == wanted
    groups = panel.get_by_role("group", name="Words 2")
    groups.get_by_role("button", name="Put only these words into the prompt").click()
    strip = page.locator("lm-catalogue lm-strip")
    expect(strip).to_contain_text(detail["name"])
    text = page.evaluate("document.querySelector('lm-app').session.prompt.state.text")
    assert "stars" in text
    assert "gilded" not in text
    panel.get_by_role("button", name="Put only “gilded” into the prompt").click()
    page.wait_for_function("() => document.querySelector('lm-app').session.prompt.state.text.includes('gilded')")
    assert "gold leaf" not in page.evaluate("document.querySelector('lm-app').session.prompt.state.text")


def test_a_value_goes_back_to_its_source_alone_or_with_all(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "clay_playground")
    panel = opened(page, detail)
    write(panel, "Version", "mine")
    expect(panel).to_contain_text(f"Civitai says: {detail['version']}")
    panel.get_by_role("button", name="Reset to source").click()
    expect(field(panel, "Version")).to_contain_text(detail["version"])
    assert find(server, "clay_playground")["edited"] == []
    write(panel, "Version", "mine")
    write(panel, "Name", "Mine too")
    expect(panel.get_by_role("heading", name="Mine too")).to_be_visible()
    panel.locator("summary", has_text="Where each value comes from").click()
    panel.locator("summary", has_text="Reset all 2 edited values to their sources").click()
    panel.get_by_role("button", name="Reset all to source", exact=True).click()
    expect(panel.get_by_role("heading", name=detail["name"])).to_be_visible()
    after = find(server, "clay_playground")
    assert (after["version"], after["name"], after["edited"]) == (detail["version"], detail["name"], [])
    undo(page)
    expect(panel.get_by_role("heading", name="Mine too")).to_be_visible()


def test_two_tabs_lose_nothing(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "comic_burst")
    panel = opened(page, detail)
    field(panel, "Version").click()
    panel.get_by_role("textbox", name="Version").fill("from this tab")
    status, _ = server.request("PATCH", f"adapters/{detail['id']}", {"version": "from the other"})
    assert status == 200
    expect(panel.locator("header")).to_contain_text("from the other")  # the news came, and did not undo what is typed
    page.keyboard.press("Enter")
    conflict = panel.get_by_role("alert")
    expect(conflict).to_contain_text("from this tab")
    expect(conflict).to_contain_text("from the other")
    assert find(server, "comic_burst")["version"] == "from the other"
    conflict.get_by_role("button", name="Keep mine").click()
    expect(conflict).to_have_count(0)
    expect(field(panel, "Version")).to_contain_text("from this tab")
    assert find(server, "comic_burst")["version"] == "from this tab"
    watched.complaints[:] = [one for one in watched.complaints if "409" not in one]


def test_history_undoes_one_change_and_goes_back(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "crystal_facets")
    panel = opened(page, detail)
    panel.locator("summary", has_text="History").click()
    history = panel.locator("lm-adapter-history")
    write(panel, "Version", "one")
    write(panel, "Version", "two")
    write(panel, "Name", "Facets")
    lines = history.get_by_role("listitem")
    expect(lines.first).to_contain_text(f"Name: {detail['name']} → Facets")
    expect(lines.first).to_contain_text("you, just now")
    lines.filter(has_text="Name:").first.get_by_role("button", name="Undo").click()
    expect(panel.get_by_role("heading", name=detail["name"])).to_be_visible()
    expect(lines.first).to_contain_text("Undone: Name: Facets")
    lines.filter(has_text="→ one").get_by_role("button", name="Back to here").click()
    question = history.get_by_role("alertdialog")
    expect(question).to_contain_text("later change")
    question.get_by_role("button", name="Go back").click()
    expect(field(panel, "Version")).to_contain_text("one")
    assert find(server, "crystal_facets")["version"] == "one"


def test_inactive_is_told_and_taken_back(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    panel = opened(page, find(server, "detail_tweaker_demo"))
    panel.get_by_role("switch", name="Active").click()
    expect(panel.get_by_role("button", name="Make active")).to_be_visible()
    expect(toast(page).get_by_role("button", name="Undo")).to_be_visible()  # shown at once, but saved only now
    assert find_any(server, "detail_tweaker_demo")["active"] is False
    undo(page)
    expect(panel.get_by_role("button", name="Make active")).to_have_count(0)
    assert find(server, "detail_tweaker_demo")["active"] is True


def find_any(server: LiveServer, name: str) -> dict[str, Any]:
    """One that is not listed."""
    found: dict[str, Any] = server.get(f"adapters?q=is:inactive {name}&limit=5".replace(" ", "%20"))["items"][0]
    return found


def test_notes_typed_right_before_a_reload_are_kept_and_escape_takes_them_back(
    watched: WatchedPage, server: LiveServer
) -> None:
    page = watched.page
    detail = find(server, "pixel_meadow")
    notes = opened(page, detail).get_by_role("textbox", name="Notes")
    notes.fill("in the last moment")
    page.reload()
    wait_for_cards(page)
    notes = opened(page, detail).get_by_role("textbox", name="Notes")
    expect(notes).to_have_value("in the last moment")
    notes.focus()
    notes.press_sequentially(" or not")
    notes.press("Escape")
    expect(notes).to_have_value("in the last moment")
    expect(notes).to_be_focused()
    assert find(server, "pixel_meadow")["notes"] == "in the last moment"
