"""Writing what a scan read: batches of described files, each in the caller's transaction, the user's edits on top."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.chunks import chunks
from lora_manager.db.edits.fields import COLLECTIONS
from lora_manager.db.full_text import FullText
from lora_manager.db.hash_state import keep_computed
from lora_manager.db.import_journal import ImportJournal
from lora_manager.db.natural_sort import natural_key
from lora_manager.db.own_values import adopt_own_values, columns_of_no_source, put_own_values, remember_own_values
from lora_manager.db.pairs import pairs
from lora_manager.db.revision import stamp_adapters
from lora_manager.db.rows import AdapterRow, DescribedFile, SidecarRow
from lora_manager.db.tables import Adapter, AdapterTag, NetworkFile, Sidecar, Tag, TriggerWord, UserEdit
from lora_manager.formats.base_model import family_of
from lora_manager.formats.html_text import html_to_text
from lora_manager.formats.version_name import canonical_version
from lora_manager.search.card_text import CardText, card_text


def ingest(connection: Connection, batch: Sequence[DescribedFile], journal: ImportJournal | None = None) -> None:
    """Insert or update the files, their adapters, sidecars, tags, trigger words and search text.

    Sets `file_id` and `adapter_id` of every element. What the user edited keeps the user's value, and a file that did
    not change the hashes that were computed of it. `journal` notes what is another value than before.
    """
    _adopt_rows(connection, [item for item in batch if item.adapter_id is None])
    known = [item for item in batch if item.adapter_id is not None]
    new = [item for item in batch if item.adapter_id is None]
    adopt_own_values(connection, known)
    put_own_values(new)
    _apply_user_edits(connection, known)
    if journal is not None:
        journal.note(connection, known)
    keep_computed(connection, known)
    now = utc_now()
    _insert_new(connection, new, now)
    remember_own_values(connection, new)
    _update_known(connection, known, now)
    stamp_adapters(connection, [_adapter_id(item) for item in batch])
    write_tags(connection, [(_adapter_id(item), item.tags) for item in batch])
    write_trigger_groups(connection, [(_adapter_id(item), item.trigger_groups) for item in batch])
    _write_sidecars(connection, batch, now)
    FullText.insert(connection, ((_adapter_id(item), _text(item)) for item in batch))


def forget_collections(connection: Connection, adapter_ids: Sequence[int]) -> None:
    """Delete tags, trigger words and search text of adapters, before they are written anew."""
    if not adapter_ids:
        return
    keys = [{"key": adapter_id} for adapter_id in adapter_ids]
    for table in (AdapterTag, TriggerWord):
        connection.execute(delete(table).where(table.adapter_id == bindparam("key")), keys)
    FullText.delete(connection, adapter_ids)


def write_tags(connection: Connection, tags: Iterable[tuple[int, Sequence[str]]]) -> None:
    """Write the tags of adapters that have none."""
    wanted = [(adapter_id, [(name.casefold(), name) for name in names]) for adapter_id, names in tags]
    names_by_key: dict[str, str] = {}
    for _, named in wanted:
        for key, name in named:
            names_by_key.setdefault(key, name)
    ids = tag_ids(connection, names_by_key)
    rows = []
    for adapter_id, named in wanted:
        for position, key in enumerate(dict.fromkeys(key for key, _ in named)):
            rows.append({"adapter_id": adapter_id, "tag_id": ids[key], "position": position})
    if rows:
        connection.execute(insert(AdapterTag), rows)


def write_trigger_groups(connection: Connection, groups: Iterable[tuple[int, Sequence[Sequence[str]]]]) -> None:
    """Write the trigger words of adapters that have none."""
    rows = [
        {"adapter_id": adapter_id, "group_no": number, "position": position, "word": word}
        for adapter_id, words_by_group in groups
        for number, words in enumerate(words_by_group)
        for position, word in enumerate(words)
    ]
    if rows:
        connection.execute(insert(TriggerWord), rows)


def _adopt_rows(connection: Connection, items: Sequence[DescribedFile]) -> None:
    """Give items the row that another process wrote for the same path since this scan began."""
    by_path = {(item.file.root_id, item.file.relative_path): item for item in items}
    for root_id in {item.file.root_id for item in items}:
        paths = [path for root, path in by_path if root == root_id]
        statement = select(NetworkFile.relative_path, NetworkFile.id, NetworkFile.adapter_id)
        where = (NetworkFile.root_id == root_id, NetworkFile.relative_path.in_(paths))
        for path, file_id, adapter_id in connection.execute(statement.where(*where)):
            item = by_path[(root_id, path)]
            item.file_id, item.adapter_id = file_id, adapter_id


def _apply_user_edits(connection: Connection, items: Sequence[DescribedFile]) -> None:
    by_adapter = {_adapter_id(item): item for item in items}
    said: list[dict[str, Any]] = []
    for adapter_id, field, value in _edits_of(connection, list(by_adapter)):
        item = by_adapter[adapter_id]
        said.append({"adapter": adapter_id, "of": field, **_said_of(item, field)})
        if field in COLLECTIONS:
            setattr(item, field, value)
        elif hasattr(item.adapter, field):
            item.adapter = replace(item.adapter, **{field: value})
        if field == "base_model":
            item.adapter.family = family_of(value)
        elif field == "description":
            item.description_text = html_to_text(value) if value else ""
        item.adapter.sources = {**item.adapter.sources, field: "user"}
    if said:
        same = (UserEdit.adapter_id == bindparam("adapter"), UserEdit.field == bindparam("of"))
        values: dict[str, Any] = {"source_value": bindparam("said"), "source": bindparam("by")}
        connection.execute(update(UserEdit.__table__).where(*same).values(values), said)  # type: ignore[arg-type]


def _said_of(item: DescribedFile, field: str) -> dict[str, Any]:
    """What the sources say of a field that the user set, and which of them."""
    holder = item if field in COLLECTIONS else item.adapter
    return {"said": getattr(holder, field, None), "by": item.adapter.sources.get(field, "")}


def _edits_of(connection: Connection, adapter_ids: Sequence[int]) -> list[tuple[int, str, Any]]:
    if not adapter_ids:
        return []
    statement = select(UserEdit.adapter_id, UserEdit.field, UserEdit.value)
    rows = connection.execute(statement.where(UserEdit.adapter_id.in_(adapter_ids)))
    return [(row[0], row[1], row[2]) for row in rows]


def _insert_new(connection: Connection, items: Sequence[DescribedFile], now: str) -> None:
    if not items:
        return
    rows = [{**_adapter_values(item.adapter, now), "added_at": now, **columns_of_no_source(item)} for item in items]
    for item, adapter_id in zip(items, _insert_numbered(connection, Adapter, rows), strict=True):
        item.adapter_id = adapter_id
    files = [{**vars(item.file), "adapter_id": item.adapter_id, "first_seen_at": now} for item in items]
    for item, file_id in zip(items, _insert_numbered(connection, NetworkFile, files), strict=True):
        item.file_id = file_id


def _insert_numbered(
    connection: Connection, table: type[Adapter | NetworkFile | Tag], rows: Sequence[dict[str, Any]]
) -> range:
    """Insert rows under ids given out here, in order; returns the ids.

    RETURNING would insert row by row to keep the order. The write transaction holds the database's only write lock,
    so the next free ids are ours.
    """
    first = (connection.execute(select(func.max(table.id))).scalar() or 0) + 1
    ids = range(first, first + len(rows))
    connection.execute(insert(table), [{**row, "id": row_id} for row, row_id in zip(rows, ids, strict=True)])
    return ids


def _update_known(connection: Connection, items: Sequence[DescribedFile], now: str) -> None:
    if not items:
        return
    forget_collections(connection, [_adapter_id(item) for item in items])
    adapters = [{**_adapter_values(item.adapter, now), "key": item.adapter_id} for item in items]
    connection.execute(_update_by_key(Adapter, adapters[0]), adapters)
    files = [{**vars(item.file), "key": item.file_id} for item in items]
    connection.execute(_update_by_key(NetworkFile, files[0]), files)
    owners = [{"key": item.file_id} for item in items]
    connection.execute(delete(Sidecar).where(Sidecar.network_file_id == bindparam("key")), owners)


def _update_by_key(table: type[Adapter] | type[NetworkFile], row: dict[str, Any]) -> Any:
    values: dict[str, Any] = {name: bindparam(name) for name in row if name != "key"}
    return update(table.__table__).where(table.id == bindparam("key")).values(values)  # type: ignore[arg-type]


def _adapter_values(adapter: AdapterRow, now: str) -> dict[str, Any]:
    derived = {"sort_name": natural_key(adapter.name), "canonical_version_name": canonical_version(adapter.version)}
    return {**vars(adapter), **derived, "updated_at": now}


def _write_sidecars(connection: Connection, batch: Sequence[DescribedFile], now: str) -> None:
    rows = [
        sidecar_values(sidecar, item.file.root_id, item.file_id, now) for item in batch for sidecar in item.sidecars
    ]
    if rows:
        # A sidecar may have been an orphan, or another file's, until now.
        paths = [{"root": row["root_id"], "path": row["relative_path"]} for row in rows]
        same_path = (Sidecar.root_id == bindparam("root"), Sidecar.relative_path == bindparam("path"))
        connection.execute(delete(Sidecar).where(*same_path), paths)
        by_path = {(row["root_id"], row["relative_path"]): row for row in rows}
        connection.execute(insert(Sidecar), list(by_path.values()))


def sidecar_values(sidecar: SidecarRow, root_id: int, file_id: int | None, now: str) -> dict[str, Any]:
    """Return the column values of one sidecar."""
    return {**vars(sidecar), "root_id": root_id, "network_file_id": file_id, "last_read_at": now}


def tag_ids(connection: Connection, names_by_key: dict[str, str]) -> dict[str, int]:
    """Return the ids of tags by their case-folded form, adding those that are new in the spelling given."""
    ids: dict[str, int] = {}
    keys = list(names_by_key)
    for part in chunks(keys):
        ids.update(pairs(connection, select(Tag.key, Tag.id).where(Tag.key.in_(part))))
    new = [{"key": key, "name": names_by_key[key]} for key in keys if key not in ids]
    if new:
        ids.update(zip((row["key"] for row in new), _insert_numbered(connection, Tag, new), strict=True))
    return ids


def _text(item: DescribedFile) -> CardText:
    return card_text(
        name=item.adapter.name,
        version=item.adapter.version,
        file_name=item.file.stem,
        folder=item.file.folder,
        tags=item.tags,
        triggers=[word for group in item.trigger_groups for word in group],
        author=item.adapter.author_username,
        notes=item.adapter.notes,
        description=item.description_text,
    )


def _adapter_id(item: DescribedFile) -> int:
    if item.adapter_id is None:
        raise ValueError(f"{item.file.relative_path} has no adapter yet")
    return item.adapter_id
