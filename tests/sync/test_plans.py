"""No push and no empty pull reads a table that grows: SQLite is asked how it would answer."""

from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session, sessionmaker

from store import ids
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, fetch, send

GROW = ("records", "revisions", "op_results", "attachments", "blobs", "findings", "conflicts",
        "outbox", "unit_digests", "assignments", "reviews")  # fmt: skip
"""With every visit; `unit_places` grows by households alone, and a pull reads its paths."""


@pytest.fixture
def asked(sessions: sessionmaker[Session]) -> list[tuple[str, Any]]:
    heard: list[tuple[str, Any]] = []
    engine: Engine = sessions.kw["bind"]

    def note(_conn: Any, _cursor: Any, words: str, values: Any, _c: Any, many: bool) -> None:
        if not many and words.startswith(("SELECT", "UPDATE", "DELETE")):
            heard.append((words, values))

    event.listen(engine, "before_cursor_execute", note)
    return heard


def plans(sessions: Sessions, asked: list[tuple[str, Any]]) -> list[str]:
    with sessions() as session:
        connection = session.connection()
        return [
            f"{row[3]} <- {words[:200]}"
            for words, values in list(asked)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values)
        ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_table_that_grows_is_asked_by_index(
    sessions: Sessions, cast: Cast, asked: list[tuple[str, Any]]
) -> None:
    first = ops.op(ids.new(), values=ops.visit(cast.unit))
    send(sessions, cast, "alice", first)
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit)))
    page = fetch(sessions, cast, "alice", None)
    fetch(sessions, cast, "alice", page.cursor)
    told = plans(sessions, asked)
    assert len(told) > 20
    whole = [plan for plan in told if plan.startswith(tuple(f"SCAN {name}" for name in GROW))]
    assert whole == []
    assert [plan for plan in told if "ix_records_type_area" in plan] == []
