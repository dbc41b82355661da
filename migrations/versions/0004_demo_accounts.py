"""Accounts of the demo are known as such, so that a network can be closed to them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not as a batch: SQLite would put a new table in the place of one that others point at.
    demo = sa.Column("demo", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("users", demo)


def downgrade() -> None:
    op.drop_column("users", "demo")
