"""Setting fields by the user's hand, and giving them back to their sources: of many adapters at once, with history.

The user's own values are set on the adapter at once, and remembered so that no scan ever undoes them; beside each
stands what the sources say, so that a field can be given back without reading anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from lora_manager.clock import utc_now
from lora_manager.db.edits.card_texts import rewrite_texts
from lora_manager.db.edits.fields import COLLECTIONS, EDITABLE, OWN, UNSET, USER, derived, is_same
from lora_manager.db.edits.state import Held, Remembered, held_fields, remembered_fields
from lora_manager.db.edits.tags import replace_tags
from lora_manager.db.history import ChangeRow
from lora_manager.db.ingest import write_trigger_groups
from lora_manager.db.json_texts import json_text
from lora_manager.db.read_again import read_again
from lora_manager.db.revision import next_revision, touch_catalogue
from lora_manager.db.tables import Adapter, TriggerWord
from lora_manager.errors import NotFoundError

_REMEMBER = (
    "INSERT INTO user_edit (adapter_id, field, value, source_value, source, edited_at, user_name) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True)
class Edit:
    """Fields of an adapter to set by hand, and fields to give back to their sources. Both in EDITABLE."""

    adapter_id: int
    values: Mapping[str, Any] = field(default_factory=dict)
    resets: frozenset[str] = frozenset()


class _Remember(NamedTuple):
    """A row of `user_edit`."""

    adapter_id: int
    field: str
    value: Any
    said: Remembered


@dataclass
class _Plan:
    """What is to be written."""

    user_name: str | None
    columns: dict[int, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    sources: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    collections: dict[str, dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))
    remembered: list[_Remember] = field(default_factory=list)
    forgotten: list[tuple[int, str]] = field(default_factory=list)
    unread: set[int] = field(default_factory=set)
    """Adapters whose sources have to be read again: nobody knows what they say of a field that was given back."""
    changes: list[ChangeRow] = field(default_factory=list)


def apply_edits(
    connection: Connection,
    edits: Sequence[Edit],
    user_name: str | None = None,
    held: Mapping[int, Mapping[str, Held]] | None = None,
) -> list[ChangeRow]:
    """Set and give back fields. Returns what changed, for the history; adapters that are gone are passed over.

    A value that is set by hand counts as the user's even if the sources say the same: they may say otherwise tomorrow.
    `held` is what `held_fields` said of these fields, where the caller had to ask in this transaction.
    """
    fields = {name for edit in edits for name in (*edit.values, *edit.resets)}
    unknown = fields - EDITABLE
    if unknown:
        raise ValueError(f"not editable: {sorted(unknown)}")
    ids = [edit.adapter_id for edit in edits]
    held = held_fields(connection, ids, fields) if held is None else held
    remembered = remembered_fields(connection, ids, fields)
    plan = _Plan(user_name)
    for edit in edits:
        if edit.adapter_id in held:
            _plan_values(plan, edit, held[edit.adapter_id], remembered)
            _plan_resets(plan, edit, held[edit.adapter_id], remembered)
    _write(connection, plan)
    return plan.changes


def edit_adapter(
    connection: Connection, adapter_id: int, values: Mapping[str, Any], user_name: str | None = None
) -> list[ChangeRow]:
    """Set fields of one adapter. Raises NotFoundError when it is gone."""
    require_adapter(connection, adapter_id)
    return apply_edits(connection, [Edit(adapter_id, values)], user_name)


def require_adapter(connection: Connection, adapter_id: int) -> None:
    """Raise NotFoundError for an adapter that is not there."""
    if connection.execute(select(Adapter.id).where(Adapter.id == adapter_id)).first() is None:
        raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")


def mark_made_by_hand(connection: Connection, adapter_id: int) -> None:
    """Remember that the user made this record, not a scan."""
    connection.execute(update(Adapter).where(Adapter.id == adapter_id).values(made_by_hand=True))


def _plan_values(
    plan: _Plan, edit: Edit, held: Mapping[str, Held], remembered: Mapping[tuple[int, str], Remembered]
) -> None:
    for name, value in edit.values.items():
        old = held[name]
        is_users = old.source == USER or name in OWN
        if is_users and is_same(name, old.value, value):
            continue
        new_source = "" if name in OWN else USER
        _put(plan, edit.adapter_id, name, value, new_source)
        if name not in OWN:
            said = remembered.get((edit.adapter_id, name), Remembered(old.value, old.source))
            plan.forgotten.append((edit.adapter_id, name))
            plan.remembered.append(_Remember(edit.adapter_id, name, value, said))
        plan.changes.append(ChangeRow(edit.adapter_id, name, old.value, value, old.source, new_source))


def _plan_resets(
    plan: _Plan, edit: Edit, held: Mapping[str, Held], remembered: Mapping[tuple[int, str], Remembered]
) -> None:
    for name in sorted(edit.resets):
        old = held[name]
        if name in OWN:
            said = Remembered(UNSET[name], "")
            if old.value == said.value:
                continue
        elif (edit.adapter_id, name) not in remembered:
            continue
        else:
            said = remembered[(edit.adapter_id, name)]
            plan.forgotten.append((edit.adapter_id, name))
            if said.source is None:
                plan.unread.add(edit.adapter_id)
                said = Remembered(old.value, "")
        source = said.source or ""
        value = UNSET.get(name) if said.value is None else said.value
        _put(plan, edit.adapter_id, name, value, source)
        plan.changes.append(ChangeRow(edit.adapter_id, name, old.value, value, old.source, source))


def _put(plan: _Plan, adapter_id: int, name: str, value: Any, source: str) -> None:
    plan.sources[adapter_id][name] = source
    if name in COLLECTIONS:
        plan.collections[name][adapter_id] = value
    else:
        plan.columns[adapter_id][name] = value


def _write(connection: Connection, plan: _Plan) -> None:
    if not plan.changes:
        return
    ids = sorted(plan.sources)
    _write_columns(connection, plan, ids)
    _write_remembered(connection, plan)
    _write_collections(connection, plan)
    read_again(connection, sorted(plan.unread))
    by_fields: defaultdict[frozenset[str], list[int]] = defaultdict(list)
    for adapter_id in ids:
        by_fields[frozenset(plan.sources[adapter_id])].append(adapter_id)
    for fields, of_them in by_fields.items():
        rewrite_texts(connection, of_them, fields)
    touch_catalogue(connection)


def _write_columns(connection: Connection, plan: _Plan, ids: Sequence[int]) -> None:
    now, revision = utc_now(), next_revision(connection)
    patches: dict[tuple[tuple[str, str], ...], str] = {}
    rows: defaultdict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for adapter_id in ids:
        columns = plan.columns.get(adapter_id, {})
        columns = {**columns, **derived(columns)} if columns else columns
        sources = tuple(plan.sources[adapter_id].items())
        if sources not in patches:
            patches[sources] = json_text({name: source or None for name, source in sources})
        rows[tuple(columns)].append((*columns.values(), patches[sources], now, revision, adapter_id))
    for names, same in rows.items():
        # A field whose source is null in the patch loses it: https://www.sqlite.org/json1.html#jpatch
        setting = ", ".join([*(f"{name} = ?" for name in names), "sources = json_patch(sources, ?)"])
        connection.exec_driver_sql(f"UPDATE adapter SET {setting}, updated_at = ?, revision = ? WHERE id = ?", same)


def _write_remembered(connection: Connection, plan: _Plan) -> None:
    if plan.forgotten:
        connection.exec_driver_sql("DELETE FROM user_edit WHERE adapter_id = ? AND field = ?", plan.forgotten)
    if plan.remembered:
        now = utc_now()
        connection.exec_driver_sql(
            _REMEMBER,
            [
                (row.adapter_id, row.field, json_text(row.value), json_text(row.said.value), row.said.source, now,
                 plan.user_name)
                for row in plan.remembered
            ],
        )  # fmt: skip


def _write_collections(connection: Connection, plan: _Plan) -> None:
    tags, groups = plan.collections.get("tags"), plan.collections.get("trigger_groups")
    if tags:
        replace_tags(connection, tags)
    if groups:
        keys = [{"key": adapter_id} for adapter_id in groups]
        connection.execute(delete(TriggerWord).where(TriggerWord.adapter_id == bindparam("key")), keys)
        write_trigger_groups(connection, list(groups.items()))
