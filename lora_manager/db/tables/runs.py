"""What was made and by whom: generations with their images and uses, jobs, saved filters, tokens."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lora_manager.db.tables.base import Base


class Generation(Base):
    """One run of the host: what was asked, with which model, how long it took."""

    __tablename__ = "generation"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    created_at: Mapped[str] = mapped_column(String(24), index=True)
    host: Mapped[str] = mapped_column(String(32))
    host_version: Mapped[str] = mapped_column(String(64), default="")
    origin: Mapped[str] = mapped_column(String(32), default="", server_default="")
    model: Mapped[str] = mapped_column(Text, default="")
    family: Mapped[str] = mapped_column(Text, default="")
    prompt: Mapped[str] = mapped_column(Text)
    negative_prompt: Mapped[str] = mapped_column(Text, default="")
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    steps: Mapped[int] = mapped_column(Integer)
    cfg_scale: Mapped[float] = mapped_column(Float)
    sampler: Mapped[str] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(BigInteger)
    seconds: Mapped[float] = mapped_column(Float)
    interrupted: Mapped[bool] = mapped_column(Boolean, default=False)
    infotext: Mapped[str] = mapped_column(Text, default="")
    refused: Mapped[list[Any]] = mapped_column(JSON, default=list)
    user_name: Mapped[str | None] = mapped_column(String(128))


class Image(Base):
    """One picture of a generation. `gone_at` is when its file was found to be deleted."""

    __tablename__ = "image"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    generation_id: Mapped[int] = mapped_column(ForeignKey("generation.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    path: Mapped[str] = mapped_column(Text)
    seed: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    rating: Mapped[int] = mapped_column(Integer, default=0)
    infotext: Mapped[str] = mapped_column(Text, default="")
    favourite: Mapped[bool] = mapped_column(Boolean, default=False, server_default="0")
    gone_at: Mapped[str | None] = mapped_column(String(24))


class Use(Base):
    """One adapter in one generation with the weights the host really applied."""

    __tablename__ = "use"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    generation_id: Mapped[int] = mapped_column(ForeignKey("generation.id", ondelete="CASCADE"), index=True)
    adapter_id: Mapped[int | None] = mapped_column(ForeignKey("adapter.id", ondelete="SET NULL"), index=True)
    tag_name: Mapped[str] = mapped_column(Text)
    te_weight: Mapped[float] = mapped_column(Float)
    unet_weight: Mapped[float] = mapped_column(Float)


class Job(Base):
    """A piece of background work and how it ended; a row left running by a killed process is "interrupted"."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(12))
    owner: Mapped[str] = mapped_column(String(64), default="")
    request: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[str] = mapped_column(String(24))
    started_at: Mapped[str | None] = mapped_column(String(24))
    finished_at: Mapped[str | None] = mapped_column(String(24))
    user_name: Mapped[str | None] = mapped_column(String(128))


class SavedFilter(Base):
    """A search with its filters and order, under a name; each user has their own where the host has logins."""

    __tablename__ = "saved_filter"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_name: Mapped[str] = mapped_column(String(128), default="")
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[str] = mapped_column(String(24))
    __table_args__ = (UniqueConstraint("user_name", "name"),)


class AccessToken(Base):
    """What a script logs in with: a digest of it, under the name that its owner gave it."""

    __tablename__ = "access_token"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    user_name: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[str] = mapped_column(String(24))
    last_used_at: Mapped[str | None] = mapped_column(String(24))
