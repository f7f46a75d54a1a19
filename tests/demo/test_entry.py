from __future__ import annotations

from pathlib import PureWindowsPath

from lora_manager.demo.entry import Entry
from lora_manager.demo.make import ENTRIES
from lora_manager.formats.file_names import why_unusable


def test_lists_are_read_as_people_write_them() -> None:
    entry = Entry("styles/x", "X", "SD 1.5", "sky", "#000000 #ffffff", "a, b | c", "one, two,", "About.")
    assert entry.trained_words == ("a, b", "c")
    assert entry.tag_list == ("one", "two")
    assert entry.palette == ("#000000", "#ffffff")
    assert Entry("x", "X", "SD 1.5", "sky", "", "", "", "").trained_words == ()


def test_every_system_can_hold_the_demos_files() -> None:
    for entry in ENTRIES:
        for part in entry.path.split("/"):
            assert why_unusable(f"{part}.safetensors") == ""
    paths = [PureWindowsPath(entry.path) for entry in ENTRIES]
    assert len(set(paths)) == len(paths), "two that differ by case alone would be one file on Windows"
