"""What the tab is made of, with a stand-in for gradio: the hosts bring the real one."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType, TracebackType
from typing import Any

import pytest

from lora_manager.ui.mounts import PARTS, mount_html


class _Block:
    """Notes what it was called with and which block it stands in."""

    open: list[_Block]

    def __init__(self, *args: Any, **named: Any) -> None:
        self.args, self.named, self.children = args, named, list[_Block]()
        if _Block.open:
            _Block.open[-1].children.append(self)

    def __enter__(self) -> _Block:
        _Block.open.append(self)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _Block.open.pop()


@pytest.fixture
def tab(monkeypatch: pytest.MonkeyPatch) -> Any:
    gradio = ModuleType("gradio")
    _Block.open = []
    for name in ("Blocks", "Tabs", "Tab", "HTML"):
        setattr(gradio, name, type(name, (_Block,), {}))
    monkeypatch.setitem(sys.modules, "gradio", gradio)
    monkeypatch.delitem(sys.modules, "lora_manager.ui.tab", raising=False)
    module = importlib.import_module("lora_manager.ui.tab")
    yield module
    sys.modules.pop("lora_manager.ui.tab", None)


def test_one_tab_with_five_inner_tabs_and_one_mount_in_each(tab: Any) -> None:
    [(blocks, title, elem_id)] = tab.build_tab()
    assert (title, elem_id) == ("LoRA Manager", "lora_manager")
    assert blocks.named == {"analytics_enabled": False}
    [parts] = blocks.children
    assert parts.named == {"elem_id": "lora_manager_parts"}
    assert [part.args for part in parts.children] == [(part,) for part in PARTS]
    assert [part.named for part in parts.children] == [{"elem_id": f"lora_manager_{p.lower()}"} for p in PARTS]
    assert [[child.args for child in part.children] for part in parts.children] == [[(mount_html(p),)] for p in PARTS]


def test_a_problem_takes_the_place_of_the_parts(tab: Any) -> None:
    [(blocks, _, _)] = tab.build_tab("SQLAlchemy is missing. Restart the web UI.")
    [told] = blocks.children
    assert "SQLAlchemy is missing. Restart the web UI." in told.args[0]
