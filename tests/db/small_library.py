"""Small random libraries, and the slow, obvious way to ask them: what the fast way must agree with."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass

from hypothesis import strategies as st
from sqlalchemy import delete, update

from lora_manager.db.catalogue import CatalogueQuery
from lora_manager.db.columns.choices import Choice
from lora_manager.db.engine import Database
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.scan_state import root_ids
from lora_manager.db.tables import Adapter, Base
from lora_manager.search.words import split_words
from tests.db.described import described, put

BASES = ("SD 1.5", "SDXL 1.0", "Pony", "")
TAGS = ("style", "Glow", "character", "東京", "100%")
FOLDERS = ("", "a", "a/b", "a/b/c", "a_b", "aXb", "a%", "a/b_c", "星", "A")
WORDS = ("amber", "lantern", "Lamp", "東京", "v2", "été")
STATES = ("present", "present", "present", "incomplete", "missing")


@dataclass(frozen=True)
class Entry:
    """One adapter."""

    words: tuple[str, ...]
    folder: str
    base_model: str
    tags: tuple[str, ...]
    favourite: bool
    state: str
    root_id: int = 1
    size: int = 1
    uses: int = 0

    @property
    def searchable(self) -> list[str]:
        """The folded words of name, folder and tags."""
        return [folded(word) for text in (*self.words, self.folder, *self.tags) for word in split_words(text)]


def folded(text: str) -> str:
    """Text without case and accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))


ENTRIES = st.lists(
    st.builds(
        Entry,
        words=st.lists(st.sampled_from(WORDS), max_size=3).map(tuple),
        folder=st.sampled_from(FOLDERS),
        base_model=st.sampled_from(BASES),
        tags=st.lists(st.sampled_from(TAGS), max_size=3, unique=True).map(tuple),
        favourite=st.booleans(),
        state=st.sampled_from(STATES),
        root_id=st.sampled_from([1, 1, 2]),
        size=st.integers(1, 3),
        uses=st.integers(0, 2),
    ),
    max_size=10,
)


def _choices(field: str, values: list[str]) -> st.SearchStrategy[Choice]:
    some = st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)
    return st.builds(Choice, st.just(field), some, some, st.booleans())


QUERIES = st.builds(
    CatalogueQuery,
    text=st.lists(st.sampled_from([*WORDS, "am", "lam", "ete", "-", ","]), max_size=2).map(" ".join),
    choices=st.tuples(
        _choices("base", list(BASES)),
        _choices("tag", [*TAGS, "STYLE", "none"]),
        _choices("folder", [*FOLDERS, "%", "_"]),
        _choices("is", ["favourite", "missing", "incomplete", "unused"]),
    ),
    roots=st.sampled_from([(), (1,), (1, 2)]),
)


def fill(database: Database, entries: list[Entry]) -> dict[int, Entry]:
    """Write the library in place of what is there; returns the entries by adapter id."""
    with database.write() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name != "state":
                connection.execute(delete(table))
        connection.exec_driver_sql("DELETE FROM adapter_fts")
        touch_catalogue(connection)
        root_ids(connection, ["/lora", "/more"])
    items = [
        described(
            f"{entry.folder}/{number}.pt".lstrip("/"),
            " ".join(entry.words) or "x",
            root_id=entry.root_id,
            tags=entry.tags,
            base_model=entry.base_model,
            file={"state": entry.state, "size": entry.size},
        )
        for number, entry in enumerate(entries)
    ]
    by_id = dict(zip(put(database, *items), entries, strict=True))
    with database.write() as connection:
        for adapter_id, entry in by_id.items():
            values = {"favourite": entry.favourite, "uses": entry.uses}
            connection.execute(update(Adapter).where(Adapter.id == adapter_id).values(values))
        touch_catalogue(connection, None)
    return by_id


def matching(library: dict[int, Entry], query: CatalogueQuery, without: str = "") -> set[int]:
    """The adapters that match, asked one by one, as if nothing of the field `without` had been chosen.

    What all has to hold stays.
    """
    asks_for_missing = any(choice.field == "is" and "missing" in choice.include for choice in query.choices)
    return {
        adapter_id
        for adapter_id, entry in library.items()
        if (asks_for_missing or entry.state != "missing")
        and (not query.roots or entry.root_id in query.roots)
        and _says(entry, query.text)
        and all(_holds(entry, choice) for choice in query.choices if choice.field != without or choice.needs_all)
    }


def _holds(entry: Entry, choice: Choice) -> bool:
    wanted = [_is(entry, choice.field, value) for value in choice.include]
    unwanted = [_is(entry, choice.field, value) for value in choice.exclude]
    fits = not wanted or (all(wanted) if choice.needs_all else any(wanted))
    return fits and not any(unwanted)


def _is(entry: Entry, field: str, value: str) -> bool:
    if field == "base":
        return entry.base_model == value
    if field == "tag":
        return value.casefold() in {tag.casefold() for tag in entry.tags}
    if field == "folder":
        return not value or entry.folder == value or entry.folder.startswith(f"{value}/")
    flags = {"favourite": entry.favourite, "unused": not entry.uses}
    return flags.get(value, entry.state == value)


def _says(entry: Entry, text: str) -> bool:
    words = [folded(word) for word in split_words(text)]
    found = entry.searchable
    open_end = text[-1:].isalnum() and text[-1:].isascii()
    for number, word in enumerate(words):
        last = number == len(words) - 1 and open_end
        if not any(other.startswith(word) if last else other == word for other in found):
            return False
    return True


def count_folders(library: dict[int, Entry], ids: set[int], parent: str) -> Counter[str]:
    """How many of these adapters lie in each folder right below `parent`, or below that."""
    totals: Counter[str] = Counter()
    begin = f"{parent}/" if parent else ""
    for adapter_id in ids:
        folder = library[adapter_id].folder
        if folder.startswith(begin) and folder != parent:
            totals[begin + folder[len(begin) :].split("/")[0]] += 1
    return totals
