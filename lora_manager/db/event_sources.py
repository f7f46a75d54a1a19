"""What events are made of: runs that were recorded, ratings in the history, images, and what an adapter is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update

from lora_manager.db.chunks import chunks
from lora_manager.db.plain_rows import WANTED, rows_of
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import Change, ChangeSet, Generation, Image, State, Use

MOST_TAGS = 60
"""Tags of one adapter that an event remembers, in the order of its sources."""
LIKINGS = ("rating", "favourite")
USER_SOURCE = "user"
_MARK = "learning_{}"
_SET_MARK = "INSERT INTO state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
_ADAPTERS = (
    "SELECT adapter.id, author_username, base_model, adapter.archetype, digest.archetype, "
    "digest.archetype_confidence, digest.style, digest.style_confidence FROM adapter "
    f"LEFT JOIN adapter_digest AS digest ON digest.adapter_id = adapter.id WHERE adapter.id IN {WANTED}"
)
_TAGS = (
    "SELECT adapter_id, name FROM adapter_tag JOIN tag ON tag.id = tag_id "
    f"WHERE adapter_id IN {WANTED} ORDER BY adapter_id, position"
)
_NAMES = f"SELECT id, name FROM adapter WHERE id IN {WANTED}"
_TEXT, _NUMBER = "CASE typeof({0}) WHEN 'text' THEN {0} END", "CAST({} AS REAL)"
_GUESSES = (  # whatever a damaged row holds
    f"SELECT adapter_id, {_TEXT.format('archetype')}, {_NUMBER.format('archetype_confidence')}, "
    f"{_TEXT.format('style')}, {_NUMBER.format('style_confidence')}, stamp FROM adapter_digest WHERE stamp > ?"
)
LEAST_CONFIDENCE = 0.5
"""A guessed archetype or style counts from here on."""


class Marks(NamedTuple):
    """Up to which rows the sources were read: the last generation and the last change."""

    generation: int
    change: int


class RunUses(NamedTuple):
    """A generation and the known adapters that it used."""

    id: int
    at: str
    user_name: str
    adapter_ids: tuple[int, ...]


class Liking(NamedTuple):
    """A rating or favourite that was set by hand, or taken back.

    `is_own` says whether the new value is a user's, not one that a source says. `set_size` is how many of these the set
    of changes has.
    """

    change_id: int
    at: str
    user_name: str
    is_undo: bool
    is_own: bool
    adapter_id: int
    field: str
    old: Any
    new: Any
    set_size: int


@dataclass(frozen=True)
class ImageUses:
    """An image with what is thought of it and the known adapters of its generation."""

    id: int
    path: str
    rating: int
    favourite: bool
    gone_at: str | None
    generation_id: int
    user_name: str
    adapter_ids: tuple[int, ...] = field(default=())


class Guess(NamedTuple):
    """What was guessed of an adapter; None for what is not sure enough."""

    adapter_id: int
    archetype: str | None
    style: str | None
    stamp: int


def marks(connection: Connection) -> Marks:
    """Return up to where the sources were read; a restored database may end before that."""
    found = {}
    for name in Marks._fields:
        text = connection.execute(select(State.value).where(State.key == _MARK.format(name))).scalar()
        found[name] = int(text or 0)
    last = last_marks(connection)
    return Marks(*(min(at, end) for at, end in zip(Marks(**found), last, strict=True)))


def set_marks(connection: Connection, to: Marks) -> None:
    """Remember up to where the sources were read."""
    connection.exec_driver_sql(_SET_MARK, [(_MARK.format(name), str(at)) for name, at in to._asdict().items()])


def last_marks(connection: Connection) -> Marks:
    """Return the marks at the end of the sources."""
    generation = connection.execute(select(func.max(Generation.id))).scalar() or 0
    change = connection.execute(select(func.max(Change.id))).scalar() or 0
    return Marks(generation, change)


def runs_since(connection: Connection, generation_id: int, limit: int) -> list[RunUses]:
    """Return the generations after one, the oldest first, also those that used nothing we know."""
    columns = (Generation.id, Generation.created_at, Generation.user_name)
    statement = select(*columns).where(Generation.id > generation_id).order_by(Generation.id).limit(limit)
    rows = connection.execute(statement).all()
    uses = uses_of(connection, [row[0] for row in rows])
    return [RunUses(row[0], row[1], row[2] or "", uses.get(row[0], ())) for row in rows]


def uses_of(connection: Connection, generation_ids: Sequence[int]) -> Mapping[int, tuple[int, ...]]:
    """Return the known adapters of generations, each once."""
    found: defaultdict[int, dict[int, None]] = defaultdict(dict)
    for part in chunks(generation_ids):
        statement = select(Use.generation_id, Use.adapter_id).where(Use.generation_id.in_(part)).order_by(Use.id)
        for generation_id, adapter_id in connection.execute(statement):
            if adapter_id is not None:
                found[generation_id][adapter_id] = None
    return {generation_id: tuple(ids) for generation_id, ids in found.items()}


def likings_since(connection: Connection, change_id: int, limit: int) -> list[Liking]:
    """Return the ratings and favourites that people set after a change, the oldest first."""
    likings = Change.field.in_(LIKINGS)
    of_set = (ChangeSet.created_at, ChangeSet.user_name, ChangeSet.kind, Change.new_source)
    statement = (
        select(Change.id, *of_set, Change.adapter_id, Change.field, Change.old, Change.new, Change.set_id)
        .join(ChangeSet, ChangeSet.id == Change.set_id)
        .where(Change.id > change_id, likings, Change.adapter_id.is_not(None), ChangeSet.by != "scan")
        .order_by(Change.id)
        .limit(limit)
    )
    rows = connection.execute(statement).all()
    sizes: dict[int, int] = {}
    for part in chunks(sorted({row[-1] for row in rows})):
        counted = select(Change.set_id, func.count()).where(Change.set_id.in_(part), likings).group_by(Change.set_id)
        sizes |= {row[0]: row[1] for row in connection.execute(counted)}
    return [
        Liking(
            change_id=row[0],
            at=row[1],
            user_name=row[2] or "",
            is_undo=row[3] in ("undo", "back_to"),
            is_own=row[4] == USER_SOURCE,
            adapter_id=row[5],
            field=row[6],
            old=row[7],
            new=row[8],
            set_size=sizes[row[9]],
        )
        for row in rows
    ]


def image_uses(connection: Connection, image_id: int) -> ImageUses | None:
    """Return an image with its generation's user and adapters."""
    columns = (Image.id, Image.path, Image.rating, Image.favourite, Image.gone_at, Image.generation_id)
    statement = (
        select(*columns, Generation.user_name)
        .join(Generation, Generation.id == Image.generation_id)
        .where(Image.id == image_id)
    )
    row = connection.execute(statement).first()
    if row is None:
        return None
    uses = uses_of(connection, [row[5]]).get(row[5], ())
    return ImageUses(row[0], row[1], row[2], bool(row[3]), row[4], row[5], row[6] or "", uses)


def change_image(connection: Connection, image: ImageUses, values: Mapping[str, Any]) -> None:
    """Set columns of an image. Its adapters count as changed: what their own images are like is part of them."""
    connection.execute(update(Image).where(Image.id == image.id).values(dict(values)))
    touch_catalogue(connection, image.adapter_ids)


def attributes_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, list[list[str]]]:
    """Return what adapters are, as pairs of a kind of preference and the value; the adapter itself is not among them.

    An archetype that a source or the user says goes before the guessed one.
    """
    ids = list(dict.fromkeys(adapter_ids))
    found: dict[int, list[list[str]]] = {}
    for row in rows_of(connection, _ADAPTERS, ids):
        adapter_id, author, base_model, said, guessed, sureness, style, style_sureness = row
        archetype = said or (guessed if (sureness or 0) >= LEAST_CONFIDENCE else None)
        sure_style = style if (style_sureness or 0) >= LEAST_CONFIDENCE else None
        values = {"author": author, "base_model": base_model, "archetype": archetype, "style": sure_style}
        found[adapter_id] = [[kind, value] for kind, value in values.items() if value]
    tags: defaultdict[int, list[str]] = defaultdict(list)
    for adapter_id, name in rows_of(connection, _TAGS, ids):
        tags[adapter_id].append(name)
    for adapter_id, names in tags.items():
        if adapter_id in found:
            found[adapter_id] += [["tag", name] for name in names[:MOST_TAGS]]
    return found


def names_of(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, str]:
    """Return the names of those of these adapters that there are."""
    return {adapter_id: name for adapter_id, name in rows_of(connection, _NAMES, list(adapter_ids))}  # noqa: C416


def guesses_since(connection: Connection, stamp: int) -> list[Guess]:
    """Return what was guessed of adapters after a stamp."""
    return [
        Guess(
            row[0],
            row[1] if (row[2] or 0) >= LEAST_CONFIDENCE else None,
            row[3] if (row[4] or 0) >= LEAST_CONFIDENCE else None,
            row[5],
        )
        for row in connection.exec_driver_sql(_GUESSES, (stamp,))
    ]
