"""Rows of preferences: what was learned of one user, by kind and key, and how it is taken back when it is forgotten."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from lora_manager.db.chunks import chunks
from lora_manager.db.tables import Preference, State

KINDS = ("tag", "author", "base_model", "archetype", "style", "adapter")
_REVISION = "preferences_revision"
_BUMP = (
    f"INSERT INTO state (key, value) VALUES ('{_REVISION}', '1') "
    "ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(state.value AS INTEGER) + 1 AS TEXT)"
)
_READ = f"SELECT value FROM state WHERE key = '{_REVISION}'"
_UNDO = "preferences_undo"
MOST_UNDOS = 20
"""Of each user: the newest can be taken back."""

Key = tuple[str, str]
"""Kind and key of a preference."""


@dataclass
class PreferenceRow:
    """A preference as it stands in its row; see the table. `id` is 0 until it is written."""

    user_name: str
    kind: str
    key: str
    label: str
    positive: float
    negative: float
    evidence: int
    updated_at: str
    source: str
    pinned: int | None = None
    forgotten_before: int = 0
    tally: str = ""
    id: int = 0

    @property
    def counts(self) -> dict[str, tuple[int, float]]:
        """How many events of each kind there were, and the sum of their values."""
        return {kind: (number, total) for kind, (number, total) in json.loads(self.tally or "{}").items()}

    def count(self, kind: str, number: int, value: float) -> None:
        """Count so many events of a kind and value more, or fewer."""
        counts = self.counts
        before, total = counts.get(kind, (0, 0.0))
        counts[kind] = (before + number, round(total + number * value, 6))
        self.tally = json.dumps({kind: entry for kind, entry in counts.items() if entry[0] > 0})


_COLUMNS = (
    Preference.user_name,
    Preference.kind,
    Preference.key,
    Preference.label,
    Preference.positive,
    Preference.negative,
    Preference.evidence,
    Preference.updated_at,
    Preference.source,
    Preference.pinned,
    Preference.forgotten_before,
    Preference.tally,
    Preference.id,
)
_UPDATED = ("label", "positive", "negative", "evidence", "updated_at", "source", "pinned", "forgotten_before", "tally")


@dataclass(frozen=True)
class Forgotten:
    """What a preference was before it was forgotten. Named by its key: a restored database has other ids."""

    kind: str
    key: str
    forgotten_before: int
    pinned: int | None


def preferences_revision(connection: Connection) -> int:
    """Return the number of the last change of any preference."""
    return int(connection.exec_driver_sql(_READ).scalar() or 0)


def touch_preferences(connection: Connection) -> None:
    """Say that preferences changed, to whoever keeps them in memory."""
    connection.exec_driver_sql(_BUMP)


def preferences_of(connection: Connection, user_name: str) -> list[PreferenceRow]:
    """Return everything that was learned of a user."""
    names = ", ".join(column.key for column in _COLUMNS)
    raw = connection.connection.dbapi_connection
    assert raw is not None
    # Plain rows: there can be ten thousand, and they are read again after every event.
    rows = raw.cursor().execute(f"SELECT {names} FROM preference WHERE user_name = ? ORDER BY id", (user_name,))
    return [PreferenceRow(*row) for row in rows.fetchall()]


def preferences_for(connection: Connection, user_name: str, keys: Iterable[Key]) -> dict[Key, PreferenceRow]:
    """Return those of these preferences that there are."""
    by_kind: dict[str, list[str]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, []).append(key)
    found: dict[Key, PreferenceRow] = {}
    for kind, wanted in by_kind.items():
        for part in chunks(wanted):
            mine = (Preference.user_name == user_name, Preference.kind == kind, Preference.key.in_(part))
            for row in connection.execute(select(*_COLUMNS).where(*mine)):
                found[kind, row[2]] = _row(row)
    return found


def read_preference(connection: Connection, user_name: str, preference_id: int) -> PreferenceRow | None:
    """Return one preference of a user."""
    mine = (Preference.id == preference_id, Preference.user_name == user_name)
    row = connection.execute(select(*_COLUMNS).where(*mine)).first()
    return None if row is None else _row(row)


def write_preferences(connection: Connection, rows: Sequence[PreferenceRow]) -> None:
    """Write rows: those with an id in place of what they were. Says that preferences changed."""
    new = [{name: value for name, value in vars(row).items() if name != "id"} for row in rows if not row.id]
    if new:
        connection.execute(insert(Preference), new)
    known = [row for row in rows if row.id]
    if known:
        fields = ", ".join(f"{name} = :{name}" for name in _UPDATED)
        values = [{"id": row.id, **{name: getattr(row, name) for name in _UPDATED}} for row in known]
        connection.exec_driver_sql(f"UPDATE preference SET {fields} WHERE id = :id", values)
    touch_preferences(connection)


def pin_preference(connection: Connection, preference_id: int, pinned: int | None) -> None:
    """Set what the user said themself; None takes it back."""
    connection.execute(update(Preference).where(Preference.id == preference_id).values(pinned=pinned))
    touch_preferences(connection)


def keep_forgotten(connection: Connection, token: str, user_name: str, forgotten: Sequence[Forgotten]) -> None:
    """Remember under a token what was forgotten; of the user's older tokens the last ones stay."""
    kept = _kept(connection)
    rows = [[one.kind, one.key, one.forgotten_before, one.pinned] for one in forgotten]
    mine = [one for one in kept if one["user"] == user_name][1 - MOST_UNDOS :]
    others = [one for one in kept if one["user"] != user_name]
    _keep(connection, [*others, *mine, {"token": token, "user": user_name, "rows": rows}])


def take_forgotten(connection: Connection, token: str, user_name: str) -> list[Forgotten] | None:
    """Return what was forgotten under a token of this user, once; None for a token that is not known."""
    kept = _kept(connection)
    found = next((one for one in kept if one["token"] == token and one["user"] == user_name), None)
    if found is None:
        return None
    _keep(connection, [one for one in kept if one is not found])
    return [Forgotten(*row) for row in found["rows"]]


def _kept(connection: Connection) -> list[dict[str, Any]]:
    text = connection.execute(select(State.value).where(State.key == _UNDO)).scalar()
    kept: list[dict[str, Any]] = json.loads(text) if text else []
    return kept


def _keep(connection: Connection, kept: list[dict[str, Any]]) -> None:
    connection.execute(delete(State).where(State.key == _UNDO))
    connection.execute(insert(State), {"key": _UNDO, "value": json.dumps(kept)})


def _row(row: Row[Any]) -> PreferenceRow:
    return PreferenceRow(*row)
