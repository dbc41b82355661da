"""The nightly checks as work: planned once a night for each township, done once."""

import orjson
from sqlalchemy import select

from jobs import run, schedule
from jobs.context import Context
from store import clock
from store.db import begin_write
from store.nights import NightRun
from store.outbox import Kind, OutboxRow
from store.queues import QUEUE
from tests.jobs.conftest import Visit
from tests.kit.cast import TOWNSHIP, Cast
from verify import night


def planned(context: Context, now: str) -> list[OutboxRow]:
    with context.sessions() as session:
        begin_write(session)
        schedule.plan(session, context, now)
        session.commit()
        rows = session.scalars(select(OutboxRow).where(OutboxRow.kind == Kind.NIGHT.value))
        return sorted(rows, key=lambda row: row.due_at)


def test_each_township_has_its_night_at_two_by_the_offices_clock(
    context: Context, cast: Cast
) -> None:
    [row] = planned(context, "2026-11-25T09:00:00.000Z")
    assert (row.subject, row.due_at) == (TOWNSHIP, "2026-11-25T18:00:00.000Z")
    assert len(planned(context, "2026-11-25T10:00:00.000Z")) == 1, "planned once"
    later = planned(context, "2026-11-25T18:30:00.000Z")
    assert [r.due_at for r in later] == ["2026-11-25T18:00:00.000Z", "2026-11-26T18:00:00.000Z"]


def test_a_night_that_was_asked_for_is_done_once_on_its_own_queue(
    context: Context, cast: Cast, visit: Visit
) -> None:
    visit()
    run.drain(context)
    with context.sessions() as session:
        begin_write(session)
        assert night.ask(session, TOWNSHIP, context.tz)
        session.commit()
        row = session.scalars(select(OutboxRow).where(OutboxRow.kind == Kind.NIGHT.value)).one()
    assert QUEUE[Kind.NIGHT] == "batch"
    assert run.one(context, row.id) and not run.one(context, row.id)
    with context.sessions() as session:
        [done] = session.scalars(select(NightRun))
        assert (done.township, done.visits) == (TOWNSHIP, 1)
        assert done.ran_at <= clock.now() and orjson.loads(done.findings) == {}
