from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from lora_manager.ui.mounts import PARTS, WAITING, mount_html, problem_html

WEB = Path(__file__).parents[2] / "lora_manager" / "web"


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.names.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _read(html: str) -> _Elements:
    elements = _Elements()
    elements.feed(html)
    return elements


@pytest.mark.parametrize("part", PARTS)
def test_a_mount_is_one_element_of_our_page_with_a_sentence_in_it(part: str) -> None:
    mount = _read(mount_html(part))
    assert mount.names == [f"lm-{part.lower()}"]
    assert mount.text == WAITING
    assert (WEB / part.lower() / f"{mount.names[0]}.js").is_file()


def test_the_parts_stand_in_the_order_of_the_page() -> None:
    elements = (WEB / "core" / "elements.js").read_text(encoding="utf-8")
    assert f"[{', '.join(repr(part.lower()) for part in PARTS)}]" in elements


def test_a_problem_is_told_as_text() -> None:
    told = _read(problem_html("Install <b>sqlalchemy</b> & restart."))
    assert told.names == ["div", "p"]
    assert told.text == "Install <b>sqlalchemy</b> & restart."
