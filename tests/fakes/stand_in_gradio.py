"""As much of gradio as a tab of ours is built with, for hosts that are imitated: the real hosts bring the real one.

What was built can be rendered to the HTML that gradio makes of it, for a page that a browser is shown.
"""

from __future__ import annotations

import sys
from html import escape
from types import ModuleType, TracebackType
from typing import Any

_open: list[Block] = []


class Block:
    """A part of a page, and the parts inside it."""

    def __init__(self, label: str = "", *, elem_id: str = "", **_: Any) -> None:
        self.label, self.elem_id = label, elem_id
        self.children: list[Block] = []
        if _open:
            _open[-1].children.append(self)

    def __enter__(self) -> Block:
        _open.append(self)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _open.pop()

    def render(self) -> str:
        """HTML of this part."""
        inner = "".join(child.render() for child in self.children)
        return f'<div{_id(self.elem_id)} class="block">{inner}</div>'


class Blocks(Block):
    """The page of one tab."""


class Tabs(Block):
    """A row of buttons, one for each part; one part is shown."""

    def render(self) -> str:
        """HTML of the buttons and the parts."""
        buttons = "".join(
            f'<button class="{"selected" if number == 0 else ""}">{escape(child.label)}</button>'
            for number, child in enumerate(self.children)
        )
        parts = "".join(child.render() for child in self.children)
        return f'<div{_id(self.elem_id)} class="tabs"><div class="tab-nav">{buttons}</div>{parts}</div>'


class Tab(Block):
    """One part of Tabs."""

    def render(self) -> str:
        """HTML of the part; the first one is shown by the page's script."""
        inner = "".join(child.render() for child in self.children)
        return f'<div{_id(self.elem_id)} class="tabitem">{inner}</div>'


class HTML(Block):
    """Text that goes into the page as it is."""

    def render(self) -> str:
        """The text itself."""
        return f'<div class="prose"><div>{self.label}</div></div>'


def _id(name: str) -> str:
    return f' id="{escape(name, quote=True)}"' if name else ""


def install() -> None:
    """Stand in for gradio in this process, where there is none."""
    module = ModuleType("gradio")
    for kind in (Blocks, Tabs, Tab, HTML):
        setattr(module, kind.__name__, kind)
    sys.modules.setdefault("gradio", module)
