"""How Alembic walks: through the app's own engine, one walker at a time."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection, text

LOCK = 0x72756875
"""PostgreSQL advisory lock ("ruhu"): several nodes may start at once, one of them walks."""


def walk(connection: Connection) -> None:
    """On SQLite the transaction takes the write lock at once; on PostgreSQL the advisory lock."""
    database = current_app.extensions["migrate"].db
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    walk(given)  # part of a larger transaction: a backup being restored
else:
    with current_app.extensions["migrate"].db.engine.connect() as opened:
        walk(opened.execution_options(ruhu_write=True))
