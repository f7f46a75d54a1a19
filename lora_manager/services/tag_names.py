"""Tag names: what stands in `<lora:NAME:weight>` for each network file on this host, and which file a NAME reaches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, func, or_, select

from lora_manager.db.cards import Card
from lora_manager.db.catalogue import Catalogue
from lora_manager.db.tables import NetworkFile, Root
from lora_manager.hosts.base import Host, NetworkLocation


@dataclass(frozen=True)
class ReachedFile:
    """The file that a tag name reaches."""

    adapter_id: int
    path: Path


class TagNames:
    """Both directions between files and tag names. Thread-safe; takes the host's rule, and the catalogue's stems."""

    def __init__(self, catalogue: Catalogue, host: Host) -> None:
        self._catalogue = catalogue
        self._host = host

    def of_cards(self, connection: Connection, cards: Sequence[Card]) -> list[str]:
        """Return the tag name of each card's file."""
        shared = self._first_of_stem(connection)
        roots = {card.root: Path(card.root) for card in cards}
        return [self._of(shared, roots[card.root], card.relative_path, card.stem) for card in cards]

    def resolve(self, connection: Connection, names: Iterable[str]) -> dict[str, ReachedFile]:
        """Return the file of each tag name that reaches one.

        A name is a file's own one on this host, else its path below its root without extension, else its stem; SDNext
        writes "." as "_", so that spelling of a stem comes last.
        """
        wanted = {name for name in names if _is_speakable(name)}
        if not wanted:
            return {}
        stems = {os.path.basename(name) for name in wanted}
        spelled = func.replace(NetworkFile.stem, ".", "_")
        columns = (Root.path, NetworkFile.relative_path, NetworkFile.stem, NetworkFile.adapter_id)
        statement = (
            select(*columns)
            .join(Root, Root.id == NetworkFile.root_id)
            .where(*self._nameable(), or_(NetworkFile.stem.in_(stems), spelled.in_(stems)))
            .order_by(*_FIRST_COMES)
        )
        shared = self._first_of_stem(connection)
        spellings: list[tuple[str, str, str, str]] = []
        files: list[ReachedFile] = []
        for root, relative, stem, adapter_id in connection.execute(statement):
            own = self._of(shared, Path(root), relative, stem)
            spellings.append((own, os.path.splitext(relative)[0], stem, stem.replace(".", "_")))
            files.append(ReachedFile(adapter_id, Path(root) / relative))
        # All own names first: another file's second spelling never takes one away.
        found: dict[str, ReachedFile] = {}
        for kind in range(4):
            for names_of_file, file in zip(spellings, files, strict=True):
                if names_of_file[kind] in wanted:
                    found.setdefault(names_of_file[kind], file)
        return found

    def _of(self, shared: Mapping[str, tuple[str, str]], root: Path, relative: str, stem: str) -> str:
        first = shared.get(stem)
        location = NetworkLocation(root, relative, first_of_stem=first is None or first == (str(root), relative))
        return self._host.tag_name(location)

    def _first_of_stem(self, connection: Connection) -> dict[str, tuple[str, str]]:
        """Return, for each stem that several files share, the root and relative path of the first."""
        where = self._nameable()
        key = ("first_of_stem", tuple(self._host.roots()))
        return self._catalogue.cached(connection, key, lambda: _read_first_of_stem(connection, where))

    def _nameable(self) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions of a file that this host can be told of: whole, and in one of its own roots."""
        roots = [os.path.abspath(root) for root in self._host.roots()]
        present = NetworkFile.state == "present"
        return (present, NetworkFile.root_id.in_(select(Root.id).where(Root.path.in_(roots)))) if roots else (present,)


# Which of the files that share a stem has the plain name: one in the root itself, whose path is no other name than its
# stem; then safetensors before pickles, for the same reason; then the first.
_FIRST_COMES = (
    NetworkFile.folder != "",
    NetworkFile.root_id,
    NetworkFile.name.not_ilike("%.safetensors"),
    NetworkFile.relative_path,
)


def _read_first_of_stem(connection: Connection, where: tuple[ColumnElement[bool], ...]) -> dict[str, tuple[str, str]]:
    shared = select(NetworkFile.stem).where(*where).group_by(NetworkFile.stem).having(func.count() > 1)
    statement = (
        select(NetworkFile.stem, Root.path, NetworkFile.relative_path)
        .join(Root, Root.id == NetworkFile.root_id)
        .where(*where, NetworkFile.stem.in_(shared))
        .order_by(*_FIRST_COMES)
    )
    first: dict[str, tuple[str, str]] = {}
    for stem, root, relative in connection.execute(statement):
        first.setdefault(stem, (root, relative))
    return first


def _is_speakable(name: str) -> bool:
    """Say whether a name can be looked up: half a surrogate pair, which JSON may hold, is no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
