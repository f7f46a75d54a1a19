"""Reading the columns out of the database: all of them, or those of the adapters that changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.table import CODED, FLAGS, HASH_DIGITS, REALS, Codes, Columns, Ints
from lora_manager.db.columns.vocabulary import NO_VALUE, TagNames, Vocabulary

_DAY = 86_400.0
_CHUNK = 5000
"""Rows that are Python objects at one time: a library's columns are small, its rows are not."""

_VALUES = {
    "id": "adapter.id",
    "sort_name": "sort_name",
    "base_model": "base_model",
    "family": "family",
    "author": "author_username",
    "archetype": "archetype",
    "uses": "uses",
    "rating": "rating",
    "downloads": "downloads",
    "weight": "weight",
    "added": "added_at",
    "published": "published_at",
    "last_used": "last_used_at",
    "favourite": "favourite",
    "is_active": "active",
    "ordinal": "ordinal",
    "folder": "folder",
    "algorithm": "NULLIF(algorithm, '')",
    "state": "state",
    "root_id": "root_id",
    "size": "size",
    "mtime_ns": "mtime_ns",
    "rank": "rank",
    "hash": "sha256",
    "autov2": "autov2",
    "autov3": "autov3",
    "autov3_own": "autov3_computed",
    "has_preview": "preview IS NOT NULL",
    "has_triggers": "EXISTS (SELECT 1 FROM trigger_word WHERE trigger_word.adapter_id = adapter.id)",
    # What one likes is no change of the record.
    "is_edited": "EXISTS (SELECT 1 FROM user_edit WHERE user_edit.adapter_id = adapter.id "
    "AND field NOT IN ('favourite', 'rating'))",
}
_CHANGED = "SELECT id FROM adapter WHERE revision > ?"
_ROWS = (
    f"SELECT {', '.join(_VALUES.values())} FROM adapter "
    "JOIN network_file ON network_file.adapter_id = adapter.id AND is_primary {where} ORDER BY adapter.id"
)
# What is in the trash is in no list, and nothing is counted with it.
_SHOWN = "WHERE state != 'trashed'"
_ALL_ROWS, _ROWS_SINCE = _ROWS.format(where=_SHOWN), _ROWS.format(where=f"{_SHOWN} AND adapter.id IN ({_CHANGED})")
# As two texts: 100,000 adapters have 700,000 tags, and a Python object for each takes a second.
_ALL_TAGS = "SELECT group_concat(adapter_id), group_concat(tag_id) FROM adapter_tag"
_TAGS_SINCE = f"{_ALL_TAGS} WHERE adapter_id IN ({_CHANGED})"
_NEW_TAGS = "SELECT id, key, name FROM tag WHERE id >= ?"
_OFFLINE = "SELECT id FROM root WHERE NOT online"


@dataclass(frozen=True)
class Part:
    """Adapters as they are now: their values in the order of ids, and pairs of adapter id and tag id."""

    values: dict[str, Any]
    tagged_ids: Ints
    tag_of: Codes


def load_columns(connection: Connection, revision: int) -> Columns:
    """Return every column of every adapter that has a file."""
    vocabularies = {name: Vocabulary() for name in CODED}
    tags = TagNames()
    part = read_part(connection, None, vocabularies, tags)
    columns = Columns(
        revision, part.values, vocabularies, part.tag_of, part.tag_of, tags, offline_roots=offline_roots(connection)
    )
    columns.tag_of, columns.tagged = pairs_of(columns, part.tagged_ids, part.tag_of)
    return columns


def read_part(connection: Connection, since: int | None, vocabularies: dict[str, Vocabulary], tags: TagNames) -> Part:
    """Return what changed after a revision, everything for None; new values and tags are added to what is known."""
    rows, tagged, parameters = (_ALL_ROWS, _ALL_TAGS, ()) if since is None else (_ROWS_SINCE, _TAGS_SINCE, (since,))
    values = _read(connection, rows, parameters, tuple(_VALUES), vocabularies)
    adapters, tags_of_them = connection.exec_driver_sql(tagged, parameters).one()
    new_tags = connection.exec_driver_sql(_NEW_TAGS, (tags.behind_last,)).all()
    tags.add((tag_id, key, name) for tag_id, key, name in new_tags)
    return Part(values, _numbers(adapters, np.int64), _numbers(tags_of_them, np.int32))


def _numbers(joined: str | None, kind: type[np.signedinteger[Any]]) -> Any:
    return np.fromstring(joined or "", kind, sep=",")


def changed_ids(connection: Connection, since: int) -> Ints:
    """Return the adapters that changed after a revision."""
    return np.array(connection.exec_driver_sql(_CHANGED, (since,)).scalars().all(), np.int64)


def offline_roots(connection: Connection) -> frozenset[int]:
    """Return the roots that could not be reached when they were last looked at."""
    return frozenset(connection.exec_driver_sql(_OFFLINE).scalars())


def pairs_of(columns: Columns, tagged_ids: Ints, tag_of: Codes) -> tuple[Codes, Codes]:
    """Return tag and position of each pair whose adapter is there."""
    positions = columns.positions_or_none(tagged_ids)
    is_there = positions != NO_VALUE
    return tag_of[is_there], positions[is_there]


def _read(
    connection: Connection,
    statement: str,
    parameters: tuple[Any, ...],
    names: Sequence[str],
    vocabularies: dict[str, Vocabulary],
) -> dict[str, Any]:
    """The columns of a statement's rows as arrays, made chunk by chunk."""
    parts: dict[str, list[Any]] = {name: [] for name in names}
    result = connection.exec_driver_sql(statement, parameters)
    while rows := result.fetchmany(_CHUNK):
        for name, values in zip(names, zip(*rows, strict=True), strict=True):
            parts[name].append(_array(name, values, vocabularies))
    return {name: np.concatenate(found) if found else _array(name, (), vocabularies) for name, found in parts.items()}


def _array(name: str, values: Sequence[Any], vocabularies: dict[str, Vocabulary]) -> Any:
    if name in vocabularies:
        return np.fromiter(map(vocabularies[name].code, values), np.int32, len(values))
    if name == "sort_name":
        found = np.empty(len(values), object)
        found[:] = values
        return found
    if name in ("weight", "ordinal"):
        return np.array(values, np.float64)  # None becomes NaN
    if name in HASH_DIGITS:
        digits = HASH_DIGITS[name]
        return np.fromiter((_number_of_hash(value, digits) for value in values), np.int64, len(values))
    if name in REALS:
        return _days(values)
    return np.array(values, np.bool_) if name in FLAGS else _whole(values)


def _number_of_hash(value: str | None, digits: int) -> int:
    """The number that the first digits are; NO_VALUE where there are not as many."""
    try:
        return int(value[:digits], 16) if value is not None and len(value) >= digits else NO_VALUE
    except ValueError:
        return NO_VALUE


def _whole(values: Sequence[Any]) -> Any:
    return np.fromiter((NO_VALUE if value is None else value for value in values), np.int64, len(values))


def _days(values: Sequence[Any]) -> Any:
    """Days since 1970 of ISO times; NaN for none and for what is no time."""
    texts = np.array(["NaT" if value is None else value[:19] for value in values], "U19")
    try:
        times = texts.astype("datetime64[s]")
    except ValueError:
        times = np.array([_time_of(text) for text in texts], "datetime64[s]")
    days = times.astype(np.float64) / _DAY
    days[np.isnat(times)] = np.nan
    return days


def _time_of(text: str) -> Any:
    try:
        return np.datetime64(text, "s")
    except ValueError:
        return np.datetime64("NaT", "s")
