"""The user's own values: set on the adapter at once, and remembered so that no scan ever undoes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from lora_manager.clock import utc_now
from lora_manager.db.cards import trigger_groups
from lora_manager.db.full_text import FullText
from lora_manager.db.ingest import COLLECTIONS, write_tags, write_trigger_groups
from lora_manager.db.natural_sort import natural_key
from lora_manager.db.revision import touch_catalogue
from lora_manager.db.tables import Adapter, AdapterTag, NetworkFile, Tag, TriggerWord, UserEdit
from lora_manager.errors import NotFoundError
from lora_manager.formats.base_model import family_of
from lora_manager.formats.html_text import html_to_text
from lora_manager.formats.version_name import canonical_version
from lora_manager.search.card_text import CardText, card_text

SOURCED = frozenset(
    {
        *("name", "version", "notes", "negative_text", "weight", "base_model", "archetype", "nsfw_level"),
        *("description", "favourite", "rating"),
    }
)
"""Columns that a scan fills as well: an edit of one is remembered in `user_edit`."""
OWN = frozenset({"active", "ordinal"})
"""Columns that are the user's alone: no scan writes them."""
EDITABLE = SOURCED | OWN | COLLECTIONS


def edit_adapter(
    connection: Connection, adapter_id: int, values: Mapping[str, Any], user_name: str | None = None
) -> None:
    """Set fields of an adapter by the user's hand. Keys must be in EDITABLE. Raises NotFoundError."""
    row = connection.execute(select(Adapter.sources).where(Adapter.id == adapter_id)).first()
    if row is None:
        raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
    columns = {key: value for key, value in values.items() if key not in COLLECTIONS}
    remembered = {key: value for key, value in values.items() if key not in OWN}
    columns.update(_derived(columns))
    columns["sources"] = {**row[0], **dict.fromkeys(remembered, "user")}
    columns["updated_at"] = utc_now()
    connection.execute(update(Adapter).where(Adapter.id == adapter_id).values(columns))
    _remember(connection, adapter_id, remembered, user_name)
    if "tags" in values:
        connection.execute(delete(AdapterTag).where(AdapterTag.adapter_id == adapter_id))
        write_tags(connection, [(adapter_id, values["tags"])])
    if "trigger_groups" in values:
        connection.execute(delete(TriggerWord).where(TriggerWord.adapter_id == adapter_id))
        write_trigger_groups(connection, [(adapter_id, values["trigger_groups"])])
    FullText.replace(connection, [(adapter_id, stored_card_text(connection, adapter_id))])
    touch_catalogue(connection, [adapter_id])


def mark_made_by_hand(connection: Connection, adapter_id: int) -> None:
    """Remember that the user made this record, not a scan."""
    connection.execute(update(Adapter).where(Adapter.id == adapter_id).values(made_by_hand=True))


def stored_card_text(connection: Connection, adapter_id: int) -> CardText:
    """Build the card text of an adapter from what the database holds."""
    columns = (
        Adapter.name,
        Adapter.version,
        Adapter.author_username,
        Adapter.notes,
        Adapter.description,
        NetworkFile.stem,
        NetworkFile.folder,
    )
    where = (NetworkFile.adapter_id == adapter_id, NetworkFile.is_primary)
    name, version, author, notes, description, stem, folder = connection.execute(
        select(*columns).join(NetworkFile, NetworkFile.adapter_id == Adapter.id).where(*where)
    ).one()
    groups = trigger_groups(connection, [adapter_id]).get(adapter_id, [])
    return card_text(
        name=name,
        version=version,
        file_name=stem,
        folder=folder,
        tags=tags_of(connection, adapter_id),
        triggers=[word for group in groups for word in group],
        author=author,
        notes=notes,
        description=html_to_text(description) if description else None,
    )


def tags_of(connection: Connection, adapter_id: int) -> list[str]:
    """Return an adapter's tags in order."""
    statement = (
        select(Tag.name)
        .join(AdapterTag, AdapterTag.tag_id == Tag.id)
        .where(AdapterTag.adapter_id == adapter_id)
        .order_by(AdapterTag.position)
    )
    return list(connection.execute(statement).scalars())


def _derived(columns: Mapping[str, Any]) -> dict[str, Any]:
    derived: dict[str, Any] = {}
    if "name" in columns:
        derived["sort_name"] = natural_key(columns["name"])
    if "version" in columns:
        derived["canonical_version_name"] = canonical_version(columns["version"])
    if "base_model" in columns:
        derived["family"] = family_of(columns["base_model"])
    return derived


def _remember(connection: Connection, adapter_id: int, values: Mapping[str, Any], user_name: str | None) -> None:
    if not values:
        return
    same = (UserEdit.adapter_id == adapter_id, UserEdit.field.in_(list(values)))
    connection.execute(delete(UserEdit).where(*same))
    now = utc_now()
    common = {"adapter_id": adapter_id, "edited_at": now, "user_name": user_name}
    connection.execute(insert(UserEdit), [{**common, "field": key, "value": value} for key, value in values.items()])
