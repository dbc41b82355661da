"""Forms in the making: drafts, their sources, files with versions, retired forms."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("form_retired", "form_drafts", "form_sources", "form_files")


def upgrade() -> None:
    op.create_table(
        "form_retired",
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("retired_at", sa.String(length=24), nullable=False),
        sa.Column("retired_by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("form", name="pk_form_retired"),
    )
    op.create_table(
        "form_drafts",
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("title", "xform", "definition")),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("remarks", "testers")),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.String(length=24), nullable=False),
        sa.Column("uploaded_by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("form", name="pk_form_drafts"),
    )
    op.create_table(
        "form_sources",
        sa.Column("form", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("form", "version", name="pk_form_sources"),
    )
    op.create_table(
        "form_files",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mime", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.String(length=24), nullable=False),
        sa.Column("uploaded_by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("name", "version", name="pk_form_files"),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
