"""Renaming, moving and deleting the file of one LoRA from its details."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.details import find, opened, prompt, toast, tool, undo
from tests.browser.host_pages import wait_for_cards
from tests.helpers.live_server import LiveServer
from tests.helpers.watched_page import WatchedPage

pytestmark = pytest.mark.browser


def test_a_file_is_renamed_the_prompt_follows_and_all_is_undone(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "ember_witch")
    panel = opened(page, detail)
    panel.get_by_role("button", name="Insert", exact=True).click()
    expect(page.locator("lm-catalogue lm-strip")).to_contain_text("Ember Witch")
    tool(panel, "Rename file")
    box = page.get_by_role("textbox", name="New name of the file")
    expect(box).to_be_focused()
    box.fill("con")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Windows")
    box.fill("ember_two")
    expect(page.get_by_role("dialog")).to_contain_text("characters/ember_two.safetensors")
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("Renamed to ember_two. LoRA Manager still finds it under its old name")
    assert (server.lora_dir / "characters" / "ember_two.civitai.info").exists()
    expect(toast(page)).to_contain_text("The prompt calls it <lora:ember_witch:")
    strip = page.locator("lm-catalogue lm-strip")
    strip.get_by_role("button", name="ember_witch is now called ember_two").click()
    assert "<lora:ember_two:" in prompt(page)
    expect(panel).to_contain_text("Formerly")
    page.locator("lm-toasts .toast", has_text="Renamed").get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Taken back")
    assert find(server, "ember_witch")["id"] == detail["id"]
    watched.complaints[:] = [one for one in watched.complaints if "400" not in one]


def test_a_file_is_moved_to_another_folder(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    panel = opened(page, find(server, "moon_fox"))
    tool(panel, "Move file")
    box = page.get_by_role("combobox", name="Folder")
    expect(box).to_be_focused()
    page.go_back()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(panel).to_be_visible()
    tool(panel, "Move file")
    box.fill("night/foxes")
    expect(page.get_by_role("dialog")).to_contain_text("night/foxes/moon_fox.safetensors")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(toast(page)).to_contain_text("Moved to night/foxes/moon_fox.safetensors")
    assert (server.lora_dir / "night" / "foxes" / "moon_fox.json").exists()
    undo(page)
    assert (server.lora_dir / "creatures" / "moon_fox.json").exists()


def test_a_name_that_another_file_has_is_told_before_and_after(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "celestial_gold")
    other = find(server, "forest_stag")
    assert detail["folder"] != other["folder"]
    tool(opened(page, detail), "Rename file")
    box = page.get_by_role("textbox", name="New name of the file")
    box.fill("a/b")
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text("cannot hold /")
    box.fill("forest_stag")
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(f"{other['relative_path']} has this name")
    page.keyboard.press("Enter")
    expect(toast(page)).to_contain_text("Two files share the name forest_stag")
    undo(page)
    expect(toast(page).get_by_role("button", name="Do it again")).to_be_visible()
    assert find(server, "celestial_gold")["id"] == detail["id"]


def test_what_is_deleted_comes_back_by_its_message(watched: WatchedPage, server: LiveServer) -> None:
    page = watched.page
    detail = find(server, "neon_alley")
    path = server.lora_dir / detail["relative_path"]
    tool(opened(page, detail), "Delete")
    expect(page.get_by_role("dialog")).to_contain_text("stay there for 30 days")
    page.get_by_role("button", name="Move to the trash").click()
    expect(toast(page)).to_contain_text("Moved Neon Alley to the trash")
    expect(page.locator("lm-detail")).to_have_count(0)
    assert not path.exists()
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Neon Alley is back")
    expect(page.locator("lm-detail").get_by_role("heading", name="Neon Alley")).to_be_visible()
    assert path.exists()


def test_who_may_not_change_files_reads_why(context: BrowserContext, server: LiveServer) -> None:
    page = context.new_page()

    def only_look(route: Route) -> None:
        answer = route.fetch()
        access = {"login": False, "user_name": None, "may_change_settings": False, "reason": "There is no login."}
        route.fulfill(response=answer, json={**answer.json(), "access": access})

    page.route("**/api/v1/library", only_look)
    page.goto(server.url)
    wait_for_cards(page)
    panel = opened(page, find(server, "pixel_meadow"))
    panel.get_by_role("button", name="More with its file").click()
    expect(panel.get_by_role("menu")).to_contain_text("There is no login.")
    expect(panel.get_by_role("menuitem")).to_have_text(["Read again (your edits stay)"])


def test_what_lies_in_the_trash_is_told_where_a_link_opens_it(watched: WatchedPage, server: LiveServer) -> None:
    detail = find(server, "pixel_twilight")
    status, _ = server.request("DELETE", f"adapters/{detail['id']}", {})
    assert status == 200
    panel = opened(watched.page, detail)
    expect(panel).to_contain_text("It lies in the trash")
    panel.get_by_role("button", name="Bring it back").click()
    expect(toast(watched.page)).to_contain_text("Pixel Twilight is back")
    expect(panel).not_to_contain_text("It lies in the trash")
    assert (server.lora_dir / detail["relative_path"]).exists()
