"""Fairness: answers, verdicts and silent rules; draws of back-checks; what was tried first."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID, CODE, MOMENT, SHA = (sa.String(length=n) for n in (36, 64, 24, 64))
TABLES = (
    "finding_replies",
    "finding_verdicts",
    "rule_mutes",
    "backcheck_draws",
    "backcheck_picks",
)


def _some(kind: sa.types.TypeEngine, *names: str, empty: bool = False) -> list[sa.Column]:
    return [sa.Column(name, kind, nullable=empty) for name in names]


def upgrade() -> None:
    version = sa.Column("rule_version", CODE, nullable=False, server_default="1")
    tried = sa.Column("tried", sa.Text(), nullable=False, server_default="[]")
    op.add_column("findings", version)
    op.add_column("findings", tried)
    _answers()
    _draws()


def _answers() -> None:
    op.create_table(
        "finding_replies",
        *_some(ID, "id", "rec"),
        *_some(CODE, "rule"),
        *_some(sa.String(length=300), "path"),
        *_some(sa.String(), "words"),
        *_some(SHA, "photo", empty=True),
        *_some(ID, "by"),
        *_some(MOMENT, "at"),
        sa.PrimaryKeyConstraint("id", name="pk_finding_replies"),
    )
    op.create_index("ix_finding_replies_rec", "finding_replies", ["rec"])
    op.create_table(
        "finding_verdicts",
        *_some(ID, "rec"),
        *_some(CODE, "rule"),
        *_some(sa.String(length=300), "path"),
        *_some(CODE, "rule_version", "verdict"),
        *_some(sa.String(), "words"),
        *_some(ID, "by"),
        *_some(MOMENT, "at"),
        sa.PrimaryKeyConstraint("rec", "rule", "path", name="pk_finding_verdicts"),
    )
    op.create_index("ix_finding_verdicts_rule", "finding_verdicts", ["rule", "at"])
    op.create_index("ix_finding_verdicts_by", "finding_verdicts", ["by", "at"])
    op.create_table(
        "rule_mutes",
        *_some(sa.Integer(), "id"),
        *_some(CODE, "rule"),
        *_some(sa.Integer(), "hits", "misses"),
        *_some(sa.Double(), "upper"),
        *_some(MOMENT, "muted_at"),
        *_some(MOMENT, "ended_at", empty=True),
        *_some(ID, "ended_by", empty=True),
        sa.PrimaryKeyConstraint("id", name="pk_rule_mutes"),
    )
    op.create_index("ix_rule_mutes_rule", "rule_mutes", ["rule", "ended_at"])


def _draws() -> None:
    op.create_table(
        "backcheck_draws",
        *_some(ID, "id"),
        *_some(CODE, "area", "since", "until"),
        *_some(sa.Integer(), "size"),
        *_some(CODE, "reveal_on"),
        *_some(sa.String(), "seed"),
        *_some(SHA, "seed_sha256", "frame_sha256"),
        *_some(sa.Text(), "frame"),
        *_some(MOMENT, "committed_at"),
        *_some(ID, "committed_by"),
        *_some(MOMENT, "drawn_at", empty=True),
        sa.PrimaryKeyConstraint("id", name="pk_backcheck_draws"),
    )
    op.create_index("ix_backcheck_draws_area", "backcheck_draws", ["area", "committed_at"])
    op.create_table(
        "backcheck_picks",
        *_some(ID, "draw", "rec", "unit"),
        *_some(CODE, "way"),
        *_some(ID, "checker", "submission", empty=True),
        *_some(MOMENT, "done_at", empty=True),
        sa.ForeignKeyConstraint(
            ["draw"], ["backcheck_draws.id"], name="fk_backcheck_picks_draw_backcheck_draws"
        ),
        sa.PrimaryKeyConstraint("draw", "rec", name="pk_backcheck_picks"),
    )
    op.create_index("ix_backcheck_picks_rec", "backcheck_picks", ["rec"])
    op.create_index("ix_backcheck_picks_checker", "backcheck_picks", ["checker", "done_at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    with op.batch_alter_table("findings") as batch:
        batch.drop_column("tried")
        batch.drop_column("rule_version")
