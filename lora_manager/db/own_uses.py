"""What the user's own generations say of adapters: the weights they were used with, and what they were used beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from lora_manager.db.plain_rows import rows_of

MOST_USES = 200
"""Uses of one adapter that are looked at, the newest: of thousands the older ones change nothing any more."""

_OF_USER = "(? = '' OR EXISTS (SELECT 1 FROM generation WHERE generation.id = {}.generation_id AND user_name = ?))"
_NEWEST = (
    f"SELECT id FROM use WHERE adapter_id = wanted.value AND {_OF_USER.format('use')} "
    f"ORDER BY id DESC LIMIT {MOST_USES}"
)
_RATED = "SELECT coalesce(max({}), 0) FROM image WHERE image.generation_id = use.generation_id"
_USES = (
    f"SELECT use.adapter_id, use.unet_weight, ({_RATED.format('rating')}), ({_RATED.format('favourite')}) "
    f"FROM json_each(?) AS wanted JOIN use ON use.id IN ({_NEWEST}) ORDER BY use.id DESC"
)
_TOGETHER = (
    "SELECT other.adapter_id, count(DISTINCT other.generation_id) "
    f"FROM json_each(?) AS wanted JOIN use ON use.id IN ({_NEWEST}) "
    "JOIN use AS other ON other.generation_id = use.generation_id "
    "WHERE other.adapter_id IS NOT NULL AND other.adapter_id != use.adapter_id GROUP BY other.adapter_id"
)
_WEIGHTS = (
    "SELECT id, weight, coalesce(json_extract(sources, '$.weight'), ''), weight_min, weight_max FROM adapter "
    "WHERE id IN (SELECT value FROM json_each(?))"
)


class OwnUse(NamedTuple):
    """One generation with an adapter: its weight, the best rating (0 to 5) of an image, whether one is a favourite."""

    weight: float
    rating: int
    favourite: bool


class RecordedWeight(NamedTuple):
    """What is on record of an adapter's weight, with who says so: "user", "text", a sidecar's format; "" for nobody."""

    weight: float | None
    source: str
    lowest: float | None
    highest: float | None


def own_uses(connection: Connection, adapter_ids: Sequence[int], user_name: str = "") -> dict[int, list[OwnUse]]:
    """Return the newest uses of adapters, newest first; of one user only where `user_name` says whose."""
    found: defaultdict[int, list[OwnUse]] = defaultdict(list)
    for adapter_id, weight, rating, favourite in rows_of(connection, _USES, adapter_ids, user_name, user_name):
        found[adapter_id].append(OwnUse(weight, rating, bool(favourite)))
    return dict(found)


def used_together(connection: Connection, adapter_ids: Sequence[int], user_name: str = "") -> dict[int, int]:
    """Return in how many of the newest generations with any of these adapters each other one took part."""
    wanted = set(adapter_ids)
    rows = rows_of(connection, _TOGETHER, adapter_ids, user_name, user_name)
    return {adapter_id: count for adapter_id, count in rows if adapter_id not in wanted}


def recorded_weights(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, RecordedWeight]:
    """Return what is on record of these adapters' weights."""
    return {row[0]: RecordedWeight(*row[1:]) for row in rows_of(connection, _WEIGHTS, adapter_ids)}
