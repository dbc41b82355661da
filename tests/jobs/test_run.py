"""Work is done once, in the commit that closes its row; what fails is counted and seen."""

from sqlalchemy import select

from jobs import run
from jobs.catalogue import TABLE
from jobs.context import Context
from store import clock, outbox
from store.db import begin_write
from store.findings import CheckRun, Evaluation, Finding
from store.outbox import Kind, OutboxRow
from tests.jobs.conftest import Visit
from tests.kit.cast import Cast

NOBODY = "ef" * 32


def rows(context: Context, kind: Kind) -> list[OutboxRow]:
    with context.sessions() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.kind == kind.value)))


def ask(context: Context, kind: Kind, subject: str) -> int:
    with context.sessions() as session:
        begin_write(session)
        outbox.put(session, kind, subject, 1)
        session.commit()
    [row] = rows(context, kind)
    return row.id


def make_due(context: Context, row: int) -> None:
    with context.sessions() as session:
        begin_write(session)
        session.get_one(OutboxRow, row).due_at = clock.after(clock.now(), seconds=-1)
        session.commit()


def test_a_visit_is_evaluated_and_checked(context: Context, visit: Visit) -> None:
    rec = visit(income__wage=999_999_999)
    assert run.drain(context) > 0
    with context.sessions() as session:
        assert session.scalars(select(Evaluation.rec)).all() == [rec]
        families = set(session.scalars(select(CheckRun.check).where(CheckRun.rec == rec)))
        rules = set(session.scalars(select(Finding.rule).where(Finding.rec == rec)))
    assert {"answers", "place", "clock"} <= families
    assert "F-REQ" in rules


def test_the_same_row_again_does_nothing(context: Context, visit: Visit) -> None:
    visit()
    run.drain(context)
    [row] = rows(context, Kind.VISIT_ACCEPTED)
    assert row.state == "done"
    assert run.one(context, row.id) is False
    with context.sessions() as session:
        assert len(session.scalars(select(Evaluation.rec)).all()) == 1


def test_two_rows_of_one_input_are_one_row(context: Context, cast: Cast) -> None:
    assert cast.unit
    ask(context, Kind.PHOTO_STORED, NOBODY)
    ask(context, Kind.PHOTO_STORED, NOBODY)
    assert len(rows(context, Kind.PHOTO_STORED)) == 1


def test_a_failure_is_counted_tried_again_and_in_the_end_seen(context: Context, cast: Cast) -> None:
    assert cast.unit
    row = ask(context, Kind.PHOTO_STORED, NOBODY)
    tries = len(TABLE[Kind.PHOTO_STORED].waits)
    for attempt in range(1, tries + 1):
        make_due(context, row)
        assert run.one(context, row) is False
        [kept] = rows(context, Kind.PHOTO_STORED)
        assert (kept.state, kept.attempts) == ("pending", attempt)
        assert kept.due_at > clock.now()
    run.one(context, row)
    [kept] = rows(context, Kind.PHOTO_STORED)
    assert kept.state == "dead"
    assert kept.error is not None and "NotFound" in kept.error
    assert run.drain(context) == 0


def test_work_that_kills_its_worker_is_dead_in_the_end_and_seen(
    context: Context, cast: Cast
) -> None:
    assert cast.unit
    row = ask(context, Kind.PHOTO_STORED, NOBODY)
    with context.sessions() as session:
        begin_write(session)
        outbox.claim(session, 50, clock.after(clock.now(), seconds=run.LEASE))
        session.commit()
    for _ in TABLE[Kind.PHOTO_STORED].waits:
        assert run.begun_again(context, row)
    assert not run.begun_again(context, row)
    [kept] = rows(context, Kind.PHOTO_STORED)
    assert kept.state == "dead"
    assert kept.error is not None and "the worker died" in kept.error


def test_a_version_that_moved_on_is_closed_without_effect(context: Context, visit: Visit) -> None:
    rec = visit()
    with context.sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.VISIT_ACCEPTED, rec, 99)
        session.commit()
    run.drain(context)
    assert {r.state for r in rows(context, Kind.VISIT_ACCEPTED)} == {"done"}
    with context.sessions() as session:
        assert session.scalars(select(Evaluation.version)).all() == [1]


def test_a_reason_never_holds_an_id_number(context: Context, cast: Cast) -> None:
    assert cast.unit
    row = ask(context, Kind.PHOTO_STORED, "999901198001011234")
    run.one(context, row)
    [kept] = rows(context, Kind.PHOTO_STORED)
    assert kept.error is not None and "999901198001011234" not in kept.error


def test_housekeeping_plans_its_next_hour(context: Context, cast: Cast) -> None:
    assert cast.unit
    ask(context, Kind.HOUSEKEEPING, "server")
    run.drain(context)
    states = sorted(row.state for row in rows(context, Kind.HOUSEKEEPING))
    assert states == ["done", "pending"]
    [following] = [r for r in rows(context, Kind.HOUSEKEEPING) if r.state == "pending"]
    assert following.due_at > clock.after(clock.now(), minutes=59)
