"""The first schema: roots, network files, adapters, sidecars, tags, words, problems, generations, jobs, full text."""

import sqlalchemy as sa
from alembic import op

from lora_manager.db.full_text import FullText

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "adapter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("canonical_version_name", sa.Text(), nullable=True),
        sa.Column("author_username", sa.Text(), nullable=True),
        sa.Column("base_model", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("sd_version", sa.Text(), nullable=True),
        sa.Column("archetype", sa.String(length=32), nullable=True),
        sa.Column("archetype_confidence", sa.Float(), nullable=True),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("nsfw_level", sa.Integer(), nullable=True),
        sa.Column("supports_generation", sa.Boolean(), nullable=True),
        sa.Column("visibility", sa.String(length=64), nullable=True),
        sa.Column("published_at", sa.String(length=24), nullable=True),
        sa.Column("added_at", sa.String(length=24), nullable=False),
        sa.Column("updated_at", sa.String(length=24), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("last_used_at", sa.String(length=24), nullable=True),
        sa.Column("made_by_hand", sa.Boolean(), nullable=False),
        sa.Column("model_id", sa.BigInteger(), nullable=True),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("trained_words", sa.JSON(), nullable=False),
        sa.Column("stats", sa.JSON(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("activation_text", sa.Text(), nullable=True),
        sa.Column("negative_text", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_adapter_base_model", "adapter", ["base_model"], unique=False)
    op.create_index("ix_adapter_favourite", "adapter", ["favourite"], unique=False, sqlite_where=sa.text("favourite"))
    op.create_index("ix_adapter_sort_name", "adapter", ["sort_name", "id"], unique=False)
    op.create_table(
        "generation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("host", sa.String(length=32), nullable=False),
        sa.Column("host_version", sa.String(length=64), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("prompt", sa.Text(), nullable=False),
        sa.Column("negative_prompt", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("cfg_scale", sa.Float(), nullable=False),
        sa.Column("sampler", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("infotext", sa.Text(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_generation_created_at"), "generation", ["created_at"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("started_at", sa.String(length=24), nullable=True),
        sa.Column("finished_at", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "root",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.String(length=24), nullable=False),
        sa.Column("last_scan_at", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path"),
    )
    op.create_table(
        "state",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_table(
        "adapter_tag",
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["tag_id"],
            ["tag.id"],
        ),
        sa.PrimaryKeyConstraint("adapter_id", "tag_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_adapter_tag_tag", "adapter_tag", ["tag_id"], unique=False)
    op.create_table(
        "image",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("infotext", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["generation_id"], ["generation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_image_generation_id"), "image", ["generation_id"], unique=False)
    op.create_table(
        "network_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("relative_path", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("sha256_state", sa.String(length=12), nullable=False),
        sa.Column("autov3", sa.String(length=12), nullable=True),
        sa.Column("download_url", sa.Text(), nullable=True),
        sa.Column("published_name", sa.Text(), nullable=True),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("rank_max", sa.Integer(), nullable=True),
        sa.Column("alpha", sa.Float(), nullable=True),
        sa.Column("dtype", sa.String(length=16), nullable=False),
        sa.Column("preview", sa.Text(), nullable=True),
        sa.Column("preview_version", sa.String(length=40), nullable=True),
        sa.Column("first_seen_at", sa.String(length=24), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["adapter_id"],
            ["adapter.id"],
        ),
        sa.ForeignKeyConstraint(
            ["root_id"],
            ["root.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("root_id", "relative_path"),
    )
    op.create_index("ix_network_file_adapter", "network_file", ["adapter_id"], unique=False)
    op.create_index("ix_network_file_stem", "network_file", ["stem"], unique=False)
    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("first_seen", sa.String(length=24), nullable=False),
        sa.Column("last_seen", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["root_id"],
            ["root.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path", "kind"),
    )
    op.create_table(
        "trigger_word",
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("group_no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("adapter_id", "group_no", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("generation_id", sa.Integer(), nullable=False),
        sa.Column("adapter_id", sa.Integer(), nullable=True),
        sa.Column("tag_name", sa.Text(), nullable=False),
        sa.Column("te_weight", sa.Float(), nullable=False),
        sa.Column("unet_weight", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["generation_id"], ["generation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_use_adapter_id"), "use", ["adapter_id"], unique=False)
    op.create_index(op.f("ix_use_generation_id"), "use", ["generation_id"], unique=False)
    op.create_table(
        "user_edit",
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("edited_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("adapter_id", "field"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sidecar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("network_file_id", sa.Integer(), nullable=True),
        sa.Column("relative_path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("last_read_at", sa.String(length=24), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["network_file_id"], ["network_file.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["root_id"],
            ["root.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("root_id", "relative_path"),
    )
    op.create_index("ix_sidecar_network_file", "sidecar", ["network_file_id"], unique=False)
    # ### end Alembic commands ###
    op.create_table(
        "scanned_folder",
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"]),
        sa.PrimaryKeyConstraint("root_id", "path"),
        sqlite_with_rowid=False,
    )
    FullText.create(op.get_bind())
