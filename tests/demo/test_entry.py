from __future__ import annotations

from lora_manager.demo.entry import Entry


def test_lists_are_read_as_people_write_them() -> None:
    entry = Entry("styles/x", "X", "SD 1.5", "sky", "#000000 #ffffff", "a, b | c", "one, two,", "About.")
    assert entry.trained_words == ("a, b", "c")
    assert entry.tag_list == ("one", "two")
    assert entry.palette == ("#000000", "#ffffff")
    assert Entry("x", "X", "SD 1.5", "sky", "", "", "", "").trained_words == ()
