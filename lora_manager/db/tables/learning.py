"""What is derived from the catalogue for recommending, and what is learned from what its user does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from lora_manager.db.tables.base import Base


class AdapterDigest(Base):
    """What the recommender knows of an adapter, derived from everything else and made anew at any time.

    `revision` is the adapter's revision that it was made of, `recipe` the version of the making; `stamp` grows with
    every digest that is written, so that what is kept in memory reads only those of later stamps. `document` holds the
    searched terms (packed by search.ranking.document), `examples` the example prompts (packed by formats.packing).
    `popularity` and `quality` are 0 to 1.
    """

    __tablename__ = "adapter_digest"
    adapter_id: Mapped[int] = mapped_column(ForeignKey("adapter.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)
    recipe: Mapped[int] = mapped_column(Integer)
    stamp: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    examples: Mapped[bytes] = mapped_column(LargeBinary)
    keywords: Mapped[list[Any]] = mapped_column(JSON, default=list)
    archetype: Mapped[str | None] = mapped_column(String(32))
    archetype_confidence: Mapped[float | None] = mapped_column(Float)
    style: Mapped[str | None] = mapped_column(String(32))
    style_confidence: Mapped[float | None] = mapped_column(Float)
    quality: Mapped[float] = mapped_column(Float, default=0.0)
    quality_parts: Mapped[list[Any]] = mapped_column(JSON, default=list)
    popularity: Mapped[float] = mapped_column(Float, default=0.0)
    __table_args__ = (Index("ix_adapter_digest_stamp", "stamp"),)


class Vector(Base):
    """One vector of an adapter (float16, little-endian), of this encoder over the text with this hash.

    `kind` is "semantic", "artistic", "look" (of the preview) or "technical". `stamp` as in AdapterDigest.
    """

    __tablename__ = "vector"
    adapter_id: Mapped[int] = mapped_column(ForeignKey("adapter.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    encoder: Mapped[str] = mapped_column(String(200))
    text_hash: Mapped[str] = mapped_column(String(32))
    dimensions: Mapped[int] = mapped_column(Integer)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    stamp: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index("ix_vector_stamp", "stamp"),)


class RecommendationSession(Base):
    """A list of suggestions that somebody did something with; lists that nobody touched are not kept."""

    __tablename__ = "recommendation_session"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created_at: Mapped[str] = mapped_column(String(24), index=True)
    user_name: Mapped[str | None] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    prompt: Mapped[str] = mapped_column(Text)
    family: Mapped[str] = mapped_column(Text, default="")
    ranker: Mapped[str] = mapped_column(String(64), default="")


class RecommendationShown(Base):
    """One adapter of such a list: where it stood (0 is the top) and its score."""

    __tablename__ = "recommendation_shown"
    session_id: Mapped[str] = mapped_column(
        ForeignKey("recommendation_session.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    adapter_id: Mapped[int | None] = mapped_column(ForeignKey("adapter.id", ondelete="SET NULL"), index=True)
    score: Mapped[float] = mapped_column(Float)
    __table_args__ = ({"sqlite_with_rowid": False},)


class Event(Base):
    """Something that its user did which says what they like. `value` is a rating or a share, where there is one."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[str] = mapped_column(String(24), index=True)
    user_name: Mapped[str] = mapped_column(String(128), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(24))
    adapter_id: Mapped[int | None] = mapped_column(ForeignKey("adapter.id", ondelete="SET NULL"), index=True)
    session_id: Mapped[str | None] = mapped_column(
        ForeignKey("recommendation_session.id", ondelete="SET NULL"), index=True
    )
    position: Mapped[int | None] = mapped_column(Integer)
    generation_id: Mapped[int | None] = mapped_column(ForeignKey("generation.id", ondelete="SET NULL"))
    image_id: Mapped[int | None] = mapped_column(ForeignKey("image.id", ondelete="SET NULL"))
    value: Mapped[float | None] = mapped_column(Float)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    __table_args__ = (Index("ix_event_user_name", "user_name", "id"),)


class Preference(Base):
    """What is thought of one thing's appeal to a user: a Beta distribution, as it was at `updated_at`.

    `kind` is "tag", "author", "base_model", "archetype", "style" or "adapter"; `key` its case-folded value or the
    adapter's id, `label` how it is shown. `positive` and `negative` are the decayed evidence without the prior,
    `evidence` how many events there were. `pinned` is 1 (liked) or -1 (not liked) where the user said so themself.
    `forgotten_before` is the id of the last event that no longer counts for it. `tally` says of each kind of event how
    many there were and what their values add up to: JSON of {kind: [number, sum]}, "" for none.
    """

    __tablename__ = "preference"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_name: Mapped[str] = mapped_column(String(128), default="", server_default="")
    kind: Mapped[str] = mapped_column(String(12))
    key: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    positive: Mapped[float] = mapped_column(Float, default=0.0)
    negative: Mapped[float] = mapped_column(Float, default=0.0)
    evidence: Mapped[int] = mapped_column(Integer, default=0)
    updated_at: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(24), default="", server_default="")
    pinned: Mapped[int | None] = mapped_column(Integer)
    forgotten_before: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    tally: Mapped[str] = mapped_column(Text, default="", server_default="")
    __table_args__ = (UniqueConstraint("user_name", "kind", "key"),)
