"""Tag names: what stands in `<lora:NAME:weight>` for each network file on this host, and which file a NAME reaches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from lora_manager.db.cards import Card
from lora_manager.db.file_lookup import files_of_stems, first_of_stem
from lora_manager.formats.whole_text import is_whole
from lora_manager.hosts.base import Host, NetworkLocation


@dataclass(frozen=True)
class ReachedFile:
    """The file that a tag name reaches."""

    adapter_id: int
    path: Path


class TagNames:
    """Both directions between files and tag names. Thread-safe; takes the host's rule."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def of_cards(self, connection: Connection, cards: Sequence[Card]) -> list[str]:
        """Return the tag name of each card's file."""
        shared = first_of_stem(connection, {card.stem for card in cards}, self._roots())
        roots = {root: Path(root) for root in {card.root for card in cards}}
        return [self._of(shared, roots[card.root], card.relative_path, card.stem) for card in cards]

    def hiding(self, card: Card, tag_name: str) -> Path | None:
        """Return the file that this host loads for a card's tag name in place of the card's own; None: its own."""
        reached = self._host.reached_file(tag_name)
        if reached is None or _is_same(reached, Path(card.root) / card.relative_path):
            return None
        return reached

    def resolve(self, connection: Connection, names: Iterable[str]) -> dict[str, ReachedFile]:
        """Return the file of each tag name that reaches one.

        What the host says comes first. Otherwise a name is a file's own one on this host, else its path below its root
        without extension, else its stem; SDNext writes "." as "_", so that spelling of a stem comes last.
        """
        wanted = {name for name in names if is_whole(name)}
        if not wanted:
            return {}
        listed = {name: path for name in wanted if (path := self._host.reached_file(name)) is not None}
        stems = {os.path.basename(name) for name in wanted} | {path.stem for path in listed.values()}
        named = files_of_stems(connection, stems, self._roots())
        shared = first_of_stem(connection, {file.stem for file in named}, self._roots())
        spellings: list[tuple[str, str, str, str]] = []
        files: list[ReachedFile] = []
        for file in named:
            relative, stem = file.relative_path, file.stem
            own = self._of(shared, Path(file.root), relative, stem)
            spellings.append((own, os.path.splitext(relative)[0], stem, stem.replace(".", "_")))
            files.append(ReachedFile(file.adapter_id, Path(file.root) / relative))
        by_path = {os.path.normcase(file.path): file for file in files}
        by_list = {name: by_path.get(os.path.normcase(path)) for name, path in listed.items()}
        found = {name: file for name, file in by_list.items() if file is not None}
        # All own names first: another file's second spelling never takes one away.
        for kind in range(4):
            for names_of_file, reached in zip(spellings, files, strict=True):
                if names_of_file[kind] in wanted:
                    found.setdefault(names_of_file[kind], reached)
        return found

    def _of(self, shared: Mapping[str, tuple[str, str]], root: Path, relative: str, stem: str) -> str:
        first = shared.get(stem)
        location = NetworkLocation(root, relative, first_of_stem=first is None or first == (str(root), relative))
        return self._host.tag_name(location)

    def _roots(self) -> tuple[str, ...]:
        return tuple(os.path.abspath(root) for root in self._host.roots())


def _is_same(left: Path, right: Path) -> bool:
    if os.path.normcase(left) == os.path.normcase(right):
        return True
    try:
        return left.samefile(right)  # a folder can be reached by several paths
    except OSError:
        return False
