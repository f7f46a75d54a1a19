"""Reading the columns out of the database: all of them, or those of the adapters that changed since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection

from lora_manager.db.columns.table import CODED, FLAGS, NO_VALUE, NUMBERS, REALS, Columns, Vocabulary

_DAY = 86_400.0
_CHUNK = 5000
"""Rows that are Python objects at one time: a library's columns are small, its rows are not."""

_ADAPTER = {
    "id": "id",
    "sort_name": "sort_name",
    "base_model": "base_model",
    "family": "family",
    "author": "author_username",
    "archetype": "archetype",
    "uses": "uses",
    "rating": "rating",
    "downloads": "json_extract(stats, '$.downloadCount')",
    "nsfw_level": "nsfw_level",
    "weight": "weight",
    "added": "added_at",
    "published": "published_at",
    "last_used": "last_used_at",
    "favourite": "favourite",
    "active": "active",
}
_FILE = {
    "id": "adapter_id",
    "folder": "folder",
    "algorithm": "NULLIF(algorithm, '')",
    "state": "state",
    "root_id": "root_id",
    "size": "size",
    "mtime_ns": "mtime_ns",
    "rank": "rank",
    "has_preview": "preview IS NOT NULL",
}
_ADAPTERS = f"SELECT {', '.join(_ADAPTER.values())} FROM adapter ORDER BY id"
_FILES = f"SELECT {', '.join(_FILE.values())} FROM network_file WHERE is_primary"
_HAVE = {
    "has_triggers": "SELECT DISTINCT adapter_id FROM trigger_word",
    "is_edited": "SELECT DISTINCT adapter_id FROM user_edit",
}


def load_columns(connection: Connection, revision: int) -> Columns:
    """Return every column of every adapter that has a file."""
    vocabularies = {name: Vocabulary() for name in CODED}
    adapters = _read(connection, _ADAPTERS, tuple(_ADAPTER), vocabularies)
    files = _read(connection, _FILES, tuple(_FILE), vocabularies)
    # An adapter without a file is none that can be shown.
    _, of_adapter, of_file = np.intersect1d(adapters["id"], files["id"], return_indices=True)
    found = {
        **{name: values[of_file] for name, values in files.items()},
        **{name: values[of_adapter] for name, values in adapters.items()},
    }
    names = found.pop("sort_name")
    columns = Columns(
        revision=revision,
        ids=found["id"],
        names=names.tolist(),
        coded={name: found[name] for name in CODED},
        vocabularies=vocabularies,
        numbers={name: found[name] for name in NUMBERS},
        reals={name: found[name] for name in REALS},
        flags={name: found[name] for name in FLAGS if name in found},
        tag_of=np.empty(0, np.int32),
        tagged=np.empty(0, np.int32),
        tag_names=dict(connection.exec_driver_sql("SELECT id, name FROM tag").fetchall()),
    )
    for name, statement in _HAVE.items():
        columns.flags[name] = columns.mask_of_ids(_read(connection, statement, ("id",), {})["id"])
    columns.flags["is_duplicate"] = np.zeros(len(columns), np.bool_)
    _load_tags(connection, columns)
    return columns


def _read(
    connection: Connection, statement: str, names: Sequence[str], vocabularies: dict[str, Vocabulary]
) -> dict[str, Any]:
    """The columns of a statement's rows as arrays, made chunk by chunk."""
    parts: dict[str, list[Any]] = {name: [] for name in names}
    result = connection.exec_driver_sql(statement)
    while rows := result.fetchmany(_CHUNK):
        for name, values in zip(names, zip(*rows, strict=True), strict=True):
            parts[name].append(_array(name, values, vocabularies))
    return {name: np.concatenate(found) if found else _array(name, (), vocabularies) for name, found in parts.items()}


def _array(name: str, values: Sequence[Any], vocabularies: dict[str, Vocabulary]) -> Any:
    if name in vocabularies:
        return _codes(values, vocabularies[name])
    if name == "sort_name":
        return np.array(values, object)
    if name == "weight":
        return np.array(values, np.float64)  # None becomes NaN
    if name in REALS:
        return _days(values)
    return np.array(values, np.bool_) if name in FLAGS else _whole(values)


def _load_tags(connection: Connection, columns: Columns) -> None:
    pairs = _read(connection, "SELECT adapter_id, tag_id FROM adapter_tag", ("adapter", "tag"), {})
    found = np.minimum(np.searchsorted(columns.ids, pairs["adapter"]), max(0, len(columns) - 1))
    is_there = columns.ids[found] == pairs["adapter"] if len(columns) else np.zeros(len(found), np.bool_)
    columns.tagged = found[is_there].astype(np.int32)
    columns.tag_of = pairs["tag"][is_there].astype(np.int32)


def _codes(values: Sequence[Any], vocabulary: Vocabulary) -> Any:
    return np.fromiter(map(vocabulary.code, values), np.int32, len(values))


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
