"""Processes: who this one is, for rows that say who is at work, and whether another of this machine still runs.

A row whose owner has ended was left behind. Owners are named "host:number", or "host:number:anything".
"""

from __future__ import annotations

import os
import socket
import sys

_QUERY_LIMITED_INFORMATION, _ACCESS_DENIED, _STILL_ACTIVE = 0x1000, 5, 259
"""Of Windows' OpenProcess, GetLastError and GetExitCodeProcess."""


def this_process() -> str:
    """Return the owner's name of this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def host_of(owner: str) -> str:
    """Return the name of the machine that an owner runs on."""
    return owner.partition(":")[0]


def has_ended(owner: str) -> bool:
    """Say whether the owner is known to be gone: a process of this machine that is not there any more."""
    host, _, rest = owner.partition(":")
    number = rest.partition(":")[0]
    if host != socket.gethostname() or not (number.isascii() and number.isdecimal()):
        return False
    return not is_running(int(number))


def is_left_behind(owner: str) -> bool:
    """Say whether nobody goes on with what an owner began, asked before this very process begins anything."""
    return owner in ("", this_process()) or has_ended(owner)


def is_running(number: int) -> bool:
    """Say whether this machine has a process of this number. Where that cannot be known, it has."""
    if sys.platform == "win32":
        return _is_running_on_windows(number)
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _is_running_on_windows(number: int) -> bool:
    if sys.platform == "win32":  # where a signal of 0 would end it
        import ctypes

        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, number)
        if not handle:
            return ctypes.get_last_error() == _ACCESS_DENIED
        try:
            code = ctypes.c_ulong()
            return bool(kernel.GetExitCodeProcess(handle, ctypes.byref(code))) and code.value == _STILL_ACTIVE
        finally:
            kernel.CloseHandle(handle)
    return True
