"""Duplicates for people: which of a group to keep and why, whether it is certain, and what must not be deleted."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from lora_manager.db.catalogue import Catalogue
from lora_manager.db.columns.table import Columns
from lora_manager.db.duplicate_keys import DuplicateKeyStore
from lora_manager.db.duplicates import (
    FILE,
    KINDS,
    NAME,
    TENSORS,
    Groups,
    HashedState,
    groups_of,
    hash_of,
    hashed_states,
    others_like,
)
from lora_manager.errors import BadInputError
from lora_manager.services.finding import Finder, FoundCard

MOST_GROUPS = 200
DELETABLE = (FILE, TENSORS)
"""Kinds whose files are known to be the same, so that one may go while another stays."""
_MOST_NUMBERS = 1000


@dataclass(frozen=True)
class Duplicate:
    """One of a group. `reached`: this host loads it for its name; `suggested_name`: another stem, "" where none is due.

    `edited`: its user changed its record, beyond liking it.
    """

    found: FoundCard
    edited: bool
    sha256_state: str
    reached: bool
    suggested_name: str = ""


@dataclass(frozen=True)
class DuplicateGroup:
    """LoRAs that are the same in one way. `confirmed`: by hashes that are the files' own as they are now.

    `keep` is the id of the one to keep, `why` says so in a sentence.
    """

    key: str
    kind: str
    confirmed: bool
    keep: int
    why: str
    items: list[Duplicate]


@dataclass(frozen=True)
class DuplicatePage:
    """Groups of a kind, how many there are of each, and the bytes that this kind could give back."""

    groups: dict[str, int]
    bytes: int
    total: int
    items: list[DuplicateGroup]


class Duplicates:
    """Finds what is there more than once."""

    def __init__(self, catalogue: Catalogue, finder: Finder, roots: Callable[[], Sequence[int]]) -> None:
        self._catalogue = catalogue
        self._finder = finder
        self._roots = roots
        self._keys = DuplicateKeyStore()

    def page(self, kind: str, limit: int, offset: int) -> DuplicatePage:
        """Return some groups of a kind. Raises BadInputError for an unknown one and for limits that are too large."""
        if kind not in KINDS:
            raise BadInputError(f"kind: one of {', '.join(KINDS)}.")
        if not 0 <= limit <= MOST_GROUPS or offset < 0:
            raise BadInputError(f"limit must be 0 to {MOST_GROUPS} and offset not negative.")
        with self._catalogue.database.read() as connection:
            columns = self._catalogue.columns(connection)
            groups = self._groups(connection, columns)
            chosen = groups[kind]
            shown = [columns.ids[positions].tolist() for positions in chosen.some(offset, limit)]
            items = self._described(connection, columns, kind, shown)
        return DuplicatePage({name: len(found) for name, found in groups.items()}, chosen.bytes, len(chosen), items)

    def _groups(self, connection: Connection, columns: Columns) -> dict[str, Groups]:
        roots = tuple(self._roots())

        def compute() -> dict[str, Groups]:
            keys = self._keys.current(connection)
            return {kind: groups_of(kind, columns, keys, roots) for kind in KINDS}

        return self._catalogue.cached(connection, ("duplicates", roots, columns.revision), compute)

    def _described(
        self, connection: Connection, columns: Columns, kind: str, groups: Sequence[Sequence[int]]
    ) -> list[DuplicateGroup]:
        ids = [adapter_id for group in groups for adapter_id in group]
        cards = {found.card.id: found for found in self._finder.found_cards(connection, ids)}
        states = hashed_states(connection, ids)
        edited = set(columns.ids[columns["is_edited"]].tolist())
        stems = self._keys.current(connection).stems if kind == NAME else {}
        described = []
        for group in groups:
            found = [cards[adapter_id] for adapter_id in group if adapter_id in cards and adapter_id in states]
            if len(found) > 1:
                described.append(_group(kind, found, states, edited, stems))
        return described


def check_deletable(connection: Connection, ids: Collection[int], kind: str) -> dict[int, str]:
    """Return which of these must not be deleted as duplicates of a kind ("file" or "tensors"), and why not.

    Each file must be the one that was hashed, on the disk and on record, and so must another one with the same hash
    that stays.
    """
    if kind not in DELETABLE:
        raise BadInputError(f"as_duplicates: '{FILE}' or '{TENSORS}'. Others are not known to be the same.")
    states = hashed_states(connection, list(ids))
    like = others_like(connection, kind, states)
    staying = hashed_states(connection, sorted({one for found in like.values() for one in found} - set(ids)))
    kept = {hash_of(kind, state) for state in staying.values() if _is_certain(state)}
    why_not: dict[int, str] = {}
    for adapter_id in ids:
        state = states.get(adapter_id)
        if state is None or hash_of(kind, state) is None or not _is_certain(state):
            why_not[adapter_id] = "Its file was not compared as it is now. Compare the files first."
        elif hash_of(kind, state) not in kept:
            why_not[adapter_id] = "No other file that is known to be the same would stay."
    return why_not


def _is_certain(state: HashedState) -> bool:
    """Say whether a file is still the one whose hash is known."""
    if not state.is_own:
        return False
    try:
        status = os.stat(state.path)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (state.size, state.mtime_ns)


def _group(
    kind: str,
    found: Sequence[FoundCard],
    states: dict[int, HashedState],
    edited: Collection[int],
    stems: Collection[str],
) -> DuplicateGroup:
    keep, why = _choice(kind, found, edited)
    own = [states[one.card.id] for one in found]
    given: set[str] = set()
    items = []
    for one in sorted(found, key=lambda one: (one.card.id != keep.card.id, one.card.id)):
        card = one.card
        reached = _reached(one)
        name = _free_name(card.stem, stems, given) if kind == NAME and one is not keep else ""
        items.append(Duplicate(one, card.id in edited, states[card.id].sha256_state, reached, name))
    hashes = {state.sha256 if kind == FILE else state.autov3 for state in own}
    is_same = len(hashes) == 1 or kind not in (FILE, TENSORS)
    key = f"{kind}:{min(one.card.id for one in found)}"
    return DuplicateGroup(key, kind, is_same and all(state.is_own for state in own), keep.card.id, why, items)


def _reached(one: FoundCard) -> bool:
    """Say whether the host loads this file for the plain name of it."""
    stem = one.card.stem
    return one.hidden_by is None and one.tag_name in (stem, stem.replace(".", "_"))


def _choice(kind: str, found: Sequence[FoundCard], edited: Collection[int]) -> tuple[FoundCard, str]:
    """Return which to keep, and the sentence that says why."""
    if kind == NAME:
        reached = [one for one in found if _reached(one)]
        if len(reached) == 1:
            return reached[0], "This web UI loads this one for the name; the others need another name to be reached."
    reasons: tuple[tuple[str, Callable[[FoundCard], float]], ...] = (
        ("It is the favourite.", lambda one: one.card.favourite),
        ("It is rated best ({rating} of 5).", lambda one: one.card.rating),
        ("It was used most ({uses} times).", lambda one: one.card.uses),
        ("You edited its record.", lambda one: one.card.id in edited),
        ("It has the best record: a preview, trigger words, a version.", _completeness),
        ("It has the name that this web UI loads it by.", _reached),
        ("It is a safetensors file.", lambda one: one.card.file_name.lower().endswith(".safetensors")),
        ("It is the newest file; nothing else tells them apart.", lambda one: one.card.mtime_ns),
    )
    left = list(found)
    for sentence, worth in reasons:
        most = max(map(worth, left))
        best = [one for one in left if worth(one) == most]
        if len(best) < len(left) and len(best) == 1:
            return best[0], sentence.format(rating=best[0].card.rating, uses=best[0].card.uses)
        left = best
    first = min(left, key=lambda one: (one.card.relative_path.count("/"), len(one.card.relative_path), one.card.id))
    return first, "They are all alike; it lies at the shortest path."


def _completeness(one: FoundCard) -> int:
    card = one.card
    said = (card.preview, card.trigger_groups, card.version, card.author, card.base_model, card.published_at)
    return sum(bool(value) for value in said)


def _free_name(stem: str, taken: Collection[str], given: set[str]) -> str:
    """Return a stem like another one that no LoRA has, and add it to those given; "" when there is none."""
    joined = f"{stem}_" if stem[-1:].isdigit() else stem
    for number in range(2, _MOST_NUMBERS):
        name = f"{joined}{number}"
        if name not in taken and name not in given:
            given.add(name)
            return name
    return ""


def path_of(found: FoundCard) -> str:
    """Return where a LoRA's file lies."""
    return str(Path(found.card.root) / found.card.relative_path)
