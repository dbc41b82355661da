"""Work of one kind goes into one commit; what fails there is done row by row."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select, update

from jobs import run
from jobs.context import Context
from store import outbox
from store.db import begin_write
from store.findings import Evaluation
from store.outbox import Kind, OutboxRow
from store.records import Record
from tests.jobs.conftest import Visit

POISON = '{"set": '


def accepted(context: Context) -> dict[str, OutboxRow]:
    """{visit: its row}"""
    with context.sessions() as session:
        query = select(OutboxRow).where(OutboxRow.kind == Kind.VISIT_ACCEPTED.value)
        return {row.subject: row for row in session.scalars(query.order_by(OutboxRow.id))}


def evaluated(context: Context) -> set[str]:
    with context.sessions() as session:
        return set(session.scalars(select(Evaluation.rec)))


@contextmanager
def counting(context: Context) -> Iterator[Counter[str]]:
    """Statements and commits of what happens inside."""
    counts: Counter[str] = Counter()

    def statement(*_: Any) -> None:
        counts["statements"] += 1

    def commit(_: Any) -> None:
        counts["commits"] += 1

    event.listen(context.engine, "before_cursor_execute", statement)
    event.listen(context.engine, "commit", commit)
    try:
        yield counts
    finally:
        event.remove(context.engine, "before_cursor_execute", statement)
        event.remove(context.engine, "commit", commit)


@contextmanager
def overtaken(context: Context, row: int) -> Iterator[None]:
    """Another worker does this row between the reading and the writing of the first."""
    told: list[int] = [row]

    def first(_connection: Any, options: dict[str, Any]) -> None:
        if told and options.get("ruhu_write"):
            assert run.one(context, told.pop())

    event.listen(context.engine, "set_connection_execution_options", first)
    try:
        yield
    finally:
        event.remove(context.engine, "set_connection_execution_options", first)
    assert not told


def test_ten_visits_take_no_more_statements_than_two(context: Context, visit: Visit) -> None:
    visits = [visit(income__wage=-5) for _ in range(13)]
    rows = [row.id for row in accepted(context).values()]
    run.many(context, rows[:1])
    with counting(context) as few:
        assert run.many(context, rows[1:3]) == 2
    with counting(context) as more:
        assert run.many(context, rows[3:]) == 10
    assert few == more and more["commits"] == 1
    assert evaluated(context) == set(visits)
    assert {row.state for row in accepted(context).values()} == {"done"}


def test_a_poisonous_visit_fails_alone(context: Context, visit: Visit) -> None:
    good, bad = {visit() for _ in range(3)}, visit()
    with context.sessions() as session:
        begin_write(session)
        session.execute(update(Record).where(Record.id == bad).values(doc=POISON))
        session.commit()
    assert run.many(context, [row.id for row in accepted(context).values()]) == 3
    assert evaluated(context) == good
    rows = accepted(context)
    assert {rows[rec].state for rec in good} == {"done"}
    assert (rows[bad].state, rows[bad].attempts) == ("pending", 1)
    assert "JSONDecodeError" in str(rows[bad].error)


def test_what_another_worker_did_meanwhile_is_not_done_twice(
    context: Context, visit: Visit
) -> None:
    first, second = visit(), visit()
    rows = accepted(context)
    with overtaken(context, rows[first].id):
        assert run.many(context, [rows[first].id, rows[second].id]) == 1
    assert evaluated(context) == {first, second}
    assert {row.state for row in accepted(context).values()} == {"done"}


def test_rows_that_are_done_are_left_out(context: Context, visit: Visit) -> None:
    visit(), visit(), visit()
    rows = [row.id for row in accepted(context).values()]
    assert run.one(context, rows[1])
    assert run.many(context, rows) == 2 and run.many(context, rows) == 0


@pytest.mark.parametrize("commits", ["one", "none"])
def test_closing_is_all_or_nothing(context: Context, visit: Visit, commits: str) -> None:
    visit(), visit()
    rows = [row.id for row in accepted(context).values()]
    with context.sessions() as session:
        begin_write(session)
        assert outbox.close(session, rows[:1] if commits == "one" else [])
        session.commit()
    with context.sessions() as session:
        begin_write(session)
        assert outbox.close(session, rows) is (commits == "none")
