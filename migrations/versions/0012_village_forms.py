"""A village's own forms are found by form and area, whatever the number of visits beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNREVIEWED = sa.text("state IS NULL AND form IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_records_form_area",
        "records",
        ["form", "area"],
        sqlite_where=UNREVIEWED,
        postgresql_where=UNREVIEWED,
    )


def downgrade() -> None:
    op.drop_index("ix_records_form_area", table_name="records")
