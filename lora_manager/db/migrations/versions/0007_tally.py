"""How many events of each kind a preference was learned of."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply. What was learned before has no tally until it is learned anew."""
    op.add_column("preference", sa.Column("tally", sa.Text(), nullable=False, server_default=""))
