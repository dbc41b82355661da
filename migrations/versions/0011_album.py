"""Photos by their fingerprints, to look for one among all others; cameras and their tables."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo_index",
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("codes", sa.LargeBinary(length=40), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_photo_index"),
        sa.UniqueConstraint("sha256", name="uq_photo_index_sha256"),
    )
    op.add_column("photo_facts", sa.Column("camera", sa.String(length=210), nullable=True))
    op.add_column("photo_facts", sa.Column("quantisation", sa.String(length=64), nullable=True))
    op.create_index("ix_photo_facts_camera", "photo_facts", ["camera", "quantisation"])


def downgrade() -> None:
    op.drop_index("ix_photo_facts_camera", "photo_facts")
    op.drop_column("photo_facts", "quantisation")
    op.drop_column("photo_facts", "camera")
    op.drop_table("photo_index")
