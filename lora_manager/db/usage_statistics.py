"""Sums over what was recorded: how much was made, with what, when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, func, select

from lora_manager.db.cards import primary_file
from lora_manager.db.library_state import THERE
from lora_manager.db.pairs import pairs
from lora_manager.db.tables import Adapter, Generation, Image, NetworkFile, Use


@dataclass(frozen=True)
class Totals:
    """Counts over all time; `seconds` is the time spent generating."""

    adapters: int
    used: int
    never_used: int
    generations: int
    images: int
    uses: int
    seconds: float


@dataclass(frozen=True)
class Day:
    """What was made on one day (UTC, YYYY-MM-DD)."""

    day: str
    generations: int
    images: int
    uses: int


@dataclass(frozen=True)
class BaseModelUse:
    """How many adapters of a base model there are and how often they were used."""

    base_model: str
    adapters: int
    uses: int


def totals(connection: Connection, roots: Sequence[int]) -> Totals:
    """Sum everything up; adapters are those of `roots`."""
    present = select(func.count()).select_from(Adapter).join(NetworkFile, primary_file())
    present = present.where(*_shown(roots))
    adapters = connection.execute(present).scalar_one()
    used = connection.execute(present.where(Adapter.uses > 0)).scalar_one()
    runs, seconds = connection.execute(select(func.count(), func.sum(Generation.seconds)).select_from(Generation)).one()
    images = connection.execute(select(func.count()).select_from(Image)).scalar_one()
    uses = connection.execute(select(func.count()).select_from(Use)).scalar_one()
    return Totals(adapters, used, adapters - used, runs, images, uses, round(seconds or 0.0, 1))


def over_time(connection: Connection, days: int, today: date) -> list[Day]:
    """Return one entry for each of the last `days` days, oldest first, days without anything included."""
    first = today - timedelta(days=days - 1)
    since = first.isoformat()
    day = func.substr(Generation.created_at, 1, 10)
    runs = select(day, func.count()).where(Generation.created_at >= since).group_by(day)
    images = select(day, func.count()).join(Image, Image.generation_id == Generation.id)
    uses = select(day, func.count()).join(Use, Use.generation_id == Generation.id)
    by_day = [
        pairs(connection, statement)
        for statement in (
            runs,
            images.where(Generation.created_at >= since).group_by(day),
            uses.where(Generation.created_at >= since).group_by(day),
        )
    ]
    names = [(first + timedelta(days=number)).isoformat() for number in range(days)]
    return [Day(name, *(counts.get(name, 0) for counts in by_day)) for name in names]


def most_used(connection: Connection, limit: int) -> list[int]:
    """Return the ids of the adapters with most uses, most first."""
    statement = select(Adapter.id).where(Adapter.uses > 0).order_by(Adapter.uses.desc(), Adapter.last_used_at.desc())
    return list(connection.execute(statement.limit(limit)).scalars())


def by_base_model(connection: Connection, roots: Sequence[int]) -> list[BaseModelUse]:
    """Return counts by base model over the adapters of `roots`, most used first."""
    uses = func.sum(Adapter.uses)
    statement = (
        select(Adapter.base_model, func.count(), uses)
        .join(NetworkFile, primary_file())
        .where(*_shown(roots))
        .group_by(Adapter.base_model)
        .order_by(uses.desc(), func.count().desc())
    )
    return [BaseModelUse(*row) for row in connection.execute(statement)]


def _shown(roots: Sequence[int]) -> list[ColumnElement[bool]]:
    """Return the conditions of what the catalogue shows; no roots means all of them."""
    present: list[ColumnElement[bool]] = [NetworkFile.state.in_(THERE)]
    return [*present, NetworkFile.root_id.in_(roots)] if roots else present
