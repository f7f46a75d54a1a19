"""Whether the process that began an operation still goes on with it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from lora_manager.processes import has_ended, host_of

UNKNOWN_FOR = timedelta(hours=2)
"""So long an operation of another machine's process is left alone. A file of 100 GB is copied in less."""


def is_given_up(owner: str, begun_at: str, own: str) -> bool:
    """Say whether nobody goes on with an operation. `own` is this process, which has not begun anything yet."""
    if owner in ("", own) or has_ended(owner):
        return True
    if host_of(owner) == host_of(own):
        return False
    begun = datetime.fromisoformat(begun_at.replace("Z", "+00:00"))
    return datetime.now(timezone.utc) - begun > UNKNOWN_FOR
