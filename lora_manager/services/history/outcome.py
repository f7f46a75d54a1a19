"""What became of taking something back, and how changes of files are taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lora_manager.db.history import StoredChange
from lora_manager.errors import LoraManagerError
from lora_manager.services.change_context import ChangeContext


class CannotUndoError(LoraManagerError):
    """A set or a change cannot be taken back; the message says why."""

    code = "cannot_undo"


@dataclass(frozen=True)
class Skipped:
    """A change that stays, and why."""

    change_id: int
    adapter_id: int | None
    name: str
    field: str
    why: str


@dataclass
class RevertOutcome:
    """How many changes were taken back, and which were not. `set_id` is the set that took them back."""

    reverted: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    set_id: int | None = None

    def add(self, other: RevertOutcome) -> None:
        """Count another one's in."""
        self.reverted += other.reverted
        self.skipped += other.skipped

    def skip(self, change: StoredChange, why: str) -> None:
        """Leave a change as it is."""
        self.skipped.append(Skipped(change.id, change.adapter_id, change.name or "", change.field, why))


Reverter = Callable[[Sequence[StoredChange], ChangeContext], RevertOutcome]
"""Takes back changes of one field ("file", "trash", "sidecar"), given the newest first, and notes what it did."""
