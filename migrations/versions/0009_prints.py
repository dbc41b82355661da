"""More fingerprints of each photo, the phone of an upload; photos read before are read again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photo_facts", sa.Column("prints", sa.LargeBinary(), nullable=True))
    device = sa.Column("device", sa.String(length=36), nullable=False, server_default="")
    op.add_column("uploads", device)
    op.create_index("ix_uploads_device", "uploads", ["device"])
    op.execute(
        "INSERT INTO outbox (kind, subject, version, payload, state, due_at, attempts, made_at)"
        " SELECT 'photo.stored', sha256, '2', '{}', 'pending', inspected_at, 0, inspected_at"
        " FROM photo_facts"
    )


def downgrade() -> None:
    op.drop_index("ix_uploads_device", "uploads")
    op.drop_column("uploads", "device")
    op.drop_column("photo_facts", "prints")
