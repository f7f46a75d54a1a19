"""What editing needs: what sources say beside an edit, history, what was done with files, trash, settings, ranges."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# What the sources say of an edited field was not kept until now: those files are read once more.
READ_AGAIN = "UPDATE network_file SET fingerprint = '' WHERE adapter_id IN (SELECT adapter_id FROM user_edit)"
LOOK_AGAIN = """
DELETE FROM scanned_folder WHERE EXISTS (
    SELECT 1 FROM network_file
    WHERE fingerprint = '' AND network_file.root_id = scanned_folder.root_id AND folder = scanned_folder.path
)
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("adapter", sa.Column("weight_min", sa.Float(), nullable=True))
    op.add_column("adapter", sa.Column("weight_max", sa.Float(), nullable=True))
    op.add_column("user_edit", sa.Column("source_value", sa.JSON(), nullable=True))
    op.add_column("user_edit", sa.Column("source", sa.String(length=32), nullable=True))
    _make_history()
    _make_files()
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "stale_text",
        sa.Column("adapter_id", sa.Integer(), nullable=False),
        sa.Column("tags_only", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("adapter_id"),
    )
    op.execute(READ_AGAIN)
    op.execute(LOOK_AGAIN)


def _make_history() -> None:
    op.create_table(
        "change_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=True),
        sa.Column("by", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["undoes"], ["change_set.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["undone_by"], ["change_set.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_change_set_created_at", "change_set", ["created_at"])
    op.create_table(
        "change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("adapter_id", sa.Integer(), nullable=True),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("old", sa.JSON(), nullable=True),
        sa.Column("new", sa.JSON(), nullable=True),
        sa.Column("old_source", sa.String(length=32), nullable=False),
        sa.Column("new_source", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["change_set.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["adapter_id"], ["adapter.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_change_set_id", "change", ["set_id"])
    op.create_index("ix_change_adapter_id", "change", ["adapter_id"])
    op.create_table(
        "kept_content",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("change_id"),
    )


def _make_files() -> None:
    op.create_table(
        "file_operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("network_file_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["change_set.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["network_file_id"], ["network_file.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_file_operation_set_id", "file_operation", ["set_id"])
    op.create_index("ix_file_operation_state", "file_operation", ["state"])
    op.create_table(
        "trash",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_file_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.String(length=24), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["network_file_id"], ["network_file.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"]),
        sa.ForeignKeyConstraint(["set_id"], ["change_set.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_trash_network_file_id", "trash", ["network_file_id"])
    op.create_index("ix_trash_deleted_at", "trash", ["deleted_at"])
    op.create_table(
        "former_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network_file_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("relative_path", sa.Text(), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.Column("until", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["network_file_id"], ["network_file.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_former_name_network_file_id", "former_name", ["network_file_id"])
    op.create_index("ix_former_name_stem", "former_name", ["stem"])
