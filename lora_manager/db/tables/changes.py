"""What the user changed: edits, their history, what was done with files, the trash."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lora_manager.db.tables.base import Base


class UserEdit(Base):
    """A field whose value the user set by hand: no scan touches it until the user resets it.

    `source_value` is what the sources say of it meanwhile, `source` which of them; an empty `source` means that none
    says anything, None that it was not looked at since the edit was made (by a version before 0.5).
    """

    __tablename__ = "user_edit"
    adapter_id: Mapped[int] = mapped_column(ForeignKey("adapter.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
    source_value: Mapped[Any] = mapped_column(JSON, nullable=True)
    source: Mapped[str | None] = mapped_column(String(32))
    edited_at: Mapped[str] = mapped_column(String(24))
    user_name: Mapped[str | None] = mapped_column(String(128))
    __table_args__ = ({"sqlite_with_rowid": False},)


class ChangeSet(Base):
    """What was done at once, and can be undone at once: an edit, a bulk edit, a move, what a scan read anew.

    `by` says through what ("page", "api", "cli", "scan"), `what` in which words (JSON, for the page to phrase).
    `state` is "open" while it goes on, "done", or "stopped" (cancelled or cut off: what it did until then stands).
    `undoes` is the set that this one takes back, `undone_by` the set that took this one back.
    """

    __tablename__ = "change_set"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    created_at: Mapped[str] = mapped_column(String(24), index=True)
    user_name: Mapped[str | None] = mapped_column(String(128))
    by: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(24))
    what: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12))
    owner: Mapped[str] = mapped_column(String(64), default="", server_default="")
    count: Mapped[int] = mapped_column(Integer, default=0)
    undoes: Mapped[int | None] = mapped_column(ForeignKey("change_set.id", ondelete="SET NULL"))
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("change_set.id", ondelete="SET NULL"))


class Change(Base):
    """One thing that changed: a field of an adapter, where its file lies, a sidecar that was written.

    `field` is a field of the adapter, or "file" (old and new: {root_id, path}), "trash", "sidecar". The sources are
    those of the old and the new value, "user" for one set by hand.
    """

    __tablename__ = "change"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id", ondelete="CASCADE"), index=True)
    adapter_id: Mapped[int | None] = mapped_column(ForeignKey("adapter.id", ondelete="SET NULL"), index=True)
    field: Mapped[str] = mapped_column(String(32))
    old: Mapped[Any] = mapped_column(JSON, nullable=True)
    new: Mapped[Any] = mapped_column(JSON, nullable=True)
    old_source: Mapped[str] = mapped_column(String(32), default="")
    new_source: Mapped[str] = mapped_column(String(32), default="")


class KeptContent(Base):
    """The bytes of a sidecar as they were before a change wrote over it (packed by formats.packing); None: no file."""

    __tablename__ = "kept_content"
    change_id: Mapped[int] = mapped_column(ForeignKey("change.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class FileOperation(Base):
    """What is about to be done with the files of one adapter, written down before the first of them is touched.

    `steps` are the renames in order: [{"from": {root_id, path}, "to": {root_id, path}}]. `state` is "begun", "done" or
    "failed"; one that is found begun by a process that is gone is carried out, or taken back, before anything else.
    """

    __tablename__ = "file_operation"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("change_set.id", ondelete="CASCADE"), index=True)
    network_file_id: Mapped[int] = mapped_column(ForeignKey("network_file.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(12), index=True)
    owner: Mapped[str] = mapped_column(String(64), default="")
    steps: Mapped[list[Any]] = mapped_column(JSON)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    begun_at: Mapped[str] = mapped_column(String(24))


class Trash(Base):
    """An adapter's files in the trash: each still in its folder, under another name that no host lists.

    `files` are pairs of the path that a file had and the one it has now, below the root.
    """

    __tablename__ = "trash"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    network_file_id: Mapped[int] = mapped_column(ForeignKey("network_file.id", ondelete="CASCADE"), index=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("root.id"))
    set_id: Mapped[int | None] = mapped_column(ForeignKey("change_set.id", ondelete="SET NULL"))
    deleted_at: Mapped[str] = mapped_column(String(24), index=True)
    user_name: Mapped[str | None] = mapped_column(String(128))
    size: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[list[Any]] = mapped_column(JSON)


class FormerName(Base):
    """What a network file was called before it was moved or renamed: old prompts still say so."""

    __tablename__ = "former_name"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    network_file_id: Mapped[int] = mapped_column(ForeignKey("network_file.id", ondelete="CASCADE"), index=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("root.id"))
    relative_path: Mapped[str] = mapped_column(Text)
    stem: Mapped[str] = mapped_column(Text, index=True)
    until: Mapped[str] = mapped_column(String(24))
