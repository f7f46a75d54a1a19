"""Tag names: what stands in `<lora:NAME:weight>` for each network file on this host, and which file a NAME reaches."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, or_, select

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
        """Return the file of each tag name that reaches one: a stem, or a path below its root without extension."""
        wanted = set(names)
        found: dict[str, ReachedFile] = {}
        if not wanted:
            return found
        # SDNext writes "." as "_"; both spellings name the file there, so both are looked up.
        stems = {os.path.basename(name) for name in wanted}
        spelled = func.replace(NetworkFile.stem, ".", "_")
        columns = (Root.path, NetworkFile.relative_path, NetworkFile.stem, NetworkFile.adapter_id)
        statement = (
            select(*columns)
            .join(Root, Root.id == NetworkFile.root_id)
            .where(NetworkFile.state == "present", or_(NetworkFile.stem.in_(stems), spelled.in_(stems)))
            .order_by(NetworkFile.root_id, NetworkFile.relative_path)
        )
        shared = self._first_of_stem(connection)
        for root, relative, stem, adapter_id in connection.execute(statement):
            file = ReachedFile(adapter_id, Path(root) / relative)
            for name in {self._of(shared, Path(root), relative, stem), os.path.splitext(relative)[0]} & wanted:
                found.setdefault(name, file)
            for name in {stem, stem.replace(".", "_")} & wanted:
                found.setdefault(name, file)
        return found

    def _of(self, shared: Mapping[str, tuple[str, str]], root: Path, relative: str, stem: str) -> str:
        first = shared.get(stem)
        location = NetworkLocation(root, relative, first_of_stem=first is None or first == (str(root), relative))
        return self._host.tag_name(location)

    def _first_of_stem(self, connection: Connection) -> dict[str, tuple[str, str]]:
        """Return, for each stem that several files share, the root and relative path of the first."""
        return self._catalogue.cached(connection, ("first_of_stem",), lambda: _read_first_of_stem(connection))


def _read_first_of_stem(connection: Connection) -> dict[str, tuple[str, str]]:
    present = NetworkFile.state == "present"
    shared = select(NetworkFile.stem).where(present).group_by(NetworkFile.stem).having(func.count() > 1)
    statement = (
        select(NetworkFile.stem, Root.path, NetworkFile.relative_path)
        .join(Root, Root.id == NetworkFile.root_id)
        .where(present, NetworkFile.stem.in_(shared))
        .order_by(NetworkFile.root_id.desc(), NetworkFile.relative_path.desc())
    )
    return {stem: (root, relative) for stem, root, relative in connection.execute(statement)}
