"""The hourly round: what has expired goes, photos that stay away are asked for."""

from sqlalchemy import select

from jobs import run
from jobs.context import Context
from store import clock, outbox
from store.accounts import EnrolCode
from store.backchecks import Draw, Pick
from store.db import begin_write
from store.findings import Finding
from store.outbox import Kind
from store.records import Revision
from tests.jobs.conftest import Visit
from tests.kit import ops
from tests.kit.cast import TOWNSHIP, Cast
from verify import backchecks


def keep_house(context: Context) -> None:
    with context.sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.HOUSEKEEPING, "server", "test")
        session.commit()
    run.drain(context)


def test_photos_that_stay_away_for_a_week_are_asked_for(context: Context, visit: Visit) -> None:
    rec = visit(evidence__photo_front=ops.photo())
    keep_house(context)
    with context.sessions() as session:
        assert "P-LATE" not in session.scalars(select(Finding.rule)).all()
        begin = session.scalars(select(Revision).where(Revision.rec == rec)).one()
        begin.received_at = clock.after(clock.now(), days=-8)
        session.commit()
    with context.sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.HOUSEKEEPING, "server", "again")
        session.commit()
    run.drain(context)
    with context.sessions() as session:
        [late] = session.scalars(select(Finding).where(Finding.rule == "P-LATE"))
        assert (late.rec, late.state) == (rec, "open")


def test_codes_of_last_week_are_forgotten_and_fresh_ones_stay(context: Context, cast: Cast) -> None:
    user, now = cast.users["alice"], clock.now()
    with context.sessions() as session:
        begin_write(session)
        for name, days in (("a" * 64, -8), ("b" * 64, 0)):
            at = clock.after(now, days=days)
            session.add(EnrolCode(code=name, user_id=user, made_by=user, made_at=at, expires_at=at))
        session.commit()
    keep_house(context)
    with context.sessions() as session:
        assert session.scalars(select(EnrolCode.code)).all() == ["b" * 64]


def test_a_draw_is_made_on_its_day_and_not_before(
    context: Context, visit: Visit, cast: Cast
) -> None:
    visit()
    today = clock.local_day(clock.now(), context.tz).isoformat()
    with context.sessions() as session:
        begin_write(session)
        tomorrow = clock.local_day(clock.after(clock.now(), days=1), context.tz).isoformat()
        days = (today, today, tomorrow)
        draw = backchecks.plan(session, cast.users["dora"], TOWNSHIP, days, 5, context.tz)
        outbox.put(session, Kind.HOUSEKEEPING, "server", "first")
        session.commit()
    run.drain(context)
    with context.sessions() as session:
        begin_write(session)
        assert list(session.scalars(select(Pick))) == []
        session.get_one(Draw, draw.id).reveal_on = today
        outbox.put(session, Kind.HOUSEKEEPING, "server", "second")
        session.commit()
    run.drain(context)
    with context.sessions() as session:
        assert len(session.scalars(select(Pick)).all()) == 1
