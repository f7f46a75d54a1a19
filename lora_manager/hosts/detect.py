"""Which web UI this process is: by what its `modules` package holds, never by a name."""

from __future__ import annotations

import importlib.util

from lora_manager.hosts.web_ui import WebUi


def web_ui() -> WebUi:
    """Return the host we were loaded into. Only called inside one: its `modules` package is imported here."""
    if _is_package("modules.lora"):
        from lora_manager.hosts.sdnext import SdnextHost

        return SdnextHost()
    from lora_manager.hosts.a1111 import A1111Host

    return A1111Host()


def _is_package(name: str) -> bool:
    """Whether there is a package of this name.

    reForge and Classic have a file lora.py in another folder `modules`, and on their path both folders are one package.
    """
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.submodule_search_locations is not None
