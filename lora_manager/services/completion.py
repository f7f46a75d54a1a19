"""What could stand where somebody types in the search box: fields, values that adapters have, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.name_begin import names_beginning
from lora_manager.db.terms import folded, terms_beginning
from lora_manager.search.query.fields import FIELD_BY_NAME, FIELDS, FLAG_ALSO, FLAGS, Kind
from lora_manager.search.typed_place import TypedPlace, as_value, typed_place
from lora_manager.services.known_values import shown_mask, values_of

MOST_ITEMS = 20
MOST_OF_A_KIND = 5
"""Of each kind where several kinds fit."""
_SHORTEST_TRIGGER = 2
"""Letters from which trigger words are looked up: with one there are thousands, and counting them takes long."""
_BESIDE_NAMES = ("tag", "base", "author")
"""What a plain word may be the beginning of, beside a field and a name."""
_COMPARISONS = {
    "rank": (">=32", "<=16", "16..64"),
    "weight": ("0.6..0.8", ">=1", "<0.5"),
    "rating": (">=4", "5", "0"),
    "downloads": (">1000", ">10000"),
    "size": (">100mb", "<50mb", "100mb..500mb"),
    "added": ("<7d", "<30d", ">1y"),
    "published": ("<30d", "<1y", ">1y"),
    "used": ("0", ">0", "<30d"),
}
"""Values of the fields that compare, as examples."""


@dataclass(frozen=True)
class Item:
    """One thing to choose: the text that it puts in, how it reads, of what kind it is, how many adapters have it."""

    text: str
    label: str
    kind: str
    count: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class Completion:
    """What can stand in place of the characters `start` to `end`."""

    start: int
    end: int
    items: list[Item]


class Completer:
    """Completes queries with what the adapters of this host's roots have."""

    def __init__(self, catalogue: Catalogue, roots: Callable[[], tuple[int, ...]]) -> None:
        self._catalogue = catalogue
        self._roots = roots

    def complete(self, text: str, caret: int) -> Completion:
        """Return what can stand at the caret, in characters from the beginning; nothing between two words."""
        place = typed_place(text, caret)
        if place is None:
            return Completion(caret, caret, [])
        roots = self._roots()
        with self._catalogue.database.read() as connection:
            source = _Source(self._catalogue, connection, roots)
            items = _plain(source, place.begun) if place.field is None else _values(source, place)
            return Completion(place.start, place.end, list(islice(_once(items), MOST_ITEMS)))


_LOOSE = frozenset({"base", "folder"})


class _Source:
    """What is known at one moment."""

    def __init__(self, catalogue: Catalogue, connection: Connection, roots: tuple[int, ...]) -> None:
        self.connection = connection
        self._catalogue = catalogue
        self._roots = roots

    def values(self, field: str, begun: str, most: int) -> list[Item]:
        """The values of a field that begin so, or have a word that does: the most frequent first."""
        known = values_of(self._catalogue, self.connection, self._roots, field)
        return [
            # Without quotes a base model's or a folder's name means others too; of another value, what begins with it.
            Item(as_value(value, is_exact=field in _LOOSE or known.is_beginning(value)), value, field, count)
            for value, count in known.beginning(begun, most)
        ]

    def names(self, begun: str, most: int) -> list[Item]:
        """Names that begin so, of adapters that are shown."""
        found = names_beginning(self.connection, begun)
        columns = self._catalogue.columns(self.connection)
        is_shown = columns.mask_of_ids([adapter_id for adapter_id, _ in found]) & shown_mask(columns, self._roots)
        at = {int(adapter_id) for adapter_id in columns.ids[is_shown]}
        names = list(dict.fromkeys(name for adapter_id, name in found if adapter_id in at))
        return [Item(as_value(name), name, "name") for name in names[:most]]

    def triggers(self, begun: str, most: int) -> list[Item]:
        """Single words of trigger words that begin so."""
        begin = folded(begun.strip())
        if len(begin) < _SHORTEST_TRIGGER:
            return []
        found = terms_beginning(self.connection, begin, ("triggers",))
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return [Item(as_value(word), word, "trigger", count) for word, count in ordered[:most]]


def _plain(source: _Source, begun: str) -> Iterator[Item]:
    """Fields first: there are few, and who types "ta" may mean `tag:`; then what adapters have."""
    typed = begun.casefold().strip()
    if not typed:
        return
    fields = [field for field in FIELDS if any(name.startswith(typed) for name in (field.name, *field.also))]
    for field in sorted(fields, key=lambda field: not field.name.startswith(typed)):
        yield Item(f"{field.name}:", f"{field.name}:", "field", detail=field.example)
    if "is".startswith(typed):
        yield Item("is:", "is:", "field", detail="is:favourite")
    if len(typed) > 1:
        yield from (Item(f"is:{name}", f"is:{name}", "flag", detail=FLAGS[name]) for name in _flags(typed))
    for field_name in _BESIDE_NAMES:
        for item in source.values(field_name, begun, MOST_OF_A_KIND):
            yield Item(f"{field_name}:{item.text}", item.label, field_name, item.count)
    yield from source.names(begun, MOST_OF_A_KIND)


def _values(source: _Source, place: TypedPlace) -> Iterator[Item]:
    name, begun = str(place.field).lower(), place.begun
    if name == "is":
        yield from (Item(flag, flag, "flag", detail=FLAGS[flag]) for flag in _flags(begun.casefold()))
        return
    field = FIELD_BY_NAME.get(name)
    if field is None:
        return
    if field.kind is Kind.CHOICE:
        yield from source.values(field.name, begun, MOST_ITEMS)
    elif field.name == "name":
        yield from source.names(begun, MOST_ITEMS)
    elif field.name == "trigger":
        yield from source.triggers(begun, MOST_ITEMS)
    else:
        for example in _COMPARISONS.get(field.name, ()):
            if example.startswith(begun):
                yield Item(example, example, field.name)


def _flags(begun: str) -> list[str]:
    meant = [flag for name, flag in FLAG_ALSO.items() if name.startswith(begun)] if begun else []
    return list(dict.fromkeys([*(name for name in FLAGS if name.startswith(begun)), *meant]))


def _once(items: Iterator[Item]) -> Iterator[Item]:
    seen: set[str] = set()
    for item in items:
        if item.text not in seen:
            seen.add(item.text)
            yield item
