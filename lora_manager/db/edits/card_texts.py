"""The full text of adapters whose fields or file names changed, made anew from what the database holds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select

from lora_manager.db.chunks import chunks
from lora_manager.db.edits.fields import SEARCHED
from lora_manager.db.edits.state import held_fields, tags_of_all
from lora_manager.db.full_text import FullText
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import Adapter, NetworkFile
from lora_manager.formats.html_text import html_to_text
from lora_manager.search.card_text import CardText, card_text

AT_ONCE = 500
"""Texts that are written in one transaction."""
# One whose whole text is to be made stays one.
_PUT_OFF = (
    "INSERT INTO stale_text (adapter_id, tags_only) VALUES (?, ?) "
    "ON CONFLICT (adapter_id) DO UPDATE SET tags_only = tags_only AND excluded.tags_only"
)
_COLUMNS = (
    Adapter.id,
    Adapter.name,
    Adapter.version,
    Adapter.author_username,
    Adapter.notes,
    Adapter.description,
    NetworkFile.stem,
    NetworkFile.folder,
)


def rewrite_texts(connection: Connection, adapter_ids: Sequence[int], fields: Collection[str]) -> None:
    """Bring the full text of adapters up to date after these fields of theirs changed; of many a moment later.

    The index takes longer for a text than all else of an edit does: `refresh_texts` catches up with what was put off.
    """
    changed = SEARCHED.intersection(fields)
    tags_only = changed == {"tags"}
    if changed and len(adapter_ids) > AT_ONCE:
        connection.exec_driver_sql(_PUT_OFF, [(adapter_id, tags_only) for adapter_id in adapter_ids])
    elif tags_only:
        _write_tags(connection, adapter_ids)
    elif changed:
        write_texts(connection, adapter_ids)


def refresh_texts(connection: Connection) -> int:
    """Bring up to date what was put off, AT_ONCE texts at most; returns how many."""
    stale = connection.exec_driver_sql("SELECT adapter_id, tags_only FROM stale_text LIMIT ?", (AT_ONCE,)).all()
    if stale:
        _write_tags(connection, [adapter_id for adapter_id, tags_only in stale if tags_only])
        write_texts(connection, [adapter_id for adapter_id, tags_only in stale if not tags_only])
        connection.exec_driver_sql(
            "DELETE FROM stale_text WHERE adapter_id = ?", [(adapter_id,) for adapter_id, _ in stale]
        )
        touch_catalogue(connection)  # what was found with the old texts is no answer any more
    return len(stale)


def has_stale_texts(connection: Connection) -> bool:
    """Say whether anything was put off."""
    return connection.exec_driver_sql("SELECT 1 FROM stale_text LIMIT 1").first() is not None


def _write_tags(connection: Connection, adapter_ids: Sequence[int]) -> None:
    tags = tags_of_all(connection, adapter_ids)
    FullText.set_tags(connection, [(adapter_id, tags.get(adapter_id, [])) for adapter_id in adapter_ids])


def write_texts(connection: Connection, adapter_ids: Sequence[int]) -> None:
    """Make the whole text of adapters anew, also after a file was moved."""
    for part in chunks(adapter_ids):
        FullText.replace(connection, stored_card_texts(connection, part))


def stored_card_texts(connection: Connection, adapter_ids: Sequence[int]) -> list[tuple[int, CardText]]:
    """Build the card texts of adapters (a chunk of them) from what the database holds."""
    held = held_fields(connection, adapter_ids, ("tags", "trigger_groups"))
    statement = (
        select(*_COLUMNS)
        .join(NetworkFile, NetworkFile.adapter_id == Adapter.id)
        .where(Adapter.id.in_(adapter_ids), NetworkFile.is_primary)
    )
    found = []
    for adapter_id, name, version, author, notes, description, stem, folder in connection.execute(statement):
        fields = held[adapter_id]
        text = card_text(
            name=name,
            version=version,
            file_name=stem,
            folder=folder,
            tags=fields["tags"].value,
            triggers=[word for group in fields["trigger_groups"].value for word in group],
            author=author,
            notes=notes,
            description=html_to_text(description) if description else None,
        )
        found.append((adapter_id, text))
    return found
