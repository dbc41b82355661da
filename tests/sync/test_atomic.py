"""One transaction with the outbox: all of a push, or nothing of it."""

from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from store import ids
from store.records import Record
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, send

BREAK = {
    "sqlite": (
        "CREATE TRIGGER break_{table} BEFORE INSERT ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    ),
    "postgresql": (
        "CREATE FUNCTION break_{table}() RETURNS trigger AS "
        "$$BEGIN RAISE EXCEPTION 'disk full'; END$$ LANGUAGE plpgsql; "
        "CREATE TRIGGER break_{table} BEFORE INSERT ON {table} "
        "EXECUTE FUNCTION break_{table}()"
    ),
}
MEND = {
    "sqlite": "DROP TRIGGER break_{table}",
    "postgresql": "DROP TRIGGER break_{table} ON {table}",
}


def run(engine: Engine, statement: str, table: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement.format(table=table)))


def everything(sessions: Sessions) -> dict[str, Any]:
    with sessions() as session:
        tables = Record.metadata.sorted_tables
        return {t.name: sorted(str(row) for row in session.execute(t.select())) for t in tables}


@pytest.mark.parametrize("table", ["records", "revisions", "op_results", "outbox", "quarantine"])
def test_an_error_midway_leaves_nothing_and_the_same_push_works_later(
    sessions: Sessions, engine: Engine, cast: Cast, table: str
) -> None:
    kind = engine.dialect.name
    rows = {"people/members": {"aaaaaaaa": {"full_name": "甲", "id_number": "1"}}}
    lines = [
        ops.op(ids.new(), 1, values=ops.visit(cast.unit), rows=rows),
        ops.op(ids.new(), 2, values=ops.visit(ids.new())),
        ops.op(ids.new(), 3, values=ops.visit(cast.unit), after=ids.new()),
        ops.op(ids.new(), 4, values=ops.visit(cast.other_unit)),
    ]
    before = everything(sessions)
    run(engine, BREAK[kind], table)
    with pytest.raises(DBAPIError):
        send(sessions, cast, "alice", *lines)
    assert everything(sessions) == before
    run(engine, MEND[kind], table)
    answers = send(sessions, cast, "alice", *lines)
    assert [a["result"] for a in answers] == ["applied", "applied", "held", "quarantined"]
    assert not any("dup" in a for a in answers)
