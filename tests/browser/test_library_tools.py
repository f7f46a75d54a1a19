"""Files moved and deleted from the page, and what the Library brings back: against the real server."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.host_pages import wait_for_cards
from tests.helpers.live_server import LiveServer

pytestmark = pytest.mark.browser

COUNT = 60
CORNER: Any = {"x": 20, "y": 240}
"""Of a card, where no button is."""


def card(page: Page, index: int) -> Locator:
    """One of the cards that are there."""
    return page.locator("lm-grid .card:not(.skeleton)").nth(index)


def bar(page: Page) -> Locator:
    """What stands in place of the strip while something is selected."""
    return page.locator("lm-selection")


def toast(page: Page) -> Locator:
    """The message at the foot of the page."""
    return page.locator("lm-toasts .toast")


def open_section(page: Page, name: str) -> Locator:
    """A part of the Library."""
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("tab", name=name, exact=True).click()
    return page.locator("lm-library")


def files_in(server: LiveServer) -> set[str]:
    """The network files below the LoRA folder."""
    return {path.relative_to(server.lora_dir).as_posix() for path in server.lora_dir.rglob("*.safetensors")}


def delete_first(page: Page, n: int) -> list[str]:
    """Move the first cards to the trash; their names."""
    names = [card(page, index).locator(".name").inner_text() for index in range(n)]
    for index in range(n):
        card(page, index).click(modifiers=["ControlOrMeta"], position=CORNER)
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("brings them back for 30 days" if n > 1 else "brings it back for 30 days")
    dialog.get_by_role("button", name=f"Delete {n}", exact=True).click()
    expect(toast(page)).to_contain_text(f"Moved {n} LoRA")
    expect(bar(page)).to_have_count(0)
    return names


def test_what_is_deleted_comes_back_by_the_message(page: Page, server: LiveServer) -> None:
    before = files_in(server)
    delete_first(page, 3)
    assert len(files_in(server)) == COUNT - 3
    expect(page.locator("lm-catalogue .count")).to_contain_text(f"{COUNT - 3}")
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Took 3 changes back")
    assert files_in(server) == before
    expect(page.locator("lm-catalogue .count")).to_contain_text(f"{COUNT}")


def test_the_trash_gives_one_back_and_removes_another_for_good(page: Page, server: LiveServer) -> None:
    first, second = delete_first(page, 2)
    library = open_section(page, "Trash")
    trash = library.locator("lm-trash")
    expect(trash.locator("li")).to_have_count(2)
    expect(trash).to_contain_text("30 days left")
    assert page.url.endswith("#library/trash")
    trash.get_by_role("button", name=f"Restore {first}").click()
    expect(toast(page)).to_contain_text(f"Restored {first}")
    expect(trash.locator("li")).to_have_count(1)
    trash.get_by_role("button", name=f"Delete {second} for good").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("cannot be undone")
    dialog.get_by_role("button", name="Cancel").click()
    expect(trash.locator("li")).to_have_count(1)
    page.reload()
    trash.get_by_role("button", name=f"Restore {second}").click()
    expect(trash).to_contain_text("The trash is empty")
    assert len(files_in(server)) == COUNT


def test_many_are_organised_by_a_template_after_a_look_at_every_path(page: Page, server: LiveServer) -> None:
    before = files_in(server)
    page.get_by_role("grid").focus()
    page.keyboard.press("ControlOrMeta+a")
    bar(page).get_by_role("button", name="Files", exact=True).click()
    bar(page).get_by_role("menuitem", name="Organise by template").click()
    dialog = page.get_by_role("dialog")
    template = dialog.get_by_label("Template")
    template.fill("")
    expect(dialog).to_contain_text("Write a template")
    dialog.get_by_role("button", name="Put in Base model").click()
    dialog.get_by_role("button", name="Put in Present file name").click()
    expect(template).to_have_value("{base_model}/{stem}")
    expect(dialog).to_contain_text(f"{COUNT} will move")
    path = dialog.get_by_role("listitem").nth(2)
    expect(path).to_contain_text("SD 1.5/")
    template.press("End")
    page.keyboard.type("{nobody}")
    expect(dialog.get_by_role("alert")).to_contain_text("There is nothing called {nobody}")
    expect(dialog.get_by_role("button", name="Move")).to_be_disabled()
    template.fill("{base_model}/{stem}")
    dialog.get_by_role("button", name=f"Move {COUNT}").click()
    expect(toast(page)).to_contain_text(f"Organised {COUNT} LoRAs")
    assert {path.split("/")[0] for path in files_in(server)} == {"SD 1.5"}
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text(f"Took {COUNT} changes back")
    assert files_in(server) == before


def test_the_history_tells_what_was_done_and_takes_it_back(page: Page, server: LiveServer) -> None:
    for index in (0, 1):
        card(page, index).click(modifiers=["ControlOrMeta"], position=CORNER)
    page.keyboard.press("t")
    expect(page.get_by_role("dialog").get_by_role("combobox", name="Add")).to_be_focused()
    page.keyboard.type("told of")
    page.get_by_role("button", name="Change the tags of 2").click()
    expect(toast(page)).to_contain_text("Tagged 2 LoRAs")
    history = open_section(page, "History").locator("lm-history")
    done = history.locator(".set").first
    expect(done).to_contain_text("Tagged 2 LoRAs: +told of")
    done.get_by_role("button", expanded=False).click()
    changes = done.locator(".changes li")
    expect(changes).to_have_count(2)
    expect(changes.first).to_contain_text("told of")
    changes.first.hover()
    changes.first.get_by_role("button", name="Take back").click()
    expect(history.locator(".set").first).to_contain_text("Took 1 change back")
    history.get_by_role("button", name="Undo: Tagged 2 LoRAs").click()
    expect(history.locator(".set").first).to_contain_text("Undid: Tagged 2 LoRAs")
    expect(history.locator(".set.undone").first).to_contain_text("Tagged 2 LoRAs: +told of")
    assert server.get("adapters?include=tag:told%20of")["total"] == 0


def test_all_goes_back_to_before_a_moment(page: Page, server: LiveServer) -> None:
    for name in ("Mark as favourites", "Make inactive"):
        card(page, 0).click(modifiers=["ControlOrMeta"], position=CORNER)
        bar(page).get_by_role("button", name="Edit", exact=True).click()
        bar(page).get_by_role("menuitem", name=name).click()
        expect(toast(page).last).to_contain_text("1 LoRA")
        page.keyboard.press("Escape")
    history = open_section(page, "History").locator("lm-history")
    marked = history.locator(".set").filter(has_text="Marked 1 LoRA as favourite").first
    expect(marked.locator(".sub").first).to_contain_text("Marked as a favourite")
    marked.get_by_role("button", name="Back to before this").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This takes back 2 changes")
    dialog.get_by_role("button", name="Go back").click()
    expect(history.locator(".set").first).to_contain_text("Went back to")
    expect(toast(page).last.get_by_role("button", name="Undo")).to_be_visible()
    expect(history.locator(".set").first.get_by_role("button", name="Undo: Went back")).to_have_text("Undo")
    assert server.get("adapters?q=is:inactive")["total"] == 0


@pytest.fixture
def copies(server: LiveServer) -> Iterator[list[Path]]:
    """Two LoRAs that lie there once more: one as a copy, the other's name with other content."""
    files = sorted(server.lora_dir.rglob("*.safetensors"))
    folder = server.lora_dir / "downloads"
    folder.mkdir()
    same, named = folder / f"{files[0].stem} copy.safetensors", folder / files[2].name
    shutil.copyfile(files[0], same)
    shutil.copyfile(files[1], named)
    server.scan()
    until = time.monotonic() + 60
    while (hashing := server.get("hashing"))["done"] < hashing["total"]:
        assert time.monotonic() < until, hashing
        time.sleep(0.2)
    yield [same, named]
    shutil.rmtree(folder, ignore_errors=True)
    server.scan()


def test_duplicates_stand_side_by_side_and_the_others_are_deleted(
    page: Page, server: LiveServer, copies: list[Path]
) -> None:
    duplicates = open_section(page, "Duplicates").locator("lm-duplicates")
    expect(duplicates.get_by_role("tab", name="Same file")).to_contain_text("2")
    duplicates.get_by_role("tab", name="Same file").click()
    group = duplicates.get_by_role("article").filter(has_text=copies[0].name)
    expect(group.locator(".item")).to_have_count(2)
    kept = group.get_by_role("radio", checked=True)
    expect(kept).to_have_text("Kept")
    compare = group.get_by_role("button", name="Compare the files first")
    if compare.count():
        compare.click()
    group.get_by_role("radio", checked=False).click()
    expect(group).to_contain_text("You chose the marked one")
    group.get_by_role("radio", checked=False).click()
    stays = group.locator(".item.kept .path").inner_text()
    goes = group.locator(".item:not(.kept) .path").inner_text()
    group.get_by_role("button", name="Delete the other").click()
    expect(page.get_by_role("dialog")).to_contain_text(goes)
    page.get_by_role("dialog").get_by_role("button", name="Delete 1", exact=True).click()
    expect(toast(page)).to_contain_text("Moved 1 LoRA to the trash")
    expect(duplicates.get_by_role("article").filter(has_text=copies[0].name)).to_have_count(0)
    assert Path(stays).exists()
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Took 1 change back")


def test_one_that_no_prompt_reaches_is_renamed(page: Page, server: LiveServer, copies: list[Path]) -> None:
    duplicates = open_section(page, "Duplicates").locator("lm-duplicates")
    duplicates.get_by_role("tab", name="Same name").click()
    group = duplicates.get_by_role("article").first
    expect(group).to_contain_text("The web UI reads this one")
    group.get_by_role("button", name="Rename to").click()
    expect(toast(page)).to_contain_text(f"Renamed to {copies[1].stem}")
    expect(duplicates).to_contain_text("None found")
    toast(page).get_by_role("button", name="Undo").click()
    expect(toast(page)).to_contain_text("Took 1 change back")


def test_settings_are_kept_and_hold_for_the_trash(page: Page, server: LiveServer) -> None:
    settings = open_section(page, "Settings").locator("lm-settings")
    settings.get_by_label("Keep deleted LoRAs for").select_option("7")
    expect(toast(page)).to_contain_text("Saved")
    settings.get_by_label("Write edits into the sidecars at once").check()
    expect(settings.get_by_label("Write edits into the sidecars at once")).to_be_checked()
    assert server.get("settings")["items"]["trash_days"] == 7
    page.reload()
    expect(settings.get_by_label("Keep deleted LoRAs for")).to_have_value("7")
    expect(settings.get_by_label("Write edits into the sidecars at once")).to_be_checked()
    server.request("PATCH", "settings", {"trash_days": 30, "write_back_automatically": False})


def test_back_leads_from_part_to_part_and_keys_go_along_them(page: Page) -> None:
    library = open_section(page, "History")
    expect(library.locator("lm-history")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(library.locator("lm-trash")).to_be_visible()
    assert page.url.endswith("#library/trash")
    page.go_back()
    expect(library.locator("lm-history")).to_be_visible()
    page.get_by_role("tab", name="Overview").click()
    expect(library).to_contain_text("Folders")


def test_who_may_not_change_files_reads_why(browser: Browser, server: LiveServer) -> None:
    context = browser.new_context(viewport={"width": 1500, "height": 900})
    page = context.new_page()

    def restricted(route: Any) -> None:
        answer = route.fetch()
        library = answer.json()
        library["access"] |= {"may_change_settings": False, "reason": "This server is open to others."}
        route.fulfill(response=answer, json=library)

    page.route("**/api/v1/library", restricted)
    page.goto(server.url)
    wait_for_cards(page)
    card(page, 0).click(modifiers=["ControlOrMeta"], position=CORNER)
    expect(bar(page).get_by_role("button", name="Delete")).to_be_disabled()
    bar(page).get_by_role("button", name="Files", exact=True).click()
    expect(bar(page).get_by_role("menu")).to_contain_text("This server is open to others.")
    expect(bar(page).get_by_role("menuitem", name="Move")).to_be_disabled()
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    expect(toast(page)).to_contain_text("This server is open to others.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    settings = open_section(page, "Settings").locator("lm-settings")
    expect(settings).to_contain_text("This server is open to others.")
    expect(settings.get_by_label("Keep deleted LoRAs for")).to_be_disabled()
    context.close()
