"""What finding needs: changes by revision, downloads, the network file's details, its own hashes, saved filters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Until now these two were the user's alone; from now on a sidecar may say them, and the user's own must win over it.
REMEMBER = """
INSERT INTO user_edit (adapter_id, field, value, edited_at)
SELECT id, '{field}', {value}, updated_at FROM adapter WHERE {is_set}
"""
DOWNLOADS = """
UPDATE adapter SET downloads = CAST(json_extract(stats, '$.downloadCount') AS INTEGER) WHERE json_valid(stats)
"""


def upgrade() -> None:
    """Apply."""
    for table, column in _new_columns():
        op.add_column(table, column)
    op.create_index("ix_adapter_revision", "adapter", ["revision"])
    op.create_index("ix_network_file_hashed", "network_file", ["hashed_size", "mtime_ns", "size", "state", "root_id"])
    op.create_table(
        "saved_filter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_name", sa.String(length=128), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("user_name", "name"),
    )
    op.execute(DOWNLOADS)
    op.execute(REMEMBER.format(field="favourite", value="'true'", is_set="favourite"))
    op.execute(REMEMBER.format(field="rating", value="CAST(rating AS TEXT)", is_set="rating > 0"))


def _new_columns() -> list[tuple[str, sa.Column[Any]]]:
    return [
        ("adapter", sa.Column("downloads", sa.BigInteger(), nullable=True)),
        ("adapter", sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0")),
        ("network_file", sa.Column("autov2", sa.String(length=10), nullable=True)),
        ("network_file", sa.Column("autov3_computed", sa.String(length=12), nullable=True)),
        ("network_file", sa.Column("hashed_size", sa.BigInteger(), nullable=True)),
        ("network_file", sa.Column("hashed_mtime_ns", sa.BigInteger(), nullable=True)),
        ("network_file", sa.Column("hash_error", sa.Text(), nullable=False, server_default="")),
        ("network_file", sa.Column("naming", sa.String(length=32), nullable=False, server_default="")),
        ("network_file", sa.Column("details", sa.JSON(), nullable=False, server_default="{}")),
    ]
