"""Whether the process that began an operation still goes on with it."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone

from lora_manager.services.hashing.lease import has_ended

UNKNOWN_FOR = timedelta(hours=2)
"""So long an operation of another machine's process is left alone. A file of 100 GB is copied in less."""


def is_given_up(owner: str, begun_at: str, own: str) -> bool:
    """Say whether nobody goes on with an operation. `own` is this process, which has not begun anything yet."""
    if owner == own or not owner or has_ended(owner):
        return True
    host, _, rest = owner.partition(":")
    if sys.platform == "win32" and host == own.partition(":")[0]:
        number = rest.partition(":")[0]
        return number.isdecimal() and not _runs_on_windows(int(number))
    if host == own.partition(":")[0]:
        return False
    begun = datetime.fromisoformat(begun_at.replace("Z", "+00:00"))
    return datetime.now(timezone.utc) - begun > UNKNOWN_FOR


def _runs_on_windows(number: int) -> bool:
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, False, number)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return False
        try:
            code = ctypes.c_ulong()
            return bool(kernel.GetExitCodeProcess(handle, ctypes.byref(code))) and code.value == 259  # STILL_ACTIVE
        finally:
            kernel.CloseHandle(handle)
    return True
