"""The ground: one metadata, engines for SQLite and PostgreSQL, and how a transaction begins.

pysqlite's own transaction handling lets reads run outside the transaction (four processes
doing max(seq)+1 made 5,510 duplicates), so we begin by hand: a writer takes the lock at once.
"""

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy import Engine, MetaData, Table, and_, create_engine, event, tuple_
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.sql.elements import ColumnElement

SessionFactory = Callable[[], Session]

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)


def engine_options(url: str) -> dict[str, Any]:
    """For `create_engine`, shared with flask-sqlalchemy; no value of a row reaches a log."""
    if make_url(url).get_backend_name() == "sqlite":
        arguments = {"timeout": 30, "check_same_thread": False}
        return {"connect_args": arguments, "pool_size": 70, "hide_parameters": True}
    return {"pool_size": 20, "max_overflow": 50, "pool_pre_ping": True, "hide_parameters": True}


def prepare(engine: Engine) -> Engine:
    """Hang the SQLite habits on an engine; PostgreSQL needs none."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    return engine


def engine_for(url: str) -> Engine:
    return prepare(create_engine(url, **engine_options(url)))


def factory(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine, expire_on_commit=False)


def begin_write(session: Session) -> None:
    """Open the session's transaction as a writer. Call before anything is read in it."""
    session.connection(execution_options={"ruhu_write": True})


def begin_snapshot(session: Session) -> None:
    """Open the session's transaction so that every read sees one moment."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        session.connection()


def upsert(session: Session, table: Table | Any) -> SqliteInsert | PostgresInsert:
    """An INSERT that knows ON CONFLICT, in the session's own dialect."""
    target = table if isinstance(table, Table) else table.__table__
    return upsert_in(session.get_bind().dialect.name, target)


def upsert_in(dialect: str, table: Table) -> SqliteInsert | PostgresInsert:
    return postgres_insert(table) if dialect == "postgresql" else sqlite_insert(table)


def among(one: Any, other: Any, pairs: Collection[tuple[Any, Any]]) -> ColumnElement[bool]:
    """(one, other) is one of `pairs`, found by an index of both.

    For pairs alone SQLite reads the whole table, which for ops means all there ever were.
    """
    firsts, seconds = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return and_(one.in_(firsts), other.in_(seconds), tuple_(one, other).in_(pairs))


def _sqlite_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    write = connection.get_execution_options().get("ruhu_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
