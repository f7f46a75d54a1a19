"""The LoRA folders of this host, and what may be done below them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from lora_manager.db.engine import Database
from lora_manager.db.file_operations import Place
from lora_manager.db.file_places import holds_files, recorded_sidecars
from lora_manager.errors import BadInputError
from lora_manager.formats.file_names import is_too_long, join_below, why_unusable
from lora_manager.formats.file_replace import can_be_written
from lora_manager.services.files.companions import FolderNames
from lora_manager.services.files.refusal import FileRefusedError

Roots = Mapping[int, Path]
"""The host's LoRA folders by their ids in the database, absolute."""


class Places:
    """One look at the folders, for one run: what was asked once is remembered, and followed as files come and go."""

    def __init__(self, database: Database, roots: Roots) -> None:
        self.roots = roots
        self._database = database
        self._folders: dict[tuple[int, str], FolderNames] = {}
        self._last: dict[tuple[int, str], FolderNames] = {}  # what was made of a list is good for the same list
        self._real_roots = [os.path.realpath(root) for root in roots.values()]
        self._usable: dict[int, str] = {}
        self._checked: dict[str, str] = {}
        self._ignores_case: dict[int, bool] = {}
        self._volumes: dict[tuple[str, str], bool] = {}

    def path(self, place: Place) -> Path:
        """Return where a place is on the disk. Raises FileRefusedError, BadInputError."""
        return join_below(self.root(place.root_id), place.path) if place.path else self.root(place.root_id)

    def root(self, root_id: int) -> Path:
        """Return a LoRA folder. Raises FileRefusedError for one that this host does not have."""
        root = self.roots.get(root_id)
        if root is None:
            raise FileRefusedError("This file lies in none of the LoRA folders that this web UI has now.")
        return root

    def names(self, root_id: int, folder: str) -> FolderNames:
        """Return what lies in a folder; nothing in one that does not exist. Raises OSError."""
        key = (root_id, folder)
        if key not in self._folders:
            names, no_files = names_in(self.path(Place(root_id, folder)))
            last = self._last.get(key)
            if last is not None and last.no_files == no_files and last.names == names | no_files:
                self._folders[key] = last
                return last
            with self._database.read() as connection:
                recorded = recorded_sidecars(connection, root_id, folder)
            self._folders[key] = FolderNames(names, recorded, no_files)
        return self._folders[key]

    def renew(self) -> None:
        """Look at everything anew when it is asked for: others may be at work in these folders too."""
        self._last.update(self._folders)
        self._folders.clear()
        self._usable.clear()
        self._checked.clear()

    def forget(self, *places: Place) -> None:
        """Look at the folders of these places anew when they are asked for."""
        for place in places:
            self._folders.pop((place.root_id, place.folder), None)

    def follow(self, source: Place, target: Place) -> None:
        """Let a file be at another place, here as it is on the disk or will be."""
        self.names(source.root_id, source.folder).remove(source.name)
        self.names(target.root_id, target.folder).add(target.name)

    def is_taken(self, target: Place, *, by_other_than: Place | None = None) -> bool:
        """Say whether something has a place already. A file's own place, spelled otherwise, is free for it."""
        if target == by_other_than:
            return False
        names = self.names(target.root_id, target.folder)
        if target.name in names:
            return True
        if not self.ignores_case(target.root_id) or not names.has_folded(target.name):
            return False
        return by_other_than is None or (by_other_than.root_id, by_other_than.path.lower()) != (
            target.root_id,
            target.path.lower(),
        )

    def ignores_case(self, root_id: int) -> bool:
        """Say whether two names below a root that differ in case mean one file."""
        if root_id not in self._ignores_case:
            root = self.root(root_id)
            other = root.with_name(root.name.swapcase())
            try:
                is_same = other.name != root.name and os.path.samefile(root, other)
            except OSError:
                is_same = False
            self._ignores_case[root_id] = is_same
        return self._ignores_case[root_id]

    def check_root(self, root_id: int) -> None:
        """Raise FileRefusedError when nothing can be done below a root now."""
        if root_id not in self._usable:
            self._usable[root_id] = self._why_not_usable(root_id)
        if self._usable[root_id]:
            raise FileRefusedError(self._usable[root_id])

    def check_folder(self, root_id: int, folder: str) -> None:
        """Raise FileRefusedError for a folder that leads outside the LoRA folders, or cannot be written."""
        path = self.path(Place(root_id, folder))
        key = str(path)
        if key not in self._checked:
            self._checked[key] = self._why_not_there(path)
        if self._checked[key]:
            raise FileRefusedError(self._checked[key])

    def free_elsewhere(self, source: Path, target: Path) -> int | None:
        """Return the bytes that are free where a folder is or will be; None when that is the source's own volume."""
        key = (str(source), str(target))
        if key not in self._volumes:
            existing = _existing(target)
            try:
                self._volumes[key] = os.stat(source).st_dev == os.stat(existing).st_dev
            except OSError:
                self._volumes[key] = True
        return None if self._volumes[key] else shutil.disk_usage(_existing(target)).free

    def missing_folders(self, target: Place) -> list[str]:
        """Return the folders that have to be made for a place, the outermost first."""
        parts = target.folder.split("/") if target.folder else []
        folders = ["/".join(parts[: number + 1]) for number in range(len(parts))]
        return [folder for folder in folders if not os.path.lexists(self.path(Place(target.root_id, folder)))]

    def check_target(self, place: Place) -> None:
        """Raise FileRefusedError for a path that no system, or not this one, can hold."""
        for part in place.path.split("/"):
            why_not = why_unusable(part)
            if why_not:
                raise FileRefusedError(f"{part!r}: {why_not}")
        path = self.path(place)
        if is_too_long(path):
            raise FileRefusedError(f"{path} is longer than Windows allows. Choose a shorter name or folder.")

    def _why_not_usable(self, root_id: int) -> str:
        root = self.root(root_id)
        try:
            is_empty = not os.listdir(root)
        except OSError as error:
            return f"The LoRA folder {root} cannot be read ({error.strerror or error}). Is its drive connected?"
        with self._database.read() as connection:
            has_files = holds_files(connection, root_id)
        if is_empty and has_files:
            return f"The LoRA folder {root} is suddenly empty. Is its drive connected?"
        return ""

    def _why_not_there(self, path: Path) -> str:
        real = os.path.realpath(path)
        if not any(real == root or real.startswith(root.rstrip(os.sep) + os.sep) for root in self._real_roots):
            return f"{path} is a link that leads out of the LoRA folders, to {real}. Do this there."
        existing = _existing(path)
        if not existing.is_dir():
            return f"{existing} is a file, not a folder."
        if not can_be_written(existing):
            return f"The folder {existing} cannot be written. Check its permissions."
        return ""


def names_in(folder: Path) -> tuple[set[str], set[str]]:
    """Return the names of the files and links in a folder, and all others. None in one that is not there."""
    files: set[str] = set()
    others: set[str] = set()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                is_file = entry.is_symlink() or entry.is_file(follow_symlinks=False)
                (files if is_file else others).add(entry.name)
    except FileNotFoundError:
        pass
    return files, others


def check_folder_name(folder: str) -> str:
    """Return a folder's path below a root as it is stored. Raises BadInputError for one that no system can hold."""
    parts = [part for part in folder.replace("\\", "/").split("/") if part.strip()]
    for part in parts:
        why_not = why_unusable(part)
        if why_not:
            raise BadInputError(f"folder: {part!r}: {why_not}")
    return "/".join(parts)


def check_stem(stem: str) -> str:
    """Return a new name without extension. Raises BadInputError for one that no system can hold, or no prompt."""
    stem = stem.strip()
    why_not = why_unusable(stem)
    if why_not:
        raise BadInputError(f"name: {why_not}")
    return stem


def roots_of(ids: Sequence[int], paths: Sequence[Path]) -> dict[int, Path]:
    """Return the host's LoRA folders by their ids; both are in the host's order."""
    return {root_id: Path(os.path.abspath(path)) for root_id, path in zip(ids, paths, strict=False)}


def _existing(path: Path) -> Path:
    """A folder, or the nearest one above it that is there."""
    while not os.path.lexists(path) and path != path.parent:
        path = path.parent
    return path
