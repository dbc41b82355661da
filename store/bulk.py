"""Many rows in one statement, without the cost that SQLAlchemy's own batches have for each row.

A push of 250 visits writes some 5,500 rows. SQLAlchemy builds each row's parameters anew and lets
PostgreSQL plan and answer row by row; here SQLite gets plain tuples and PostgreSQL one JSON text
(arrays, one for each column, cost the client more than the rows did).
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import JSON, Select, String, Table, bindparam, cast, column, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.orm import Session
from sqlalchemy.types import Text, TypeEngine

MANY = 8
"""Below this many rows SQLAlchemy's cached statement costs less."""
_ROWS = "rows"
Rows = Sequence[Mapping[str, Any]]


def add_all(session: Session, table: Any, rows: Rows) -> None:
    """Insert plain rows, all with the same keys.

    By the table, not the class: the ORM leaves nulls out, so that rows which differ in what is
    null go one by one (a push of 500 visits: 1,800 statements instead of 40).
    """
    put_all(session, insert(table.__table__), rows)


def put_all(session: Session, statement: Any, rows: Rows) -> None:
    """Run an INSERT (with what it does on conflict, never twice for one key) for all of `rows`."""
    if not rows:
        return
    table: Table = statement.table
    names = tuple(rows[0])
    rest = _defaults(table, names)
    if len(rows) < MANY:
        session.execute(statement, [{**rest, **row} for row in rows])
    elif session.get_bind().dialect.name == "postgresql":
        columns = (*names, *rest)
        text = orjson.dumps([{**rest, **row} for row in rows] if rest else rows).decode()
        from_text = statement.from_select(list(columns), _read(table, columns))
        session.execute(from_text, {_ROWS: text})
    else:
        _by_tuples(session, statement, [{**rest, **row} for row in rows] if rest else rows)


def _defaults(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    """What Python gives the columns that the rows leave out."""
    return {
        column.name: column.default.arg for column in _defaulted(table) if column.name not in names
    }


@lru_cache(maxsize=64)
def _defaulted(table: Table) -> tuple[Any, ...]:
    return tuple(c for c in table.columns if c.default is not None and c.default.is_scalar)


@lru_cache(maxsize=64)
def _read(table: Table, names: tuple[str, ...]) -> Select[Any]:
    """SELECT … FROM json_to_recordset(:rows) AS told(id TEXT, seq BIGINT, …)"""
    typed = [column(name, _plain(table.columns[name].type)) for name in names]
    told = func.json_to_recordset(cast(bindparam(_ROWS, type_=Text()), JSON))
    rows = told.table_valued(*typed, name="told").render_derived(with_types=True)
    return select(*(rows.columns[name] for name in names))


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Text without a length: a cast to VARCHAR(36) would cut what is too long, and tell nobody."""
    return Text() if isinstance(kind, String) else kind


def _by_tuples(session: Session, statement: SqliteInsert | PostgresInsert, rows: Rows) -> None:
    compiled = statement.compile(dialect=_SQLITE, column_keys=list(rows[0]))
    order = compiled.positiontup or []
    fixed = {name: compiled.params[name] for name in order if name not in rows[0]}
    told = itemgetter(*order)
    values = [told({**fixed, **row}) if fixed else told(row) for row in rows]
    session.connection().exec_driver_sql(str(compiled), values)


_SQLITE = sqlite.dialect()
