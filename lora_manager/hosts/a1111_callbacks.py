"""Registering with the callbacks of an AUTOMATIC1111 family host without slowing down its start."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from modules import script_callbacks


def register(kind: str, callback: Callable[..., Any]) -> None:
    """Have the host call back at "ui_tabs", "app_started", "script_unloaded", "image_saved" ...

    The host's own `on_...` look through the whole stack, source files and all, for the file that calls: 20 to 150 ms
    of its start each. So what they do with it is done here, where the host has it in a form that we know. No name is
    given: Classic takes none.
    """
    callbacks = getattr(script_callbacks, "callback_map", {}).get(f"callbacks_{kind}")
    if callbacks is not None and _takes_a_file():
        script_callbacks.add_callback(callbacks, callback, category=kind, filename=__file__)
    elif callbacks is not None and _is_pair():
        callbacks.append(script_callbacks.ScriptCallback(__file__, callback))
    else:
        getattr(script_callbacks, f"on_{kind}")(callback)


def _takes_a_file() -> bool:
    """AUTOMATIC1111, Forge, reForge: the function below can be told the file."""
    add = getattr(script_callbacks, "add_callback", None)
    return add is not None and {"category", "filename"} <= set(inspect.signature(add).parameters)


def _is_pair() -> bool:
    """Classic: an entry is just the file and the function."""
    return getattr(getattr(script_callbacks, "ScriptCallback", None), "_fields", ()) == ("script", "callback")
