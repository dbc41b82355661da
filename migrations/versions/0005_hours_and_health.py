"""When phones are to send, how they fare, and what somebody has to look at."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = ("device_faults", "sync_hours", "rush_plans", "sync_rounds", "alarms")
COLUMNS = ("reported", "reported_at", "pulled_position", "digest_mismatches")


def upgrade() -> None:
    _columns()
    op.create_table(
        "device_faults",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("route", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_device_faults"),
    )
    op.create_index("ix_device_faults_device", "device_faults", ["device", "id"])
    op.create_table(
        "sync_hours",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("since", sa.String(length=64), nullable=False),
        sa.Column("hours", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=36), nullable=True),
        sa.Column("set_at", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name="fk_sync_hours_area_areas"),
        sa.PrimaryKeyConstraint("area", "since", name="pk_sync_hours"),
    )
    _rounds()
    op.create_table(
        "alarms",
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.String(length=24), nullable=False),
        sa.Column("seen_at", sa.String(length=24), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("gone_at", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_alarms"),
    )


def _columns() -> None:
    nothing, none = sa.text("'{}'"), sa.text("0")
    op.add_column(
        "devices", sa.Column("reported", sa.Text(), nullable=False, server_default=nothing)
    )
    op.add_column("devices", sa.Column("reported_at", sa.String(length=24), nullable=True))
    op.add_column("devices", sa.Column("pulled_position", sa.BigInteger(), nullable=True))
    mismatches = sa.Column("digest_mismatches", sa.Integer(), nullable=False, server_default=none)
    op.add_column("devices", mismatches)


def _rounds() -> None:
    op.create_table(
        "rush_plans",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.String(length=24), nullable=False),
        sa.Column("closes_at", sa.String(length=24), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_at", sa.String(length=24), nullable=False),
        sa.Column("ended_at", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["areas.code"], name="fk_rush_plans_area_areas"),
        sa.PrimaryKeyConstraint("id", name="pk_rush_plans"),
    )
    op.create_index("ix_rush_plans_closes_at", "rush_plans", ["closes_at"])
    op.create_table(
        "sync_rounds",
        sa.Column("area", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.String(length=24), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("missed", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("area", "due_at", name="pk_sync_rounds"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for column in COLUMNS:
        op.drop_column("devices", column)
