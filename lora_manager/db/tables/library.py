"""What lies on the disk: roots, network files and their adapters, sidecars, and what could not be read."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lora_manager.db.tables.base import Base


class State(Base):
    """Single values about the database itself, such as the catalogue's revision."""

    __tablename__ = "state"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Setting(Base):
    """A setting of this library, the same for every program that opens it."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)


class Root(Base):
    """A LoRA folder as the host sees it."""

    __tablename__ = "root"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    path: Mapped[str] = mapped_column(Text, unique=True)
    online: Mapped[bool] = mapped_column(Boolean, default=True)
    added_at: Mapped[str] = mapped_column(String(24))
    last_scan_at: Mapped[str | None] = mapped_column(String(24))


class ScannedFolder(Base):
    """A folder as the last whole scan left it: while its digest is the same, nothing in it needs a look.

    `files` is how many network files it holds, without its subfolders.
    """

    __tablename__ = "scanned_folder"
    root_id: Mapped[int] = mapped_column(ForeignKey("root.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[str] = mapped_column(String(32))
    files: Mapped[int] = mapped_column(Integer)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Adapter(Base):
    """One LoRA of any algorithm: the effective value of each field, the user's own edits already applied.

    `sources` says for each field where its value comes from. `uses` and `last_used_at` follow the recorded uses.
    `revision` is the catalogue's revision with which it last changed: what is kept in memory follows by it.
    """

    __tablename__ = "adapter"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    sort_name: Mapped[str] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)
    canonical_version_name: Mapped[str | None] = mapped_column(Text)
    author_username: Mapped[str | None] = mapped_column(Text)
    base_model: Mapped[str] = mapped_column(Text, default="")
    family: Mapped[str] = mapped_column(Text, default="")
    sd_version: Mapped[str | None] = mapped_column(Text)
    archetype: Mapped[str | None] = mapped_column(String(32))
    archetype_confidence: Mapped[float | None] = mapped_column(Float)
    weight: Mapped[float | None] = mapped_column(Float)
    weight_min: Mapped[float | None] = mapped_column(Float)
    weight_max: Mapped[float | None] = mapped_column(Float)
    favourite: Mapped[bool] = mapped_column(Boolean, default=False)
    rating: Mapped[int] = mapped_column(Integer, default=0)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    ordinal: Mapped[int] = mapped_column(Integer, default=0)
    nsfw_level: Mapped[int | None] = mapped_column(Integer)
    supports_generation: Mapped[bool | None] = mapped_column(Boolean)
    visibility: Mapped[str | None] = mapped_column(String(64))
    published_at: Mapped[str | None] = mapped_column(String(24))
    added_at: Mapped[str] = mapped_column(String(24))
    updated_at: Mapped[str] = mapped_column(String(24))
    uses: Mapped[int] = mapped_column(Integer, default=0)
    last_used_at: Mapped[str | None] = mapped_column(String(24))
    made_by_hand: Mapped[bool] = mapped_column(Boolean, default=False)
    downloads: Mapped[int | None] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    model_id: Mapped[int | None] = mapped_column(BigInteger)
    version_id: Mapped[int | None] = mapped_column(BigInteger)
    trained_words: Mapped[list[str]] = mapped_column(JSON, default=list)
    stats: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sources: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    activation_text: Mapped[str | None] = mapped_column(Text)
    negative_text: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (
        Index("ix_adapter_sort_name", "sort_name", "id"),
        Index("ix_adapter_base_model", "base_model"),
        Index("ix_adapter_favourite", "favourite", sqlite_where=text("favourite")),
        Index("ix_adapter_revision", "revision"),
    )


class NetworkFile(Base):
    """A file on disk that holds an adapter's weights.

    `state` is "present", "incomplete" (still being downloaded), "missing" (gone, everything kept) or "trashed" (in the
    trash, under the name that its row of `trash` says).
    `sha256_state` is "" (none), "claimed" (a sidecar says so) or "confirmed" (computed from the file).
    `hashed_size` and `hashed_mtime_ns` are those of the file when its own hashes were computed, None before that; until
    then `sha256` and `autov2` are what a sidecar says. `autov3` is what the file says, `autov3_computed` what it is.
    `fingerprint` is size and time of the file, its sidecars and its preview: equal means nothing to do in a scan.
    Empty, or begun with "unread", it is equal to none: the next scan reads the file again.
    `header` is the safetensors metadata (JSON, packed by formats.packing).
    """

    __tablename__ = "network_file"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("root.id"))
    adapter_id: Mapped[int] = mapped_column(ForeignKey("adapter.id"))
    relative_path: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    stem: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    inode: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(12), default="present")
    is_primary: Mapped[bool] = mapped_column(Boolean, default=True)
    sha256: Mapped[str | None] = mapped_column(String(64))
    sha256_state: Mapped[str] = mapped_column(String(12), default="")
    autov2: Mapped[str | None] = mapped_column(String(10))
    autov3: Mapped[str | None] = mapped_column(String(12))
    autov3_computed: Mapped[str | None] = mapped_column(String(12))
    hashed_size: Mapped[int | None] = mapped_column(BigInteger)
    hashed_mtime_ns: Mapped[int | None] = mapped_column(BigInteger)
    hash_error: Mapped[str] = mapped_column(Text, default="", server_default="")
    download_url: Mapped[str | None] = mapped_column(Text)
    published_name: Mapped[str | None] = mapped_column(Text)
    algorithm: Mapped[str] = mapped_column(String(16), default="")
    rank: Mapped[int | None] = mapped_column(Integer)
    rank_max: Mapped[int | None] = mapped_column(Integer)
    alpha: Mapped[float | None] = mapped_column(Float)
    dtype: Mapped[str] = mapped_column(String(16), default="")
    naming: Mapped[str] = mapped_column(String(32), default="", server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    preview: Mapped[str | None] = mapped_column(Text)
    preview_version: Mapped[str | None] = mapped_column(String(40))
    first_seen_at: Mapped[str] = mapped_column(String(24))
    fingerprint: Mapped[str] = mapped_column(Text)
    header: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (
        UniqueConstraint("root_id", "relative_path"),
        Index("ix_network_file_adapter", "adapter_id"),
        Index("ix_network_file_stem", "stem"),
        # Which files have no hash yet, newest first, and how much is done, without a look at the rows themselves.
        Index("ix_network_file_hashed", "hashed_size", "mtime_ns", "size", "state", "root_id"),
    )


class Sidecar(Base):
    """A metadata file beside a network file: what it was when last read, and all of it (packed by formats.packing).

    `network_file_id` is empty for a sidecar without its model. `claims` lists the file names it speaks of.
    """

    __tablename__ = "sidecar"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("root.id"))
    network_file_id: Mapped[int | None] = mapped_column(ForeignKey("network_file.id", ondelete="SET NULL"))
    relative_path: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str] = mapped_column(String(32), default="")
    last_read_at: Mapped[str] = mapped_column(String(24))
    claims: Mapped[list[str]] = mapped_column(JSON, default=list)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (
        UniqueConstraint("root_id", "relative_path"),
        Index("ix_sidecar_network_file", "network_file_id"),
    )


class Tag(Base):
    """A tag's spelling, once. `key` is its case-folded form."""

    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)


class AdapterTag(Base):
    """Which adapter has which tag, in the source's order."""

    __tablename__ = "adapter_tag"
    adapter_id: Mapped[int] = mapped_column(ForeignKey("adapter.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    __table_args__ = (Index("ix_adapter_tag_tag", "tag_id"), {"sqlite_with_rowid": False})


class StaleText(Base):
    """An adapter whose text in the full-text index is not up to date yet. `tags_only`: nothing else of it changed."""

    __tablename__ = "stale_text"
    adapter_id: Mapped[int] = mapped_column(ForeignKey("adapter.id", ondelete="CASCADE"), primary_key=True)
    tags_only: Mapped[bool] = mapped_column(Boolean)


class TriggerWord(Base):
    """A cleaned trigger word; words of one group are inserted together."""

    __tablename__ = "trigger_word"
    adapter_id: Mapped[int] = mapped_column(ForeignKey("adapter.id", ondelete="CASCADE"), primary_key=True)
    group_no: Mapped[int] = mapped_column(Integer, primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    word: Mapped[str] = mapped_column(Text)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Problem(Base):
    """Something on disk that could not be read, or only in part: which file, what, why."""

    __tablename__ = "problem"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    root_id: Mapped[int | None] = mapped_column(ForeignKey("root.id"))
    path: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    first_seen: Mapped[str] = mapped_column(String(24))
    last_seen: Mapped[str] = mapped_column(String(24))
    __table_args__ = (UniqueConstraint("path", "kind"),)
