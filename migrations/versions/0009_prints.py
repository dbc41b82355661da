"""More fingerprints of each photo; photos that were read before are read again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photo_facts", sa.Column("slopes", sa.LargeBinary(length=8), nullable=True))
    op.add_column("photo_facts", sa.Column("prints", sa.LargeBinary(), nullable=True))
    op.execute(
        "INSERT INTO outbox (kind, subject, version, payload, state, due_at, attempts, made_at)"
        " SELECT 'photo.stored', sha256, '2', '{}', 'pending', inspected_at, 0, inspected_at"
        " FROM photo_facts"
    )


def downgrade() -> None:
    op.drop_column("photo_facts", "prints")
    op.drop_column("photo_facts", "slopes")
