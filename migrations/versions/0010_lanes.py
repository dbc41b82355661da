"""Work in lanes: a township with thousands of rows keeps none of another waiting."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(
            sa.Column("lane", sa.String(length=64), nullable=False, server_default="")
        )
        outbox.add_column(sa.Column("took_ms", sa.Double(), nullable=True))
        outbox.drop_index("ix_outbox_state_due_at")
        outbox.create_index("ix_outbox_state_lane_due_at", ["state", "lane", "due_at"])
    with op.batch_alter_table("outbox") as outbox:
        outbox.alter_column("lane", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_index("ix_outbox_state_lane_due_at")
        outbox.create_index("ix_outbox_state_due_at", ["state", "due_at"])
        outbox.drop_column("took_ms")
        outbox.drop_column("lane")
