"""Callbacks by name; what fails in one is reported and the host goes on."""

from __future__ import annotations

import sys
import traceback
from collections import namedtuple
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

ScriptCallback = namedtuple("ScriptCallback", ["script", "callback"])
_KINDS = (
    "app_started", "before_process", "after_process", "model_loaded", "ui_settings", "ui_tabs", "before_image_saved",
    "image_saved", "script_unloaded", "before_ui", "after_ui", "on_reload",
)  # fmt: skip
callback_map: dict[str, list[ScriptCallback]] = {kind: [] for kind in _KINDS}
reported: list[str] = []
"""What went wrong in callbacks; the real host writes it to its log."""


class ImageSaveParams(SimpleNamespace):
    """image, p, filename (relative), pnginfo."""


def call(kind: str, *args: Any) -> list[Any]:
    results = []
    for entry in callback_map[kind]:
        try:
            results.append(entry.callback(*args))
        except Exception:  # noqa: BLE001 - the host shows it and goes on, whatever it is
            reported.append(traceback.format_exc())
    return results


def clear_callbacks() -> None:
    for callbacks in callback_map.values():
        callbacks.clear()


def _adder(kind: str) -> Callable[[Callable[..., Any]], None]:
    def add(callback: Callable[..., Any]) -> None:
        callback_map[kind].append(ScriptCallback(sys._getframe(1).f_code.co_filename, callback))

    return add


on_app_started = _adder("app_started")
on_before_process = _adder("before_process")
on_after_process = _adder("after_process")
on_model_loaded = _adder("model_loaded")
on_ui_settings = _adder("ui_settings")
on_ui_tabs = _adder("ui_tabs")
on_before_image_saved = _adder("before_image_saved")
on_image_saved = _adder("image_saved")
on_script_unloaded = _adder("script_unloaded")
on_before_ui = _adder("before_ui")
on_after_ui = _adder("after_ui")
on_before_reload = _adder("on_reload")


def on_extra_noise(callback: Callable[..., Any]) -> None:
    """Declared by the real host too, and as broken there."""
    callback_map["extra_noise"].append(ScriptCallback("", callback))
