"""Callbacks of extensions. One that fails is reported, and the next is called."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Callback = Callable[..., Any]
callbacks: dict[str, list[Callback]] = {}
reported: list[str] = []


@dataclass
class ImageSaveParams:
    image: Any
    p: Any
    filename: str
    pnginfo: dict[str, str]


def on_before_ui(callback: Callback, *, name: str | None = None) -> None:
    _add("before_ui", callback)


def on_ui_tabs(callback: Callback, *, name: str | None = None) -> None:
    _add("ui_tabs", callback)


def on_app_started(callback: Callback, *, name: str | None = None) -> None:
    _add("app_started", callback)


def on_script_unloaded(callback: Callback, *, name: str | None = None) -> None:
    _add("script_unloaded", callback)


def on_image_saved(callback: Callback, *, name: str | None = None) -> None:
    _add("image_saved", callback)


def _add(category: str, callback: Callback) -> None:
    callbacks.setdefault(category, []).append(callback)


def call(category: str, *args: Any) -> list[Any]:
    results = []
    for callback in callbacks.get(category, []):
        try:
            results.append(callback(*args))
        except Exception:  # noqa: BLE001 - as the host
            reported.append(f"{category}: {traceback.format_exc()}")
    return results


def clear_callbacks() -> None:
    callbacks.clear()
