"""Everything on record of one adapter: the fields, its files, its sidecars and what they hold without a column."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from lora_manager.db.edits.state import tags_of
from lora_manager.db.tables import Adapter, Generation, Image, NetworkFile, Problem, Root, Sidecar, Use, UserEdit
from lora_manager.errors import NotFoundError
from lora_manager.formats.json_file import parse_json
from lora_manager.formats.packing import unpack

_WITH_COLUMN = frozenset(
    {"name", "description", "tags", "creator", "stats", "trainedWords", "activation text", "negative text", "notes"}
)
MAX_EXTRA_BYTES = 4 * 1024 * 1024
RECENT_IMAGES = 12


@dataclass(frozen=True)
class FileDetail:
    """One network file of an adapter."""

    id: int
    root: str
    relative_path: str
    size: int
    mtime_ns: int
    state: str
    sha256: str | None
    sha256_state: str
    download_url: str | None
    published_name: str | None
    algorithm: str
    rank: int | None
    alpha: float | None
    autov2: str | None
    autov3: str | None
    autov3_computed: str | None
    rank_max: int | None
    dtype: str
    naming: str
    details: dict[str, Any]


@dataclass(frozen=True)
class SidecarDetail:
    """One sidecar, with the problem on record for it, if any."""

    path: str
    format: str
    size: int
    mtime_ns: int
    last_read_at: str
    problem: str | None


@dataclass(frozen=True)
class RecentImage:
    """An image made with the adapter."""

    generation_id: int
    image_id: int
    created_at: str
    weight: float


@dataclass(frozen=True)
class AdapterDetail:
    """The whole record. `fields` are the columns of `adapter`; `extra` what sources say without a column.

    `edited` are the fields that the user set; `said` is what the sources say of each, and which (None: not looked at).
    """

    fields: dict[str, Any]
    tags: list[str]
    files: list[FileDetail]
    sidecars: list[SidecarDetail]
    extra: dict[str, Any]
    edited: list[str]
    said: dict[str, tuple[Any, str | None]]
    recent: list[RecentImage]


def adapter_detail(connection: Connection, adapter_id: int) -> AdapterDetail:
    """Read one adapter whole. Raises NotFoundError."""
    row = connection.execute(select(Adapter.__table__).where(Adapter.id == adapter_id)).mappings().first()
    if row is None:
        raise NotFoundError(f"There is no adapter {adapter_id} (any more). Reload the page.")
    columns = (UserEdit.field, UserEdit.source_value, UserEdit.source)
    edits = connection.execute(select(*columns).where(UserEdit.adapter_id == adapter_id))
    said = {name: (value, source) for name, value, source in edits}
    return AdapterDetail(
        fields=dict(row),
        tags=tags_of(connection, adapter_id),
        files=_files(connection, adapter_id),
        sidecars=_sidecars(connection, adapter_id),
        extra=_extra(connection, adapter_id),
        edited=sorted(said),
        said=said,
        recent=_recent(connection, adapter_id),
    )


def _files(connection: Connection, adapter_id: int) -> list[FileDetail]:
    columns = (
        NetworkFile.id,
        Root.path,
        NetworkFile.relative_path,
        NetworkFile.size,
        NetworkFile.mtime_ns,
        NetworkFile.state,
        NetworkFile.sha256,
        NetworkFile.sha256_state,
        NetworkFile.download_url,
        NetworkFile.published_name,
        NetworkFile.algorithm,
        NetworkFile.rank,
        NetworkFile.alpha,
        NetworkFile.autov2,
        NetworkFile.autov3,
        NetworkFile.autov3_computed,
        NetworkFile.rank_max,
        NetworkFile.dtype,
        NetworkFile.naming,
        NetworkFile.details,
    )
    statement = select(*columns).join(Root, Root.id == NetworkFile.root_id).where(NetworkFile.adapter_id == adapter_id)
    rows = connection.execute(statement.order_by(NetworkFile.is_primary.desc(), NetworkFile.id))
    return [FileDetail(*row) for row in rows]


def _sidecars(connection: Connection, adapter_id: int) -> list[SidecarDetail]:
    columns = (
        Root.path,
        Sidecar.relative_path,
        Sidecar.format,
        Sidecar.size,
        Sidecar.mtime_ns,
        Sidecar.last_read_at,
    )
    statement = (
        select(*columns)
        .join(NetworkFile, NetworkFile.id == Sidecar.network_file_id)
        .join(Root, Root.id == Sidecar.root_id)
        .where(NetworkFile.adapter_id == adapter_id)
    )
    found = []
    for root, relative, kind, size, mtime_ns, last_read_at in connection.execute(statement):
        path = os.path.join(root, relative)
        problem = connection.execute(select(Problem.message).where(Problem.path == path)).scalars().first()
        found.append(SidecarDetail(path, kind, size, mtime_ns, last_read_at, problem))
    return found


def _extra(connection: Connection, adapter_id: int) -> dict[str, Any]:
    """Return each source's own content, less what has a column of its own."""
    extra: dict[str, Any] = {}
    header = select(NetworkFile.header).where(NetworkFile.adapter_id == adapter_id, NetworkFile.header.is_not(None))
    for blob in connection.execute(header).scalars():
        extra["header"] = _unpack(blob)
    sidecars = (
        select(Sidecar.format, Sidecar.document)
        .join(NetworkFile, NetworkFile.id == Sidecar.network_file_id)
        .where(NetworkFile.adapter_id == adapter_id, Sidecar.document.is_not(None))
    )
    for kind, blob in connection.execute(sidecars):
        value = _unpack(blob) if kind != "text" else None
        if isinstance(value, dict):
            extra[kind] = {key: item for key, item in value.items() if key not in _WITH_COLUMN}
        elif value is not None:
            extra[kind] = value
    return extra


def _unpack(blob: bytes | None) -> Any:
    if blob is None:
        return None
    raw = unpack(blob, MAX_EXTRA_BYTES)
    if len(raw) == MAX_EXTRA_BYTES:
        return {"too_long": f"more than {MAX_EXTRA_BYTES // 1024**2} MiB: open the file itself"}
    return parse_json(raw)  # as it was parsed when it was read: in any of the encodings that were accepted then


def _recent(connection: Connection, adapter_id: int) -> list[RecentImage]:
    statement = (
        select(Generation.id, Image.id, Generation.created_at, Use.unet_weight)
        .join(Use, Use.generation_id == Generation.id)
        .join(Image, Image.generation_id == Generation.id)
        .where(Use.adapter_id == adapter_id)
        .order_by(Image.id.desc())
        .limit(RECENT_IMAGES)
    )
    return [RecentImage(*row) for row in connection.execute(statement)]
