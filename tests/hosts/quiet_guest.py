"""A guest that only notes what its host calls, and on which thread."""

from __future__ import annotations

import threading
from typing import Any


class QuietGuest:
    """Implements hosts.web_ui.Guest."""

    def __init__(self) -> None:
        self.servers: list[Any] = []
        self.threads: list[str] = []
        self.unloads = 0

    def tabs(self) -> list[Any]:
        return [("blocks", "LoRA Manager", "lora_manager")]

    def server_started(self, server: Any) -> None:
        self.servers.append(server)
        self.threads.append(threading.current_thread().name)

    def unloaded(self) -> None:
        self.unloads += 1
