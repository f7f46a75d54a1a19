"""Small random libraries in a real database, and what the slow reference has to know of each adapter."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert, update

from lora_manager.db.engine import Database
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.rows import DescribedFile
from lora_manager.db.scan_state import root_ids
from lora_manager.db.tables import Adapter, Base, NetworkFile, Root, UserEdit
from lora_manager.formats.base_model import family_of
from tests.db.described import described, put
from tests.search.query.reference import Known

NAMES = ("amber", "Amber v2", "Lamp", "東京", "東京都 amber", "été", "blue hair", "well-known", "v10 v2", "x")
TAGS = ("style", "Glow", "blue hair", "blueberry", "東京", "100%")
FOLDERS = ("", "a", "a/b", "a/b/c", "a_b", "b", "A", "星/a b")
BASES = ("SD 1.5", "SDXL 1.0", "SDXL Lightning", "Pony", "")
AUTHORS = (None, "ada", "Ada Amber", "été")
ALGORITHMS = ("", "LoRA", "LoKr")
ARCHETYPES = (None, "style", "Lo-fi look")
HASHES = (None, "ab" * 32, "ac" * 32, "cd" * 32)
FLAGS = ("favourite", "inactive", "edited", "nopreview", "offline")
TODAY = 20_000.0
ROOTS = ("/lora", "/more")
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _days(days: float | None) -> str | None:
    if days is None:
        return None
    return (_EPOCH + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


# Quarters of an hour: times whose fraction of a day is exact in the database's seconds and in binary.
_TIMES = st.integers(-40 * 32, 10 * 32).map(lambda parts: TODAY + parts / 32)
_WORDS = st.lists(st.sampled_from(NAMES), max_size=2).map(" ".join)


@st.composite
def adapters(draw: st.DrawFn) -> tuple[Known, str | None]:
    """What is known of an adapter, and the hash of its file."""
    known = Known(
        name=draw(_WORDS) or "x",
        version=draw(st.sampled_from([None, "v1.0", "amber"])),
        folder=draw(st.sampled_from(FOLDERS)),
        tags=tuple(draw(st.lists(st.sampled_from(TAGS), max_size=3, unique=True))),
        triggers=tuple(draw(st.lists(st.sampled_from(["amber glow", "lamp", "東京"]), max_size=2, unique=True))),
        author=draw(st.sampled_from(AUTHORS)),
        note=draw(st.sampled_from([None, "an Amber note"])),
        description=draw(st.sampled_from(["", "glowing lamps, amber"])),
        base=draw(st.sampled_from(BASES)),
        algorithm=draw(st.sampled_from(ALGORITHMS)),
        archetype=draw(st.sampled_from(ARCHETYPES)),
        state=draw(st.sampled_from(["present", "present", "incomplete", "missing"])),
        rank=draw(st.sampled_from([None, 4, 16, 32])),
        weight=draw(st.sampled_from([None, 0.6, 0.7, -1.0])),
        ordinal=draw(st.sampled_from([0, 0, 3, -1])),
        rating=draw(st.integers(0, 5)),
        downloads=draw(st.sampled_from([None, 0, 1000])),
        size=draw(st.sampled_from([0, 100, 2**20, 2**33])),
        used=draw(st.integers(0, 2)),
        added=draw(_TIMES),
        published=draw(st.none() | _TIMES),
        last_used=draw(st.none() | _TIMES),
        flags=frozenset(draw(st.sets(st.sampled_from(FLAGS)))),
    )
    return known, draw(st.sampled_from(HASHES))


LIBRARIES = st.lists(adapters(), max_size=7)


def empty(database: Database) -> None:
    """Leave nothing but the two roots, the second of which cannot be reached."""
    with database.write() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != "state":
                connection.execute(delete(table))
        connection.exec_driver_sql("DELETE FROM adapter_fts")
        root_ids(connection, ROOTS)
        connection.execute(update(Root).where(Root.path == ROOTS[1]).values(online=False))
        touch_catalogue(connection, None)


def fill(database: Database, library: list[tuple[Known, str | None]]) -> dict[int, Known]:
    """Write a library in place of what is there; returns what is known of each adapter by its id."""
    empty(database)
    found = add(database, library)
    return with_duplicates(found, {key: sha256 for key, (_, sha256) in zip(found, library, strict=True)})


def add(database: Database, library: list[tuple[Known, str | None]], first: int = 0) -> dict[int, Known]:
    """Write more adapters; the files' numbers begin with `first`."""
    items = [_described(number, known, sha256) for number, (known, sha256) in enumerate(library, first)]
    found = {}
    for number, (adapter_id, (known, _)) in enumerate(zip(put(database, *items), library, strict=True), first):
        found[adapter_id] = replace(known, file=f"file {number}")
    with database.write() as connection:
        for adapter_id, known in found.items():
            _finish(connection, adapter_id, known)
        touch_catalogue(connection, list(found))
    return found


def _described(number: int, known: Known, sha256: str | None) -> DescribedFile:
    return described(
        f"{known.folder}/file {number}.pt".lstrip("/"),
        known.name,
        root_id=2 if "offline" in known.flags else 1,
        tags=known.tags,
        triggers=[[word] for word in known.triggers],
        description_text=known.description,
        file=_file(known, sha256),
        **_adapter(known),
    )


def with_duplicates(library: dict[int, Known], hashes: dict[int, str | None]) -> dict[int, Known]:
    """Mark those whose file another one that is there has too."""
    there = [hashes[key] for key, known in library.items() if known.state != "missing"]
    found = {}
    for key, known in library.items():
        sha256 = hashes[key]
        is_twice = sha256 is not None and known.state != "missing" and there.count(sha256) > 1
        found[key] = replace(known, flags=known.flags | {"duplicate"}) if is_twice else known
    return found


def _adapter(known: Known) -> dict[str, Any]:
    return {
        "version": known.version,
        "author_username": known.author,
        "notes": known.note,
        "base_model": known.base,
        "family": family_of(known.base),
        "archetype": known.archetype,
        "weight": known.weight,
        "published_at": _days(known.published),
    }


def _file(known: Known, sha256: str | None) -> dict[str, Any]:
    return {
        "size": known.size,
        "state": known.state,
        "algorithm": known.algorithm,
        "rank": known.rank,
        "sha256": sha256,
        "preview": None if "nopreview" in known.flags else "a.png",
    }


def _finish(connection: Connection, adapter_id: int, known: Known) -> None:
    """What a scan does not write."""
    values = {
        "favourite": "favourite" in known.flags,
        "active": "inactive" not in known.flags,
        "ordinal": known.ordinal,
        "rating": known.rating,
        "downloads": known.downloads,
        "uses": known.used,
        "added_at": _days(known.added),
        "last_used_at": _days(known.last_used),
    }
    connection.execute(update(Adapter).where(Adapter.id == adapter_id).values(values))
    edits = ["notes"] if "edited" in known.flags else []
    for field in [*edits, "rating"]:  # what one likes is no change of the record
        row = {"adapter_id": adapter_id, "field": field, "value": "x", "edited_at": "2026-01-01T00:00:00.000Z"}
        connection.execute(insert(UserEdit), row)


def remove(database: Database, adapter_id: int) -> None:
    """Take an adapter out of the database, with all that is its own."""
    with database.write() as connection:
        connection.execute(delete(NetworkFile).where(NetworkFile.adapter_id == adapter_id))
        connection.execute(delete(Adapter).where(Adapter.id == adapter_id))
        connection.exec_driver_sql("DELETE FROM adapter_fts WHERE rowid = ?", (adapter_id,))
        touch_catalogue(connection)
