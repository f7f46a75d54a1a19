"""Grouping a folder's files into units: a network file with the sidecars and the preview that belong to it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field

from lora_manager.formats.previews import find_preview
from lora_manager.formats.sidecars.names import DESCRIPTION_INFIX, DESCRIPTION_SUFFIX, sidecar_stem
from lora_manager.formats.walk import FileStat, Folder

MODEL_EXTENSIONS = (".safetensors", ".pt", ".bin", ".ckpt")
"""What counts as a network file, in the order in which a sidecar's claim is matched. Only the first is ever opened."""


READING = 4
"""How files are read. Raise it when the same files would be read differently: everything is then read once more."""


@dataclass(slots=True)
class Unit:
    """One network file with what lies beside it. Names are those of the folder, paths relative to the root."""

    folder: str
    name: str
    stem: str
    stat: FileStat
    sidecars: dict[str, FileStat] = field(default_factory=dict)
    preview: str | None = None
    preview_stat: FileStat | None = None

    @property
    def relative_path(self) -> str:
        """The network file's path relative to its root."""
        return join(self.folder, self.name)

    def fingerprint(self) -> str:
        """Size and time of everything a scan reads for this unit: equal means nothing changed."""
        parts = [f"{READING}:{self.stat.size}:{self.stat.mtime_ns}"]
        if self.preview_stat is not None:
            parts.append(f"{self.preview}:{self.preview_stat.size}:{self.preview_stat.mtime_ns}")
        for name in sorted(self.sidecars):
            info = self.sidecars[name]
            parts.append(f"{name}:{info.size}:{info.mtime_ns}")
        return "|".join(parts)


@dataclass
class FolderUnits:
    """The units of one folder, and the sidecars in it that have no network file of their stem."""

    units: list[Unit]
    orphans: dict[str, FileStat]


def join(folder: str, name: str) -> str:
    """Join a folder's relative path and a name with "/"."""
    return f"{folder}/{name}" if folder else name


def folder_digest(folder: Folder) -> str:
    """Return a digest of a folder's listing: names, sizes and times. Equal means that nothing in it changed."""
    files = folder.files
    listing = [f"{name}\0{files[name].size}\0{files[name].mtime_ns}" for name in sorted(files)]
    return hashlib.blake2b("\0".join([str(READING), *listing]).encode(), digest_size=16).hexdigest()


def group_folder(folder: Folder) -> FolderUnits:
    """Group one folder's files. Stems are compared exactly first, then without case."""
    units: list[Unit] = []
    sidecars: list[str] = []
    for name, info in folder.files.items():
        stem, extension = os.path.splitext(name)
        extension = extension.lower()
        if extension in MODEL_EXTENSIONS:
            units.append(Unit(folder.path, name, stem, info))
        elif extension in (".json", ".info", ".txt"):
            sidecars.append(name)
    orphans = _attach_sidecars(folder, units, sidecars)
    _attach_previews(folder, units)
    return FolderUnits(units, orphans)


def claimed_unit(units: list[Unit], claims: list[str]) -> Unit | None:
    """Return the unit of the first claimed file name that lies here, then of its stem with each model extension."""
    by_name = {unit.name.lower(): unit for unit in units}
    for claim in claims:
        unit = by_name.get(claim.lower())
        if unit is not None:
            return unit
    for claim in claims:
        stem = os.path.splitext(claim)[0].lower()
        for extension in MODEL_EXTENSIONS:
            unit = by_name.get(stem + extension)
            if unit is not None:
                return unit
    return None


def _attach_sidecars(folder: Folder, units: list[Unit], names: list[str]) -> dict[str, FileStat]:
    owners = _Owners(units)
    orphans: dict[str, FileStat] = {}
    for name in names:
        is_text = name.lower().endswith(DESCRIPTION_SUFFIX)
        stem = name[: -len(DESCRIPTION_SUFFIX)] if is_text else sidecar_stem(name)
        if stem is None:
            continue
        found = owners.of(stem)
        if is_text and not found and stem.lower().endswith(DESCRIPTION_INFIX):
            found = _without_text(owners.of(stem[: -len(DESCRIPTION_INFIX)]), folder)
        for unit in found:
            unit.sidecars[name] = folder.files[name]
        if not found and not is_text:  # any text may lie in a folder; a lone .txt is no metadata
            orphans[name] = folder.files[name]
    return orphans


def _without_text(units: list[Unit], folder: Folder) -> list[Unit]:
    """Return those that have no plain `<stem>.txt`: where there are both, AUTOMATIC1111 shows that one."""
    return [unit for unit in units if unit.stem + DESCRIPTION_SUFFIX not in folder.files]


class _Owners:
    """The units of a folder by what a sidecar's name says: nearly always the very stem, so that is looked up first."""

    def __init__(self, units: list[Unit]) -> None:
        self._units = units
        self._by_stem: dict[str, list[Unit]] = {}
        for unit in units:
            self._by_stem.setdefault(unit.stem, []).append(unit)
        self._others: tuple[dict[str, list[Unit]], dict[str, list[Unit]]] | None = None

    def of(self, stem: str) -> list[Unit]:
        """Return the units of exactly this stem or full name, else of it without case."""
        found = self._by_stem.get(stem)
        if found:
            return found
        if self._others is None:
            self._others = ({}, {})
            for unit in self._units:
                self._others[0].setdefault(unit.name, []).append(unit)
                for key in (unit.stem.lower(), unit.name.lower()):
                    self._others[1].setdefault(key, []).append(unit)
        return self._others[0].get(stem) or self._others[1].get(stem.lower()) or []


def _attach_previews(folder: Folder, units: list[Unit]) -> None:
    if not units:
        return
    names = {name.lower(): name for name in folder.files}
    for unit in units:
        unit.preview = find_preview(unit.stem, names)
        if unit.preview is not None:
            unit.preview_stat = folder.files[unit.preview]
