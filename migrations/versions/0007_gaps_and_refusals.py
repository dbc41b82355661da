"""Which numbers of a phone's ops have come, and how often a shut-out phone was turned away."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    nothing = sa.text("'{}'")
    op.add_column(
        "devices", sa.Column("counter", sa.Text(), nullable=False, server_default=nothing)
    )
    op.create_table(
        "turned_away",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.String(length=24), nullable=False),
        sa.Column("last_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("device", "code", name="pk_turned_away"),
    )


def downgrade() -> None:
    op.drop_table("turned_away")
    op.drop_column("devices", "counter")
