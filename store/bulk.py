"""Many rows in one statement, without the cost that SQLAlchemy's own batches have for each row;
many ids in several.

A push of 250 visits writes some 5,500 rows. SQLAlchemy builds each row's parameters anew and lets
PostgreSQL plan and answer row by row; here SQLite gets plain tuples and PostgreSQL one JSON text
(arrays, one for each column, cost the client more than the rows did).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import JSON, String, Table, bindparam, cast, column, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.types import Text, TypeEngine

from store.db import upsert_in

MANY = 8
"""Below this many rows SQLAlchemy's cached statement costs less."""
PART = 500
"""Ids in one list of a statement."""
_ROWS = "rows"
Rows = Sequence[Mapping[str, Any]]
Clash = Callable[[Any], Any]
"""What an INSERT does where a row of the key is there already; a function of a module, so that
what it makes is built once."""


def parts(told: Collection[str]) -> Iterator[list[str]]:
    """Each id once, in order, and so many at a time that no statement grows too long."""
    chosen = sorted(set(told))
    return (chosen[start : start + PART] for start in range(0, len(chosen), PART))


def add_all(session: Session, table: Any, rows: Rows) -> None:
    """Insert plain rows, all with the same keys.

    By the table, not the class: the ORM leaves nulls out, so that rows which differ in what is
    null go one by one (a push of 500 visits: 1,800 statements instead of 40).
    """
    put_all(session, table, rows, _none)


def put_all(session: Session, table: Any, rows: Rows, clash: Clash) -> None:
    """Insert rows, all with the same keys and no two for one key of the table."""
    if not rows:
        return
    dialect, target = session.get_bind().dialect.name, table.__table__
    rest = _defaults(target, tuple(rows[0]))
    whole = [{**rest, **row} for row in rows] if rest else rows
    names = tuple(whole[0])
    if len(rows) < MANY:
        session.execute(_insert(dialect, target, clash), [dict(row) for row in whole])
    elif dialect == "postgresql":
        text = orjson.dumps(whole).decode()
        session.execute(_from_text(target, names, clash), {_ROWS: text})
    else:
        words, fixed, told = _written(target, names, clash)
        values = [told({**fixed, **row}) if fixed else told(row) for row in whole]
        session.connection().exec_driver_sql(words, values)


def keep_first(statement: Any) -> Any:
    """What is there stays as it is."""
    return statement.on_conflict_do_nothing()


def _none(statement: Any) -> Any:
    return statement


@lru_cache(maxsize=64)
def _defaults(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    """What Python gives the columns that the rows leave out."""
    left: list[Any] = [c for c in table.columns if c.default is not None and c.name not in names]
    return {column.name: column.default.arg for column in left if column.default.is_scalar}


@lru_cache(maxsize=64)
def _insert(dialect: str, table: Table, clash: Clash) -> Any:
    return clash(upsert_in(dialect, table))


@lru_cache(maxsize=64)
def _from_text(table: Table, names: tuple[str, ...], clash: Clash) -> Any:
    """INSERT … SELECT … FROM json_to_recordset(:rows) AS told(id TEXT, seq BIGINT, …)"""
    typed = [column(name, _plain(table.columns[name].type)) for name in names]
    told = func.json_to_recordset(cast(bindparam(_ROWS, type_=Text()), JSON))
    rows = told.table_valued(*typed, name="told").render_derived(with_types=True)
    chosen = select(*(rows.columns[name] for name in names))
    return _insert("postgresql", table, clash).from_select(list(names), chosen)


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """Text without a length: a cast to VARCHAR(36) would cut what is too long, and tell nobody."""
    return Text() if isinstance(kind, String) else kind


@lru_cache(maxsize=64)
def _written(
    table: Table, names: tuple[str, ...], clash: Clash
) -> tuple[str, dict[str, Any], Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """(the statement's words, values that are the same for every row, the order of a row's)"""
    made = _insert("sqlite", table, clash).compile(dialect=_SQLITE, column_keys=list(names))
    order = list(made.positiontup)
    fixed = {name: made.params[name] for name in order if name not in names}
    return str(made), fixed, itemgetter(*order)


_SQLITE = sqlite.dialect()
