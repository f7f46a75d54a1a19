"""Callbacks of extensions. One that fails is reported, and the next is called."""

from __future__ import annotations

import inspect
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Callback = Callable[..., Any]
callback_map: dict[str, list[ScriptCallback]] = {
    f"callbacks_{kind}": [] for kind in ("before_ui", "ui_tabs", "app_started", "script_unloaded", "image_saved")
}
reported: list[str] = []


@dataclass
class ScriptCallback:
    script: str
    callback: Callback
    name: str


@dataclass
class ImageSaveParams:
    image: Any
    p: Any
    filename: str
    pnginfo: dict[str, str]


def on_before_ui(callback: Callback, *, name: str | None = None) -> None:
    add_callback(callback_map["callbacks_before_ui"], callback, name=name, category="before_ui")


def on_ui_tabs(callback: Callback, *, name: str | None = None) -> None:
    add_callback(callback_map["callbacks_ui_tabs"], callback, name=name, category="ui_tabs")


def on_app_started(callback: Callback, *, name: str | None = None) -> None:
    add_callback(callback_map["callbacks_app_started"], callback, name=name, category="app_started")


def on_script_unloaded(callback: Callback, *, name: str | None = None) -> None:
    add_callback(callback_map["callbacks_script_unloaded"], callback, name=name, category="script_unloaded")


def on_image_saved(callback: Callback, *, name: str | None = None) -> None:
    add_callback(callback_map["callbacks_image_saved"], callback, name=name, category="image_saved")


def add_callback(
    callbacks: list[ScriptCallback],
    fun: Callback,
    *,
    name: str | None = None,
    category: str = "unknown",
    filename: str | None = None,
) -> None:
    """Without a file name it looks through the stack for one, which takes its time."""
    if filename is None:
        filename = next(frame.filename for frame in inspect.stack() if frame.filename != __file__)
    parts = [os.path.basename(filename), category, *([name] if name else [])]
    callbacks.append(ScriptCallback(filename, fun, "/".join(parts)))


def call(kind: str, *args: Any) -> list[Any]:
    results = []
    for registered in callback_map.get(f"callbacks_{kind}", []):
        try:
            results.append(registered.callback(*args))
        except Exception:  # noqa: BLE001 - as the host
            reported.append(f"{kind}: {traceback.format_exc()}")
    return results


def clear_callbacks() -> None:
    for registered in callback_map.values():
        registered.clear()
