"""What is read of adapters to be written down elsewhere: lists for spreadsheets and programs, records for others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from lora_manager.db.cards import trigger_groups
from lora_manager.db.chunks import chunks
from lora_manager.db.edits.state import tags_of_all
from lora_manager.db.tables import Adapter, NetworkFile, Root, Sidecar, UserEdit
from lora_manager.formats.packing import unpack

MOST_DOCUMENT_BYTES = 16 * 1024 * 1024
_FROM_CIVITAI = ("civitai_version", "civitai_model", "comfyui_lora_manager", "rgthree")
"""Formats of sidecars that hold what Civitai said, the most faithful first."""
_ADAPTER = (
    *("id", "name", "version", "author_username", "base_model", "family", "archetype", "weight", "weight_min"),
    *("weight_max", "negative_text", "notes", "description", "rating", "favourite", "nsfw_level", "active", "ordinal"),
    *("uses", "last_used_at", "downloads", "published_at", "added_at", "model_id", "version_id", "trained_words"),
)
_FILE = (
    *("name", "stem", "folder", "relative_path", "size", "mtime_ns", "state", "sha256", "sha256_state", "autov2"),
    *("autov3", "autov3_computed", "download_url", "algorithm", "rank"),
)


@dataclass(frozen=True)
class ListedAdapter:
    """An adapter for a list: its columns, those of its file, and what lies in tables of its own."""

    fields: dict[str, Any]
    file: dict[str, Any]
    root: str
    tags: list[str]
    trigger_groups: list[list[str]]
    edited: list[str]


@dataclass
class SidecarSource:
    """What a record of an adapter can be made of: documents of Civitai's as they were read, or else its fields."""

    fields: dict[str, Any]
    tags: list[str]
    documents: list[bytes] = field(default_factory=list)


def listed_adapters(connection: Connection, adapter_ids: Sequence[int]) -> list[ListedAdapter]:
    """Return these adapters in order; those that are gone are left out."""
    tags = tags_of_all(connection, adapter_ids)
    groups: dict[int, list[list[str]]] = {}
    edited: defaultdict[int, list[str]] = defaultdict(list)
    rows: dict[int, Any] = {}
    columns = [getattr(Adapter, name) for name in _ADAPTER] + [getattr(NetworkFile, name) for name in _FILE]
    for part in chunks(adapter_ids):
        groups.update(trigger_groups(connection, part))
        for adapter_id, name in connection.execute(
            select(UserEdit.adapter_id, UserEdit.field).where(UserEdit.adapter_id.in_(part)).order_by(UserEdit.field)
        ):
            edited[adapter_id].append(name)
        statement = (
            select(*columns, Root.path)
            .join(NetworkFile, NetworkFile.adapter_id == Adapter.id)
            .join(Root, Root.id == NetworkFile.root_id)
            .where(Adapter.id.in_(part), NetworkFile.is_primary)
        )
        rows.update({row[0]: row for row in connection.execute(statement)})
    return [
        ListedAdapter(
            fields=dict(zip(_ADAPTER, row[: len(_ADAPTER)], strict=True)),
            file=dict(zip(_FILE, row[len(_ADAPTER) : -1], strict=True)),
            root=row[-1],
            tags=list(tags.get(adapter_id, ())),
            trigger_groups=groups.get(adapter_id, []),
            edited=edited.get(adapter_id, []),
        )
        for adapter_id in adapter_ids
        if (row := rows.get(adapter_id)) is not None
    ]


def sidecar_sources(connection: Connection, adapter_ids: Sequence[int]) -> dict[int, SidecarSource]:
    """Return what records of these adapters can be made of."""
    found = {
        one.fields["id"]: SidecarSource({**one.fields, "download_url": one.file["download_url"]}, one.tags)
        for one in listed_adapters(connection, adapter_ids)
    }
    for part in chunks(adapter_ids):
        statement = (
            select(NetworkFile.adapter_id, Sidecar.format, Sidecar.document)
            .join(NetworkFile, NetworkFile.id == Sidecar.network_file_id)
            .where(NetworkFile.adapter_id.in_(part), Sidecar.format.in_(_FROM_CIVITAI), Sidecar.document.is_not(None))
        )
        rows = sorted(connection.execute(statement).all(), key=lambda row: _FROM_CIVITAI.index(row[1]))
        for adapter_id, _, document in rows:
            raw = unpack(document, MOST_DOCUMENT_BYTES)
            if adapter_id in found and len(raw) < MOST_DOCUMENT_BYTES:
                found[adapter_id].documents.append(raw)
    return found
