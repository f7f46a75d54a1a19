"""Where a generation was made: the host's tab, or our own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. Everything recorded before came from our own Generate."""
    op.add_column("generation", sa.Column("origin", sa.String(length=32), nullable=False, server_default=""))
    op.execute("UPDATE generation SET origin = 'lora_manager'")
