"""What a scan hands to the database: one `DescribedFile` for each network file that is new or changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

UNREADABLE = "unreadable"
"""The format of a sidecar that could not be read."""

UNREAD = "unread"
"""The format of a sidecar that the system would not let us read, and the beginning of a file's fingerprint when that
happened to it or to one of its sidecars. It may go well the next time, so it never counts as read."""


@dataclass(frozen=True)
class OwnHash:
    """What was computed of a file as it is: SHA256, and AutoV3 where it has tensors."""

    sha256: str
    autov3: str | None


@dataclass
class FileRow:
    """Columns of `network_file` that a scan finds out."""

    root_id: int
    relative_path: str
    folder: str
    name: str
    stem: str
    size: int
    mtime_ns: int
    inode: int
    state: str
    fingerprint: str
    sha256: str | None = None
    sha256_state: str = ""
    autov2: str | None = None
    autov3: str | None = None
    autov3_computed: str | None = None
    hashed_size: int | None = None
    hashed_mtime_ns: int | None = None
    hash_error: str = ""
    download_url: str | None = None
    published_name: str | None = None
    algorithm: str = ""
    rank: int | None = None
    rank_max: int | None = None
    alpha: float | None = None
    dtype: str = ""
    naming: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    preview: str | None = None
    preview_version: str | None = None
    header: bytes | None = None


@dataclass
class AdapterRow:
    """Columns of `adapter` that come from sources, never the user's own (active, order, uses).

    favourite and rating: what its user said of it in another program; an edit in ours wins over it.
    """

    name: str
    version: str | None = None
    author_username: str | None = None
    base_model: str = ""
    family: str = ""
    sd_version: str | None = None
    archetype: str | None = None
    archetype_confidence: float | None = None
    weight: float | None = None
    weight_min: float | None = None
    weight_max: float | None = None
    nsfw_level: int | None = None
    supports_generation: bool | None = None
    visibility: str | None = None
    published_at: str | None = None
    model_id: int | None = None
    version_id: int | None = None
    trained_words: list[str] = field(default_factory=list)
    favourite: bool = False
    rating: int = 0
    downloads: int | None = None
    stats: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    activation_text: str | None = None
    negative_text: str | None = None
    notes: str | None = None
    description: str | None = None


@dataclass
class SidecarRow:
    """Columns of `sidecar`."""

    relative_path: str
    size: int
    mtime_ns: int
    format: str
    claims: list[str]
    document: bytes | None


@dataclass(frozen=True)
class StoredSidecar:
    """A sidecar as the database holds it from the last scan; `attached` when it belongs to a network file."""

    size: int
    mtime_ns: int
    format: str
    claims: list[str]
    document: bytes | None
    attached: bool = False

    def is_current(self, size: int, mtime_ns: int) -> bool:
        """Say whether the file on disk is still the one that was read."""
        return (self.size, self.mtime_ns) == (size, mtime_ns)


@dataclass(frozen=True)
class FoundProblem:
    """One thing that could not be read: absolute path for the user's eyes, stable kind, reason with the remedy."""

    path: str
    kind: str
    message: str


@dataclass
class DescribedFile:
    """All that was read of one network file. `file_id` and `adapter_id` are set when it is known already.

    own_hash: the file's own, when it was known before its records were read. own: what its user set in LoRA Manager,
    read back from a record into which it was written at `own_at`; the other values are what the sources say without it.
    own_rows: what is to be remembered of that.
    """

    file: FileRow
    adapter: AdapterRow
    tags: list[str]
    trigger_groups: list[list[str]]
    sidecars: list[SidecarRow]
    description_text: str = ""
    file_id: int | None = None
    adapter_id: int | None = None
    own_hash: OwnHash | None = None
    own: dict[str, Any] = field(default_factory=dict)
    own_at: str = ""
    own_rows: list[dict[str, Any]] = field(default_factory=list)
