"""Names and paths of files: which every system can hold, which lie below a folder, and when two are the same.

Stored paths are relative to their root, with "/" between the parts, on every system. Windows' rules hold for names that
we choose also elsewhere, since libraries travel on sticks and shares. What lies on a disk already keeps its name.

A short name of Windows ("PROGRA~1") looks like any other: two paths that may be the same file are compared by
`os.path.samefile` where it matters, after `comparable` found them different.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath, PureWindowsPath

from lora_manager.errors import BadInputError
from lora_manager.formats.whole_text import is_whole

MAX_NAME_BYTES = 255
"""As UTF-8. Linux counts these; Windows and macOS count UTF-16 units, of which there are never more."""
MAX_WINDOWS_PATH = 259
"""Characters of a path that every program on Windows can open; longer ones need a setting of the system."""

_WINDOWS = os.name == "nt"
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_DIGITS = "123456789\u00b9\u00b2\u00b3"  # superscript digits name the same ports
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"] + [port + digit for port in ("COM", "LPT") for digit in _DIGITS]
)
_LONG, _LONG_SHARE = "\\\\?\\", "\\\\?\\UNC\\"


def is_device_name(name: str) -> bool:
    """Say whether Windows takes a name for a device, whatever extension it has: "nul.txt", "COM1 .safetensors"."""
    return re.split(r"[.:]", name, maxsplit=1)[0].rstrip(" ").upper() in _DEVICES


def why_unusable(name: str) -> str:
    """Return why some system cannot hold a file of this name, as a sentence; "" for a name that all can."""
    if not name.strip(". "):
        return "A name needs more than dots and blanks."
    found = _NOT_IN_NAMES.search(name)
    if found:
        shown = found[0] if found[0].isprintable() else f"U+{ord(found[0]):04X}"
        return f"A name cannot hold {shown}."
    if name[-1] in ". ":
        return "A name cannot end in a dot or blank: Windows drops it."
    if is_device_name(name):
        return f"{name.partition('.')[0]} is the name of a device on Windows."
    if not is_whole(name):
        return "The name is not valid UTF-8."
    if len(name.encode()) > MAX_NAME_BYTES:
        return f"A name can have {MAX_NAME_BYTES} bytes (letters beyond English take two or more)."
    return ""


def safe_name(text: str, otherwise: str = "unnamed") -> str:
    """Return a name made of a text that every system can hold; the extension survives where the name must be cut.

    A text that is such a name already stays as it is. `otherwise` serves for a text of which nothing is left.
    """
    name = _tidy(_NOT_IN_NAMES.sub("_", text.encode("utf-8", "replace").decode()))
    stem, extension = os.path.splitext(name)
    if len(extension.encode()) > MAX_NAME_BYTES // 2:
        stem, extension = name, ""
    name = _tidy(_cut(stem, MAX_NAME_BYTES - len(extension.encode())) + extension)
    if is_device_name(name):
        name = _tidy(f"_{_cut(name, MAX_NAME_BYTES - 1)}")
    return name or otherwise


def _tidy(name: str) -> str:
    name = name.rstrip(". ")
    return name if name.strip(". ") else ""


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode("utf-8", "ignore")


def join_below(root: PurePath, relative: str) -> Path:
    """Return where a stored relative path lies below its root; the disk is not looked at.

    Raises BadInputError for one that leads elsewhere: absolute, with a drive, "..", NUL, and on Windows also a
    backslash, a colon (an alternate stream, "a.safetensors:b") or a device ("NUL.png").
    """
    windows = isinstance(root, PureWindowsPath)
    parts = relative.split("/")
    if "\0" in relative or any(part in ("", ".", "..") or (windows and _leads_away(part)) for part in parts):
        raise BadInputError(f"{relative!r} is no path below {root}. Scan again.")
    return root.joinpath(*parts)  # type: ignore[return-value] # a Path for a Path; tests hand in a PureWindowsPath


def _leads_away(part: str) -> bool:
    return "\\" in part or ":" in part or is_device_name(part)


def relative_below(path: PurePath, root: PurePath) -> str | None:
    """Return a path relative to a root it lies below, with "/" between the parts; None when it does not.

    Both are absolute. Case makes no difference on Windows; what is returned is spelled as in `path`.
    """
    path, root = _without_long_prefix(path), _without_long_prefix(root)
    if path == root or ".." in path.parts or not path.is_relative_to(root):
        return None
    return path.relative_to(root).as_posix()


def comparable(path: str | PurePath, *, windows: bool = _WINDOWS) -> str:
    r"""Return what two spellings of one absolute path have in common, for keys and comparisons.

    On Windows case, the kind of slash, doubled slashes and the prefix of long paths ("\\?\") make no difference;
    elsewhere every character does.
    """
    if not windows:
        return str(path)
    return str(_without_long_prefix(PureWindowsPath(path))).lower()


def is_share(path: PurePath) -> bool:
    r"""Say whether a path of Windows names a share ("\\server\share"); a drive letter given to one is not seen."""
    return isinstance(path, PureWindowsPath) and _without_long_prefix(path).drive.startswith("\\\\")


def is_too_long(path: str | PurePath, *, windows: bool = _WINDOWS) -> bool:
    """Say whether Windows opens this path only with its setting for long paths; without, it says there is no file."""
    return windows and len(str(path)) > MAX_WINDOWS_PATH and not str(path).startswith(_LONG)


def _without_long_prefix(path: PurePath) -> PurePath:
    if not isinstance(path, PureWindowsPath):
        return path
    text = str(path)
    if text[: len(_LONG_SHARE)].upper() == _LONG_SHARE:
        return type(path)("\\\\" + text[len(_LONG_SHARE) :])
    return type(path)(text[len(_LONG) :]) if text.startswith(_LONG) else path
