"""Tag names: what stands in `<lora:NAME:weight>` for each network file on this host, and which file a NAME reaches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from lora_manager.db.cards import Card
from lora_manager.db.file_lookup import files_of_stems, first_of_stem
from lora_manager.db.former_names import former_places, former_places_of
from lora_manager.formats.whole_text import is_whole
from lora_manager.hosts.base import Host, NetworkLocation


@dataclass(frozen=True)
class ReachedFile:
    """The file that a tag name reaches; `is_former`: by a name that it had before it was moved or renamed."""

    adapter_id: int
    path: Path
    is_former: bool = False


@dataclass(frozen=True)
class FormerTagName:
    """A tag name that an adapter's file had on this host, and until when (ISO, UTC)."""

    tag_name: str
    until: str


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
        without extension, else its stem; SDNext writes "." as "_", so that spelling of a stem comes last. What reaches
        nothing so may be a name that a file had before.
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
        unknown = wanted - found.keys() - listed.keys()
        return {**found, **self._resolve_former(connection, unknown)} if unknown else found

    def former(self, connection: Connection, adapter_id: int) -> list[FormerTagName]:
        """Return the tag names that an adapter's file had, the latest first."""
        names: dict[str, FormerTagName] = {}
        for place in former_places_of(connection, adapter_id):
            spelled = self._host.tag_name(NetworkLocation(Path(place.root), place.relative_path))
            names.setdefault(spelled, FormerTagName(spelled, place.until))
        return list(names.values())

    def _resolve_former(self, connection: Connection, unknown: set[str]) -> dict[str, ReachedFile]:
        stems = {os.path.basename(name) for name in unknown}
        # A file reached by its absolute path has its extension cut off by no host.
        stems |= {os.path.splitext(stem)[0] for stem in stems}
        found: dict[str, ReachedFile] = {}
        for place in former_places(connection, stems, self._roots()):
            reached = ReachedFile(place.adapter_id, Path(place.now_root) / place.now_path, is_former=True)
            root, relative = Path(place.root), place.relative_path
            spellings = {
                *(self._host.tag_name(NetworkLocation(root, relative, first_of_stem=first)) for first in (True, False)),
                *(os.path.splitext(relative)[0], place.stem, place.stem.replace(".", "_"), str(root / relative)),
            }
            for name in spellings & unknown:
                found.setdefault(name, reached)
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
