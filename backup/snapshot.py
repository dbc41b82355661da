"""One moment of the database to read from, while others go on writing."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine

from backup.manifest import BackupInvalid
from store.db import engine_for


@contextmanager
def snapshot(engine: Engine, scratch: Path) -> Iterator[Connection]:
    """A connection that sees one moment.

    SQLite is copied first (its online backup, one step): a reader that stays open for minutes
    would keep the write-ahead log from being emptied, and the copy is looked at for damage.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True, stream_results=True
            )
            yield connection
        return
    copied = engine_for(f"sqlite:///{_copied(engine, scratch / 'copy.sqlite')}")
    try:
        with copied.connect() as connection:
            yield connection
    finally:
        copied.dispose()


def _copied(engine: Engine, target: Path) -> Path:
    """Raises BackupInvalid where the database itself is damaged."""
    there = Path(engine.url.database or "").absolute().as_uri()
    source = sqlite3.connect(f"{there}?mode=rw", uri=True, timeout=30)
    with closing(source), closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
        (told,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if told != "ok":
        raise BackupInvalid(f"the database is damaged: {told}")
    return target
