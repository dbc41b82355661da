"""Hours that come, who came, and alarms that go by themselves."""

from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select, update

from jobs import run, schedule
from jobs.context import Context, Nightly
from store import alarms, clock, hours, outbox
from store.accounts import Device
from store.alarms import Alarm
from store.db import begin_write
from store.hours import SyncRound
from store.outbox import Kind, OutboxRow
from tests.kit.cast import EAST, TOWNSHIP, Cast


def put(context: Context, area: str, *told: str) -> None:
    with context.sessions() as session:
        begin_write(session)
        hours.put(session, area, "2026-01-01", list(told), None, clock.now())
        session.commit()


def ask(context: Context, kind: Kind, subject: str, version: str) -> None:
    with context.sessions() as session:
        begin_write(session)
        outbox.put(session, kind, subject, version)
        session.commit()
    run.drain(context)


def heard(context: Context, cast: Cast, name: str, at: str) -> None:
    with context.sessions() as session:
        begin_write(session)
        enrolled = clock.after(at, days=-30)
        mine = update(Device).where(Device.id == cast.devices[name])
        session.execute(update(Device).values(enrolled_at=enrolled))
        session.execute(mine.values(last_seen_at=at))
        session.commit()


def test_who_was_expected_and_did_not_come_is_noted(context: Context, cast: Cast) -> None:
    """East has hours of its own; Dora works in the township, whose hours are others."""
    put(context, EAST, "12:00")
    put(context, TOWNSHIP, "18:00")
    due = clock.after(clock.now(), hours=-2)
    heard(context, cast, "alice", clock.after(due, minutes=5))
    heard(context, cast, "bob", clock.after(due, minutes=-5))
    ask(context, Kind.SYNC_ROUND, EAST, due)
    with context.sessions() as session:
        row = session.scalars(select(SyncRound)).one()
    assert row.expected == 3
    assert orjson.loads(row.missed) == sorted([cast.devices["bob"], cast.devices["vera"]])


def test_an_hour_is_planned_once_and_looked_at_after_its_grace(
    context: Context, cast: Cast
) -> None:
    put(context, EAST, "12:00", "19:30")
    with context.sessions() as session:
        begin_write(session)
        for minute in ("03:10", "03:50"):
            schedule.plan(session, context, f"2026-11-24T{minute}:00.000Z")
        session.commit()
        query = select(OutboxRow).where(OutboxRow.kind == Kind.SYNC_ROUND.value)
        [row] = session.scalars(query)
    assert (row.subject, row.version) == (EAST, "2026-11-24T04:00:00.000Z")
    assert row.due_at == "2026-11-24T05:00:00.000Z"


@pytest.fixture
def nightly(context: Context, tmp_path: Path, cast: Cast) -> Context:
    assert cast
    return replace(context, nightly=Nightly(tmp_path / "copies", 2, 2))


def open_alarms(context: Context) -> set[str]:
    ask(context, Kind.WATCH, "server", f"test {clock.now()}")
    with context.sessions() as session:
        return set(session.scalars(select(Alarm.kind).where(Alarm.gone_at.is_(None))))


def test_an_alarm_opens_with_its_cause_and_goes_with_it(nightly: Context) -> None:
    assert "backup" in open_alarms(nightly)
    with nightly.sessions() as session:
        begin_write(session)
        from_now = outbox.Base.metadata.tables["meta"]
        session.execute(from_now.insert().values(key="backed_up_at", value=clock.now()))
        session.commit()
    assert "backup" not in open_alarms(nightly)
    with nightly.sessions() as session:
        [gone] = alarms.shown(session, clock.after(clock.now(), days=-1))
        assert gone.kind == "backup" and gone.gone_at


def test_work_that_failed_or_waits_and_phones_that_stayed_away_are_alarms(
    nightly: Context, cast: Cast
) -> None:
    now = clock.now()
    with nightly.sessions() as session:
        begin_write(session)
        put_row = SyncRound(area=EAST, due_at=clock.after(now, hours=-3), expected=3)
        put_row.missed, put_row.looked_at = '["x"]', now
        session.add(put_row)
        outbox.put(session, Kind.PHOTO_STORED, "ab" * 32, 1)
        session.flush()
        row = session.scalars(select(OutboxRow).where(OutboxRow.subject == "ab" * 32)).one()
        outbox.fail(session, row.id, "boom", None)
        session.commit()
    assert {"work_failed", "missed"} <= open_alarms(nightly)


def test_a_disk_with_little_room_is_an_alarm(nightly: Context, cast: Cast) -> None:
    with nightly.sessions() as session:
        begin_write(session)
        figure = outbox.Base.metadata.tables["parameters"]
        session.execute(
            figure.insert().values(name="disk_free_mb", since="2026-01-02", value="1e15", source="")
        )
        session.commit()
    assert "disk" in open_alarms(nightly)
