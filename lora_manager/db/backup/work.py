"""How far a piece of work is, said and asked along the way: it can be shown, and given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lora_manager.errors import LoraManagerError

UNITS = 1000
"""Of how many units progress is told."""


class BackupCancelledError(LoraManagerError):
    """Whoever started the work asked to stop it; it left nothing behind."""

    code = "cancelled"


def _tell_nobody(done: int, total: int, message: str) -> None:
    """Where nobody looks on."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Work:
    """A stretch of a job, from `begin` to `end` of the whole."""

    on_progress: Callable[[int, int, str], None] = _tell_nobody
    cancelled: Callable[[], bool] = _never
    begin: float = 0.0
    end: float = 1.0
    message: str = ""

    def part(self, begin: float, end: float, message: str) -> Work:
        """Return a stretch of this one, called by what is done in it."""
        length = self.end - self.begin
        return replace(self, begin=self.begin + begin * length, end=self.begin + end * length, message=message)

    def at(self, share: float) -> None:
        """Say how much of this stretch is done. Raises BackupCancelledError when it is to stop."""
        if self.cancelled():
            raise BackupCancelledError("Stopped; nothing was left behind.")
        done = self.begin + min(max(share, 0.0), 1.0) * (self.end - self.begin)
        self.on_progress(round(done * UNITS), UNITS, self.message)
