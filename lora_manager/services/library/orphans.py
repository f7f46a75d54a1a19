"""Sidecars without a network file of their stem: matched by the file names they speak of, else a problem."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lora_manager.db.rows import UNREAD, UNREADABLE, FoundProblem, SidecarRow, StoredSidecar
from lora_manager.errors import UnreadableFileError
from lora_manager.formats.sidecars.table import identify
from lora_manager.formats.sidecars.version_choice import file_names_of
from lora_manager.formats.walk import FileStat
from lora_manager.services.library.describe import read_sidecar_file
from lora_manager.services.library.units import FolderUnits, Unit, claimed_unit, join


@dataclass
class OrphanSidecars:
    """The orphans of one root. After `resolve`: `changed` rows to write and the `problems` of those."""

    root: Path
    changed: list[SidecarRow] = field(default_factory=list)
    problems: list[FoundProblem] = field(default_factory=list)
    unmatched: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    """Folders with one that the system would not let us read."""
    _of_missing_files: set[str] = field(default_factory=set)
    _found: dict[str, tuple[FileStat, list[Unit]]] = field(default_factory=dict)

    def add(self, folder: str, grouped: FolderUnits) -> None:
        """Remember the orphans of one folder with the units among which their model may be."""
        for name, info in grouped.orphans.items():
            self._found[join(folder, name)] = (info, grouped.units)

    def paths(self) -> list[str]:
        """Return the relative paths of all orphans."""
        return list(self._found)

    def resolve(self, stored: Mapping[str, StoredSidecar], *, force: bool = False) -> None:
        """Attach each orphan to the unit it speaks of; what has none is a problem. Reads what is new or changed."""
        for path, (info, units) in self._found.items():
            last = stored.get(path)
            current = last is not None and last.is_current(info.size, info.mtime_ns)
            # Of one that belonged to a file and cannot be read, the problem was that file's and went with it.
            was_unreadable = last is not None and (
                last.format == UNREAD or (last.attached and last.format == UNREADABLE)
            )
            if last is not None and current and not force and not was_unreadable:
                # One that belonged to a file until now has no problem on record yet.
                claims, problem = last.claims, self._missing_model(path, last.claims) if last.attached else None
            else:
                claims, problem = self._read(path, info)
            unit = claimed_unit(units, claims)
            if unit is not None:
                unit.sidecars[path.rpartition("/")[2]] = info
                continue
            self.unmatched.add(path)
            if last is not None and last.attached and current:
                self._of_missing_files.add(path)
            if problem is not None:
                self.problems.append(problem)

    def unmatched_rows(self) -> list[SidecarRow]:
        """Return the rows of the orphans that were read now and have no network file.

        The record of a file that is gone is left with the missing file's row, which may come back.
        """
        orphans = self.unmatched - self._of_missing_files
        return [row for row in self.changed if row.relative_path in orphans]

    def _read(self, path: str, info: FileStat) -> tuple[list[str], FoundProblem]:
        shown = str(self.root / path)
        row = SidecarRow(path, info.size, info.mtime_ns, UNREADABLE, [], None)
        self.changed.append(row)
        try:
            value, _ = read_sidecar_file(self.root / path)
        except UnreadableFileError as error:
            if error.kind == UNREADABLE:
                row.format = UNREAD
                self.unread.add(path.rpartition("/")[0])
            return [], FoundProblem(shown, error.kind, f"{error} It lies beside no model file of its name.")
        known = identify(value)
        row.format = known.name if known is not None else "unknown"
        row.claims = list(file_names_of(value))
        return row.claims, self._missing_model(path, row.claims)

    def _missing_model(self, path: str, claims: list[str]) -> FoundProblem:
        speaks_of = f", nor one it speaks of ({', '.join(claims[:3])})," if claims else ""
        message = (
            f"No model file of this name{speaks_of} lies in this folder. "
            "Put the model file beside it, or delete this file."
        )
        return FoundProblem(str(self.root / path), "missing_model", message)
