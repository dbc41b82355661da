"""What devices push: records, every op as a revision, conflicts, held and quarantined ops."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "records",
    "revisions",
    "op_results",
    "held",
    "quarantine",
    "conflicts",
    "sealed_index",
)


def upgrade() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=36), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("fver", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("form", sa.String(length=64), nullable=True),
        sa.Column("form_v", sa.String(length=64), nullable=True),
        sa.Column("author", sa.String(length=36), nullable=True),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("state", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("captured_at", sa.String(length=24), nullable=True),
        sa.Column("received_at", sa.String(length=24), nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("acc", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
        sa.UniqueConstraint("seq", name="uq_records_seq"),
    )
    op.create_index("ix_records_author", "records", ["author", "captured_at"])
    op.create_index("ix_records_type_area", "records", ["type", "area", "seq"])
    op.create_index("ix_records_unit_seq", "records", ["unit", "seq"])
    op.create_table(
        "revisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("op", sa.String(length=36), nullable=False),
        sa.Column("origin", sa.String(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("base_v", sa.Integer(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("form_v", sa.String(length=64), nullable=True),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("uptime", sa.Double(), nullable=True),
        sa.Column("clock_offset", sa.Double(), nullable=True),
        sa.Column("received_at", sa.String(length=24), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revisions"),
        sa.UniqueConstraint("rec", "op", name="uq_revisions_rec_op"),
    )
    op.create_index("ix_revisions_rec_version", "revisions", ["rec", "version"])
    op.create_table(
        "op_results",
        sa.Column("origin", sa.String(length=36), nullable=False),
        sa.Column("op", sa.String(length=36), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("origin", "op", name="pk_op_results"),
    )
    op.create_index("ix_op_results_rec", "op_results", ["rec"])
    op.create_table(
        "held",
        sa.Column("origin", sa.String(length=36), nullable=False),
        sa.Column("op", sa.String(length=36), nullable=False),
        sa.Column("after", sa.String(length=36), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("held_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("origin", "op", name="pk_held"),
    )
    op.create_index("ix_held_after", "held", ["origin", "after"])
    op.create_index("ix_held_rec", "held", ["rec"])
    op.create_table(
        "quarantine",
        sa.Column("origin", sa.String(length=36), nullable=False),
        sa.Column("op", sa.String(length=36), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("quarantined_at", sa.String(length=24), nullable=False),
        sa.Column("released_at", sa.String(length=24), nullable=True),
        sa.Column("released_by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("origin", "op", name="pk_quarantine"),
    )
    op.create_index("ix_quarantine_released_at", "quarantine", ["released_at", "quarantined_at"])
    op.create_table(
        "conflicts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("rec", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=36), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("standing_op", sa.String(length=36), nullable=True),
        sa.Column("waiting", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("op", sa.String(length=36), nullable=False),
        sa.Column("origin", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("found_at", sa.String(length=24), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("settled_op", sa.String(length=36), nullable=True),
        sa.Column("settled_at", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_conflicts"),
        sa.UniqueConstraint("rec", "path", "op", name="uq_conflicts_rec_path_op"),
    )
    op.create_index("ix_conflicts_area_state", "conflicts", ["area", "state"])
    op.create_index("ix_conflicts_rec_state", "conflicts", ["rec", "state"])
    op.create_table(
        "sealed_index",
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("path", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("record", "path", name="pk_sealed_index"),
    )
    op.create_index("ix_sealed_index_digest", "sealed_index", ["digest"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
