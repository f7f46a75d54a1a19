"""Which web UI this process is: by what its `modules` package holds, never by a name."""

from __future__ import annotations

import importlib.util

from lora_manager.hosts.web_ui import WebUi


def web_ui() -> WebUi:
    """Return the host we were loaded into. Only called inside one: its `modules` package is imported here."""
    if importlib.util.find_spec("modules.lora") is not None:
        from lora_manager.hosts.sdnext import SdnextHost

        return SdnextHost()
    from lora_manager.hosts.a1111 import A1111Host

    return A1111Host()
