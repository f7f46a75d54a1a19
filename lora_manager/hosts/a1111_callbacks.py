"""Registering with the callbacks of an AUTOMATIC1111 family host without slowing down its start."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from modules import script_callbacks


def register(kind: str, callback: Callable[..., Any]) -> None:
    """Have the host call back at "ui_tabs", "app_started", "script_unloaded", "image_saved" ...

    The host's own `on_...` look through the whole stack, source files and all, for the file that calls: 20 to 30 ms
    of its start each. Below them lies a function that can be told the file. No name is given: Classic takes none.
    """
    add = getattr(script_callbacks, "add_callback", None)
    callbacks = getattr(script_callbacks, "callback_map", {}).get(f"callbacks_{kind}")
    if add is None or callbacks is None or not {"category", "filename"} <= set(inspect.signature(add).parameters):
        getattr(script_callbacks, f"on_{kind}")(callback)
    else:
        add(callbacks, callback, category=kind, filename=__file__)
