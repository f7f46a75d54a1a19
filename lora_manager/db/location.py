"""Where the state lies: one file beside the models directory, never inside the extension's own folder."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lora_manager.errors import BadInputError
from lora_manager.formats.file_names import is_share
from lora_manager.formats.file_replace import can_be_written

ENVIRONMENT_DIR = "LORA_MANAGER_DIR"
ENVIRONMENT_DATABASE = "LORA_MANAGER_DB"
FILE_NAME = "lora_manager.sqlite3"
FOLDER_NAME = "lora_manager"
NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ncpfs"})

_SQLITE_URL = re.compile(r"sqlite(?:\+\w+)?://[^/]*/(?P<file>[^?]*)")
_BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal")


@dataclass(frozen=True)
class StateLocation:
    """The database file and the folder for thumbnails and backups, both absolute."""

    database: Path
    folder: Path


def state_location(models_dir: Path, chosen: Path | None = None) -> StateLocation:
    """Choose where the state lies for these models.

    `chosen` (--lora-manager-dir, LORA_MANAGER_DIR) holds both. Otherwise both lie beside the models directory; when
    its parent is the file system's root, not writable or on another device, inside it. Raises BadInputError when
    neither can be written.
    """
    if chosen is not None:
        return StateLocation(chosen.absolute() / FILE_NAME, chosen.absolute())
    models = models_dir.absolute()
    parent = models.parent
    if _usable_parent(parent, models):
        return StateLocation(parent / FILE_NAME, parent / FOLDER_NAME)
    if models.is_dir() and can_be_written(models):
        return StateLocation(models / FOLDER_NAME / FILE_NAME, models / FOLDER_NAME)
    raise BadInputError(
        f"Neither {parent} nor {models} can be written, so there is no place for the catalogue. "
        "Name one with LORA_MANAGER_DIR or --db."
    )


def open_location(models_dir: Path, chosen: str | None = None) -> StateLocation:
    """Choose where the state lies: `chosen`, LORA_MANAGER_DIR, else beside the models."""
    folder = chosen or os.environ.get(ENVIRONMENT_DIR)
    return state_location(models_dir, Path(folder) if folder else None)


def files_of(location: StateLocation, database: str | None) -> list[Path]:
    """Return every file and folder that the state takes; `database` is another file or URL that a user named.

    A link to a database stands for its file too: SQLite keeps its log beside that.
    """
    database = database or os.environ.get(ENVIRONMENT_DATABASE)
    named = [location.database, *(_named_files(database) if database is not None else ())]
    databases = dict.fromkeys(path for file in named for path in (file, Path(os.path.realpath(file))))
    beside = [Path(f"{file}{suffix}") for file in databases for suffix in _BESIDE_A_DATABASE]
    return [*beside, *map(copies_folder, databases), location.folder]


def copies_folder(database: Path) -> Path:
    """Return the folder beside a database for one that is moved aside: on the same volume, and ours alone."""
    return database.with_name(f"{database.name}.before")


def named_file(database: str) -> Path:
    """Return the absolute path of a SQLite file as a user names it, "sqlite:///" before it or not."""
    url = _SQLITE_URL.match(database)
    return Path(os.path.abspath(url["file"] if url else database))


def _named_files(database: str) -> list[Path]:
    """The SQLite file that a user names, in each way that it can be meant; none for another kind of database."""
    url = _SQLITE_URL.match(database)
    if "://" in database and (url is None or url["file"] in ("", ":memory:")):
        return []
    found = [named_file(database)]
    if url is not None and url["file"].startswith("file:"):  # SQLite's own URI, with "uri=true" behind it
        found.append(Path(os.path.abspath(re.sub("^/+", "/", unquote(url["file"].removeprefix("file:"))))))
    return found


def _usable_parent(parent: Path, models: Path) -> bool:
    if parent == parent.parent or not parent.is_dir() or not can_be_written(parent):
        return False
    return not models.exists() or parent.stat().st_dev == models.stat().st_dev


def on_network_file_system(path: Path) -> bool:
    """Say whether a path lies on a network share, where WAL's shared memory does not work. Linux only; else False."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return is_share(path)
    best, kind = "", ""
    for line in mounts:
        fields = line.split(" ")
        if len(fields) > 2 and len(fields[1]) >= len(best) and _is_below(path, fields[1]):
            best, kind = fields[1], fields[2]
    return kind in NETWORK_FILE_SYSTEMS


def _is_below(path: Path, mount_point: str) -> bool:
    text = str(path)
    return mount_point == "/" or text == mount_point or text.startswith(mount_point.rstrip("/") + "/")
