"""Reading JSON that someone else wrote: only regular files, capped in size, strict where JSON is strict.

Everything that can be wrong with the file ends in one exception, `UnreadableFileError`, with a reason and a remedy.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from lora_manager.errors import UnreadableFileError
from lora_manager.formats.file_names import MAX_WINDOWS_PATH, is_too_long

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
# O_NONBLOCK: a FIFO put in the file's place between stat and open cannot hold us. O_BINARY: Windows would translate
# line ends. Each exists on some systems only.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
# Deeper than this nobody nests. Python's own limit is the one that counts, unless a host has raised it (see below).
_MAX_DEPTH = 500
_TESTED_RECURSION_LIMIT = 2000
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_MAX_INT_DIGITS = 4300  # what Python 3.10.7 and later allow by themselves
_SURROGATE_START = re.compile(r"\\u[dD]")
# An escaped backslash (so that what follows it is not taken for an escape), a whole pair, or half of one.
_SURROGATE_ESCAPE = re.compile(
    r"\\(?:\\|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2}))"
)


@dataclass(frozen=True)
class JsonDocument:
    """A parsed document and the bytes it came from."""

    value: Any
    raw: bytes


ABSENT = "The file is not there any more; scan again."
"""Why a file cannot be read that was found before."""


@contextmanager
def open_regular_file(path: str | Path) -> Iterator[tuple[int, int]]:
    """Open a regular file for reading; yields its descriptor and size.

    Raises UnreadableFileError for anything else (FIFO, device, folder) and for what the system refuses, also while
    the caller reads.
    """
    descriptor = -1
    try:
        # Looked at before it is opened: opening a device can have effects, and a FIFO would wait for a writer.
        _require_regular(os.stat(path).st_mode)
        descriptor = os.open(path, _OPEN_FLAGS)
        status = os.fstat(descriptor)
        _require_regular(status.st_mode)
        yield descriptor, status.st_size
    except FileNotFoundError as error:
        raise UnreadableFileError("unreadable", _why_absent(path)) from error
    except (OSError, ValueError) as error:  # ValueError: a path that no file system can hold
        reason = getattr(error, "strerror", None) or str(error)
        message = f"The file cannot be read ({reason}); check its permissions."
        raise UnreadableFileError("unreadable", message) from error
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def read_json_object(path: str | Path, max_bytes: int = DEFAULT_MAX_BYTES) -> JsonDocument:
    """Read and parse one JSON file.

    Raises UnreadableFileError with kind "empty_file", "broken_json", "too_large", "not_regular" or "unreadable".
    Whether the value is an object, a list or something else is the caller's to judge.
    """
    raw = read_bytes(path, max_bytes)
    return JsonDocument(parse_json(raw), raw)


def read_bytes(path: str | Path, max_bytes: int = DEFAULT_MAX_BYTES) -> bytes:
    """Read one regular file whole. Raises UnreadableFileError with kind "too_large", "not_regular" or "unreadable"."""
    with open_regular_file(path) as (descriptor, size):
        if size > max_bytes:
            _refuse_size(max_bytes)
        return _read_to_end(descriptor, size, max_bytes)


def parse_json(raw: bytes) -> Any:
    """Parse JSON as UTF-8 with or without a byte order mark (UTF-16 only with one).

    NaN and infinities are refused: they cannot be written back as JSON. Half a surrogate pair becomes U+FFFD: it could
    not be encoded. Integers are as large as the text says (up to 4,300 digits): check before storing one.
    Raises UnreadableFileError with kind "empty_file" or "broken_json".
    """
    if not raw.strip(b"\0 \t\r\n"):
        raise UnreadableFileError("empty_file", "The file is empty; delete it or write it again.")
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        # Looked for first, so that the common document is copied by nothing; as an expression, for that finds the
        # backslashes six times as fast as `in` finds either spelling.
        if _SURROGATE_START.search(text):
            text = _SURROGATE_ESCAPE.sub(lambda match: r"\ufffd" if match[1] else match[0], text)
        # With a raised limit the parser of Python 3.10 and 3.11 overruns the stack and takes the process with it.
        if sys.getrecursionlimit() > _TESTED_RECURSION_LIMIT and _depth_exceeds(text, _MAX_DEPTH):
            raise RecursionError
        return _DECODER.decode(text)
    except UnicodeDecodeError as error:
        raise _broken("it is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise _broken(f"{error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise _broken("it is nested too deeply") from error
    except ValueError as error:  # a constant or number refused below, or by Python's own limit on digits
        raise _broken(str(error)) from error


def parse_json_at(text: str, start: int) -> tuple[Any, int] | None:
    """The JSON value that begins at `start` of a longer text, and where it ends.

    None where it is broken or would need one of the precautions of `parse_json`, which can tell what is the matter.
    """
    if sys.getrecursionlimit() > _TESTED_RECURSION_LIMIT:
        return None
    try:
        value, end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return None if _SURROGATE_START.search(text, start, end) else (value, end)


def _depth_exceeds(text: str, limit: int) -> bool:
    if text.count("[") + text.count("{") <= limit:
        return False
    depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        bracket = match[0]
        if bracket in "[{":
            depth += 1
            if depth > limit:
                return True
        elif bracket in "]}":
            depth -= 1
    return False


def _broken(reason: str) -> UnreadableFileError:
    return UnreadableFileError(
        "broken_json", f"The file is not valid JSON: {reason}. Repair it, delete it or download it again."
    )


def _why_absent(path: str | Path, *, windows: bool = os.name == "nt") -> str:
    if is_too_long(path, windows=windows):
        return (
            f"The path has {len(str(path))} characters, and Windows opens {MAX_WINDOWS_PATH}: turn on its long paths "
            "(LongPathsEnabled), or shorten the names of the folders."
        )
    return ABSENT


def _require_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise UnreadableFileError(
            "not_regular", "This is not a regular file (a folder, pipe or device); move it out of the LoRA folder."
        )


def _refuse_size(max_bytes: int) -> NoReturn:
    limit = f"{max_bytes / 1024 / 1024:g} MiB"
    raise UnreadableFileError("too_large", f"The file is larger than {limit}, too large for a record; move it away.")


def _read_to_end(descriptor: int, size: int, max_bytes: int) -> bytes:
    """Read all; the file may grow meanwhile, so the cap holds for what is read, not for what was promised."""
    parts = []
    total = 0
    while part := os.read(descriptor, max(size + 1 - total, 65536)):
        parts.append(part)
        total += len(part)
        if total > max_bytes:
            _refuse_size(max_bytes)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON value")


def _finite_float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(f"the number {digits[:20]} is too large")
    return value


def _short_int(digits: str) -> int:
    if len(digits) > _MAX_INT_DIGITS:
        raise ValueError("a number has too many digits")
    return int(digits)


# Records hold few floats, so a Python function for each costs nothing that can be measured; they hold many integers,
# so those get one only where Python itself sets no limit (before 3.10.7), and a long one takes quadratic time.
_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant,
    parse_float=_finite_float,
    parse_int=None if hasattr(sys, "get_int_max_str_digits") else _short_int,
)
