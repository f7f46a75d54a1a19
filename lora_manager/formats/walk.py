"""Walking a LoRA folder: every regular file below it with size and time, each real folder once, whatever links say."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from lora_manager.formats.file_names import comparable
from lora_manager.formats.whole_text import is_whole

OF_THE_WALK = frozenset({"unreadable_folder", "name_not_utf8"})
"""The kinds of WalkProblem: each walk finds them anew."""


_FURTHEST_NS = 2**63 - 1
"""In nanoseconds some 292 years around 1970: what a database column holds. File systems know further times."""


class FileStat(NamedTuple):
    """What a change is recognised by: size in bytes, time in nanoseconds, inode (0 where there is none).

    A time that no 64-bit number of nanoseconds holds becomes the nearest one that does.
    """

    size: int
    mtime_ns: int
    inode: int


@dataclass
class Folder:
    """One folder's regular files. `path` is relative to the root with "/" between the parts, "" for the root itself."""

    path: str
    files: dict[str, FileStat] = field(default_factory=dict)


@dataclass
class WalkProblem:
    """A folder or file that could not be looked at: its relative path, a stable kind, the reason with the remedy."""

    path: str
    kind: str
    message: str


def walk(root: Path, problems: list[WalkProblem], skip: frozenset[str] = frozenset()) -> Iterator[Folder]:
    """Yield every folder below `root`, real folders before linked ones, each real folder once.

    Only regular files are listed, so that no FIFO, socket or device is ever opened. `skip` holds absolute paths of
    folders below the root to leave out (our own state). What cannot be read is added to `problems` and left out.
    Raises OSError when the root itself cannot be read.
    """
    left_out = {comparable(path) for path in skip}
    seen: set[tuple[int, int]] = set()
    real: list[str] = [""]
    linked: list[str] = []
    os.listdir(root)  # an unreadable root is the caller's business, an unreadable subfolder is a problem
    while real or linked:
        relative = real.pop() if real else linked.pop(0)
        path = os.path.join(root, relative) if relative else str(root)
        if (relative and comparable(path) in left_out) or _already_seen(path, seen):
            continue
        folder = Folder(relative)
        try:
            subfolders = _list_folder(path, folder, problems)
        except OSError as error:
            message = f"The folder cannot be read ({error.strerror or error}). Check its permissions."
            problems.append(WalkProblem(relative, "unreadable_folder", message))
            continue
        for name, is_link in sorted(subfolders, reverse=True):
            (linked if is_link else real).append(f"{relative}/{name}" if relative else name)
        yield folder


def _already_seen(path: str, seen: set[tuple[int, int]]) -> bool:
    try:
        info = os.stat(path)
    except OSError:
        return False
    key = (info.st_dev, info.st_ino)
    if info.st_ino and key in seen:
        return True
    seen.add(key)
    return False


def _list_folder(path: str, folder: Folder, problems: list[WalkProblem]) -> list[tuple[str, bool]]:
    subfolders = []
    with os.scandir(path) as entries:
        for entry in entries:
            try:
                if entry.is_dir():
                    subfolders.append((entry.name, entry.is_symlink()))
                    continue
                info = entry.stat()
            except OSError:
                continue  # a dangling link, or a file that vanished while we looked
            if not stat.S_ISREG(info.st_mode):
                continue
            if is_whole(entry.name):
                mtime_ns = min(max(info.st_mtime_ns, -_FURTHEST_NS), _FURTHEST_NS)
                folder.files[entry.name] = FileStat(info.st_size, mtime_ns, info.st_ino)
            else:
                problems.append(_not_utf8(folder.path, entry.name))
    return [(name, is_link) for name, is_link in subfolders if is_whole(name) or _report(problems, folder.path, name)]


def _report(problems: list[WalkProblem], parent: str, name: str) -> bool:
    problems.append(_not_utf8(parent, name))
    return False


def _not_utf8(parent: str, name: str) -> WalkProblem:
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    message = "The name is not valid UTF-8, so no host can be told of it. Rename it."
    return WalkProblem(f"{parent}/{shown}" if parent else shown, "name_not_utf8", message)
