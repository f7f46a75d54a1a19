"""Analytics: what was made, with which adapters, when. Only what was recorded, nothing estimated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from lora_manager.db import usage_statistics
from lora_manager.db.engine import Database
from lora_manager.db.usage_statistics import BaseModelUse, Day, Totals
from lora_manager.errors import BadInputError
from lora_manager.services.finding import Finder, FoundCard

MOST_DAYS = 3660
TOP = 10


@dataclass(frozen=True)
class Analytics:
    """The figures of the Analytics tab."""

    days: int
    totals: Totals
    over_time: list[Day]
    top: list[FoundCard]
    by_base_model: list[BaseModelUse]


def analytics(database: Database, finder: Finder, days: int, roots: Sequence[int] = ()) -> Analytics:
    """Sum up the last `days` days, and all time; adapters are those of `roots`, or all. Raises BadInputError."""
    if not 1 <= days <= MOST_DAYS:
        raise BadInputError(f"days must be 1 to {MOST_DAYS}.")
    today = datetime.now(timezone.utc).date()
    with database.read() as connection:
        return Analytics(
            days=days,
            totals=usage_statistics.totals(connection, roots),
            over_time=usage_statistics.over_time(connection, days, today),
            top=finder.found_cards(connection, usage_statistics.most_used(connection, TOP)),
            by_base_model=usage_statistics.by_base_model(connection, roots),
        )
