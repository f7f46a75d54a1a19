"""What the user set in LoRA Manager, found in a record into which it was written: edits again, in a new database.

Into one that knows the adapter go the fields that were neither edited nor changed there since: what was reset stays
reset, and what another database wrote into the shared record arrives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.edits.fields import COLLECTIONS, OWN, UNSET, USER
from lora_manager.db.rows import DescribedFile
from lora_manager.db.tables import Change, ChangeSet, UserEdit
from lora_manager.formats.base_model import family_of
from lora_manager.formats.html_text import html_to_text

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


def adopt_own_values(connection: Connection, known: Sequence[DescribedFile]) -> None:
    """Remember as edits what records of known adapters hold; the caller then applies all edits."""
    found = {item.adapter_id: item for item in known if item.own and item.adapter_id is not None}
    if not found:
        return
    now = utc_now()
    since = {adapter_id: item.own_at if _MOMENT.fullmatch(item.own_at) else "" for adapter_id, item in found.items()}
    passed_over = _edited(connection, list(found)) | {
        (adapter_id, name)
        for (adapter_id, name), at in _changed(connection, list(found)).items()
        if at >= since[adapter_id] or since[adapter_id] > now
    }
    rows = []
    for adapter_id, item in found.items():
        names = [name for name in item.own if name not in OWN and (adapter_id, name) not in passed_over]
        rows += _rows(item, names)
    _insert(connection, rows)


def put_own_values(new: Sequence[DescribedFile]) -> None:
    """Put the user's values over what the sources say of new files, whose rows are not written yet."""
    for item in new:
        names = [name for name in item.own if name not in OWN]
        item.own_rows = _rows(item, names)
        for name in names:
            value = item.own[name]
            setattr(item if name in COLLECTIONS else item.adapter, name, UNSET.get(name) if value is None else value)
        item.adapter.sources.update(dict.fromkeys(names, USER))
        if "base_model" in names:
            item.adapter.family = family_of(item.adapter.base_model)
        if "description" in names:
            item.description_text = html_to_text(item.own["description"] or "")


def remember_own_values(connection: Connection, new: Sequence[DescribedFile]) -> None:
    """Remember them as edits, once the files have their rows."""
    _insert(connection, [{**row, "adapter_id": item.adapter_id} for item in new for row in item.own_rows])


def columns_of_no_source(item: DescribedFile) -> Mapping[str, Any]:
    """Return the columns of a new adapter that are the user's alone."""
    return {name: item.own.get(name, UNSET[name]) for name in sorted(OWN)}


def _rows(item: DescribedFile, names: Sequence[str]) -> list[dict[str, Any]]:
    said = {name: getattr(item if name in COLLECTIONS else item.adapter, name) for name in names}
    return [
        {
            "adapter_id": item.adapter_id,
            "field": name,
            "value": item.own[name],
            "source_value": said[name],
            "source": item.adapter.sources.get(name, ""),
            "edited_at": item.own_at if _MOMENT.fullmatch(item.own_at) else utc_now(),
            "user_name": None,
        }
        for name in names
    ]


def _insert(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(UserEdit), list(rows))


def _edited(connection: Connection, ids: Sequence[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for part in chunks(ids):
        rows = connection.execute(select(UserEdit.adapter_id, UserEdit.field).where(UserEdit.adapter_id.in_(part)))
        found.update((adapter_id, name) for adapter_id, name in rows)
    return found


def _changed(connection: Connection, ids: Sequence[int]) -> dict[tuple[int, str], str]:
    """When each field was last changed by somebody, not by a scan."""
    found: dict[tuple[int, str], str] = {}
    for part in chunks(ids):
        statement = (
            select(Change.adapter_id, Change.field, func.max(ChangeSet.created_at))
            .join(ChangeSet, ChangeSet.id == Change.set_id)
            .where(Change.adapter_id.in_(part), ChangeSet.by != "scan")
            .group_by(Change.adapter_id, Change.field)
        )
        found.update({(adapter_id, name): at for adapter_id, name, at in connection.execute(statement)})
    return found
