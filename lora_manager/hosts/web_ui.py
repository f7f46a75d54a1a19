"""What a web UI is to us beyond a Host: a page to put a tab in, a server to put routes on, callbacks and flags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from lora_manager.hosts.base import UNKNOWN_MODEL, GenerationResult, Host, LoadedModel
from lora_manager.hosts.protection import Protection

NOT_LOADED = "Not loaded yet: the first image loads it."
WAITING = "Waiting for the host's own generation"
FLAG_DIR = "lora_manager_dir"
FLAG_DATABASE = "lora_manager_db"
FLAG_HOST = "lora_manager_host"
FLAG_FILES = "lora_manager_allow_file_operations"

Tab = tuple[Any, str, str]
"""A gradio Blocks, its title and its elem_id, as every host's `on_ui_tabs` takes it."""


class Guest(Protocol):
    """What the host calls back. Every method is fast and never raises into the host."""

    def tabs(self) -> list[Tab]:
        """Build the tab: while the host builds its page."""

    def server_started(self, server: Any) -> None:
        """The host's FastAPI app is up: put the routes on it."""

    def unloaded(self) -> None:
        """The host is about to load its scripts anew, or to end: stop workers, close the database."""


class WebUi(Host, Protocol):
    """A Host that is a web UI."""

    def attach(self, guest: Guest) -> None:
        """Register the guest with the host's callbacks. Called each time the host loads its scripts."""

    def script_classes(self) -> Sequence[type[Any]]:
        """Classes that must stand in the namespace of the file in `scripts/` for the host to find them."""

    def flag(self, name: str) -> str | None:
        """The value of a flag that preload.py added (FLAG_DIR ...): None when not given, "True" for a switch."""

    def protection(self) -> Protection:
        """What the host's command line says of who may come in."""

    def sub_paths(self) -> Sequence[str]:
        """Prefixes under which routes must be reachable: "" and, where the host does not strip it, its sub-path."""


def never_began(model: LoadedModel | None) -> GenerationResult:
    """Return what came of a run of ours that was cancelled before the host's queue came to it."""
    return GenerationResult((), "", (), (), model or UNKNOWN_MODEL, 0.0, interrupted=True)
