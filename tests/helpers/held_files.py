"""Files that another program has open, as Windows answers for them."""

from __future__ import annotations

import errno
import os
from typing import Any

import pytest

SHARING_VIOLATION = 32


def hold_files(
    monkeypatch: pytest.MonkeyPatch, function: str, times: int, winerror: int | None = SHARING_VIOLATION
) -> list[int]:
    """Have a function of `os` fail `times` times before it works; returns a list of one number, how often it did.

    `winerror` None: refused as other systems do.
    """
    real = getattr(os, function)
    failed = [0]

    def held(*arguments: Any, **options: Any) -> Any:
        if failed[0] >= times:
            return real(*arguments, **options)
        failed[0] += 1
        error = PermissionError(errno.EACCES, "Permission denied")
        if winerror is not None:
            error.winerror = winerror  # type: ignore[attr-defined,unused-ignore] # as Windows has it
        raise error

    monkeypatch.setattr(os, function, held)
    return failed
