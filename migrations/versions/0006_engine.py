"""Digests of units, conflicts that people settle, late and confirmed values, marks of the feed."""

import hashlib
import json
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_digests",
        sa.Column("unit", sa.String(length=36), nullable=False),
        sa.Column("reader", sa.String(length=36), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "reader", "handed", name="pk_unit_digests"),
    )
    op.create_table(
        "digest_mismatches",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("unit", sa.String(length=36), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.String(length=24), nullable=False),
        sa.Column("last_at", sa.String(length=24), nullable=False),
        sa.PrimaryKeyConstraint("device", "unit", name="pk_digest_mismatches"),
    )
    op.create_table(
        "feed_marks",
        sa.Column("at", sa.String(length=24), nullable=False),
        sa.Column("head", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("at", name="pk_feed_marks"),
    )
    _columns()
    _hand_over()
    _sum_up()


def _columns() -> None:
    false = sa.false()
    op.add_column(
        "records", sa.Column("handed", sa.Boolean(), nullable=False, server_default=false)
    )
    op.add_column(
        "revisions", sa.Column("confirmed", sa.Text(), nullable=False, server_default="[]")
    )
    op.add_column(
        "revisions", sa.Column("late", sa.Boolean(), nullable=False, server_default=false)
    )
    late = {"sqlite_where": sa.text("late = 1"), "postgresql_where": sa.text("late")}
    op.create_index("ix_revisions_late", "revisions", ["id"], **late)
    op.add_column("conflicts", sa.Column("settled_by", sa.String(length=36), nullable=True))
    op.add_column("conflicts", sa.Column("choice", sa.String(length=64), nullable=True))
    op.add_column(
        "conflicts", sa.Column("reason", sa.String(length=500), nullable=False, server_default="")
    )
    op.create_index("ix_conflicts_unit_state", "conflicts", ["unit", "state"])


def _hand_over() -> None:
    """What older versions flagged and returned."""
    bind = op.get_bind()
    bind.execute(sa.text("UPDATE revisions SET late = :yes WHERE flags LIKE :flag"),
                 {"yes": True, "flag": '%"late"%'})  # fmt: skip
    returned = {
        rec for (rec,) in bind.execute(sa.text("SELECT rec FROM reviews WHERE action = 'return'"))
    }
    statuses = bind.execute(sa.text("SELECT id, doc FROM records WHERE type = 'status'"))
    returned |= {ident for ident, doc in statuses if json.loads(doc)["submission"] in returned}
    for ident in sorted(returned):
        bind.execute(
            sa.text("UPDATE records SET handed = :yes WHERE id = :id"), {"yes": True, "id": ident}
        )


def _sum_up() -> None:
    """The digests of what is there, as `store/digest.py` keeps them from now on."""
    bind = op.get_bind()
    parts: dict[tuple[str, str, bool], list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = bind.execute(
        sa.text("SELECT id, version, type, unit, author, handed FROM records WHERE NOT deleted")
    )
    for ident, version, kind, unit, author, handed in rows:
        owned = kind in ("submission", "status")
        part = parts[(unit, author or "", bool(handed)) if owned else (unit, "", False)]
        digest = hashlib.sha256(f"{ident}|{version}".encode()).digest()
        part[0] += 1
        part[1] += int.from_bytes(digest[:4], "big")
        part[2] += int.from_bytes(digest[4:8], "big")
    for (unit, reader, handed), (count, high, low) in parts.items():
        bind.execute(
            sa.text(
                "INSERT INTO unit_digests (unit, reader, handed, records, high, low)"
                " VALUES (:unit, :reader, :handed, :records, :high, :low)"
            ),
            {
                "unit": unit, "reader": reader, "handed": handed,
                "records": count, "high": high, "low": low,
            },
        )  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_conflicts_unit_state", table_name="conflicts")
    for column in ("reason", "choice", "settled_by"):
        op.drop_column("conflicts", column)
    op.drop_index("ix_revisions_late", table_name="revisions")
    for column in ("late", "confirmed"):
        op.drop_column("revisions", column)
    op.drop_column("records", "handed")
    for table in ("feed_marks", "digest_mismatches", "unit_digests"):
        op.drop_table(table)
