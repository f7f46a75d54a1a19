"""What recommending needs: digests, vectors, lists that were shown, events, preferences, what images are liked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("image", sa.Column("favourite", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("image", sa.Column("gone_at", sa.String(length=24), nullable=True))
    _make_derived()
    _make_learned()


def _make_derived() -> None:
    op.create_table(
        "adapter_digest",
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("recipe", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("examples", sa.LargeBinary(), nullable=False),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("archetype", sa.String(length=32), nullable=True),
        sa.Column("archetype_confidence", sa.Float(), nullable=True),
        sa.Column("style", sa.String(length=32), nullable=True),
        sa.Column("style_confidence", sa.Float(), nullable=True),
        sa.Column("quality", sa.Float(), nullable=False),
        sa.Column("quality_parts", sa.JSON(), nullable=False),
        sa.Column("popularity", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("adapter_id"),
    )
    op.create_index("ix_adapter_digest_stamp", "adapter_digest", ["stamp"])
    op.create_table(
        "vector",
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("encoder", sa.String(length=200), nullable=False),
        sa.Column("text_hash", sa.String(length=32), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("adapter_id", "kind"),
    )
    op.create_index("ix_vector_stamp", "vector", ["stamp"])


def _make_learned() -> None:
    op.create_table(
        "recommendation_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("ranker", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_recommendation_session_created_at", "recommendation_session", ["created_at"])
    op.create_table(
        "recommendation_shown",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("adapter_id", sa.Integer(), nullable=True),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["recommendation_session.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("session_id", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recommendation_shown_adapter_id", "recommendation_shown", ["adapter_id"])
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=False, server_default=""),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("adapter_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("generation_id", sa.Integer(), nullable=True),
        sa.Column("image_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False, server_default="{}"),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["session_id"], ["recommendation_session.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["generation_id"], ["generation.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["image_id"], ["image.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_adapter_id", "event", ["adapter_id"])
    op.create_index("ix_event_session_id", "event", ["session_id"])
    op.create_index("ix_event_user_name", "event", ["user_name", "id"])
    op.create_table(
        "preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=False, server_default=""),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("positive", sa.Float(), nullable=False),
        sa.Column("negative", sa.Float(), nullable=False),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=24), nullable=False, server_default=""),
        sa.Column("pinned", sa.Integer(), nullable=True),
        sa.Column("forgotten_before", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_name", "kind", "key"),
    )
