"""The values of coded columns. They only ever grow: what was read before stays right beside what is read later."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

NO_VALUE = -1
"""The code of a field that an adapter does not have."""


class Vocabulary:
    """The values of a coded column, in the order in which they were met."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.values)

    def code(self, value: str | None) -> int:
        """Return the code of a value, a new one for a new value."""
        if value is None:
            return NO_VALUE
        known = self._codes.get(value)
        if known is None:
            self.values.append(value)
            known = self._codes[value] = len(self.values) - 1
        return known

    def find(self, *values: str) -> list[int]:
        """Return the codes of those of these values that there are."""
        return [self._codes[value] for value in values if value in self._codes]

    def where(self, holds: Callable[[str], bool]) -> list[int]:
        """Return the codes of the values for which `holds(value)`."""
        return [code for code, value in enumerate(self.values) if holds(value)]


class TagNames:
    """Every tag: its spelling by id, its id by its case-folded form."""

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.ids: dict[str, int] = {}
        self.behind_last = 1
        """One more than the largest id."""
        self._sorted: list[str] = []

    def add(self, rows: Iterable[tuple[int, str, str]]) -> None:
        """Add tags: id, case-folded form, spelling."""
        for tag_id, key, name in rows:
            # Others read meanwhile: a tag can be found only once there is room for it in what they make of it.
            self.behind_last = max(self.behind_last, tag_id + 1)
            self.names[tag_id] = name
            self.ids[key] = tag_id

    def find(self, *keys: str) -> list[int]:
        """Return the ids of those of these case-folded forms that there are."""
        return [self.ids[key] for key in keys if key in self.ids]

    def beginning_with(self, begin: str) -> list[str]:
        """Return the case-folded forms that begin so, in order."""
        keys = self._sorted
        if len(keys) != len(self.ids):
            keys = self._sorted = sorted(self.ids)
        start = bisect_left(keys, begin)
        end = bisect_left(keys, begin + "\U0010ffff", start)
        return keys[start:end]
