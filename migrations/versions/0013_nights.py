"""Checks over many: which township was judged on which input."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "night_runs",
        sa.Column("township", sa.String(length=64), nullable=False),
        sa.Column("input", sa.String(length=64), nullable=False),
        sa.Column("asof", sa.String(length=24), nullable=False),
        sa.Column("ran_at", sa.String(length=24), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("township", "input", name="pk_night_runs"),
    )


def downgrade() -> None:
    op.drop_table("night_runs")
