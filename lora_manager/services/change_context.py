"""What a piece of work that changes much may know, whether it does something with many or takes something back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lora_manager.services.actor import Actor


@dataclass(frozen=True)
class ChangeContext:
    """The set that the changes go into (0 where none are made), in whose name, how far it is, whether to stop.

    `on_progress` takes done, total and a message.
    """

    set_id: int
    actor: Actor
    on_progress: Callable[[int, int, str], None]
    cancelled: Callable[[], bool]
