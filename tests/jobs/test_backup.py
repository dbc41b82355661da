"""The nightly copy: planned by the clock on the wall, told once proven, old ones removed."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs import run, schedule
from jobs.context import Context, Nightly
from store import clock, feed, outbox
from store.db import begin_write
from store.outbox import Kind, OutboxRow
from tests.backup.test_concurrent import migrated
from tests.jobs.conftest import Visit
from tests.kit.cast import Cast


@pytest.fixture
def nightly(context: Context, tmp_path: Path) -> Context:
    migrated(context.engine)
    return replace(context, nightly=Nightly(tmp_path / "copies", 2, 2))


def night(context: Context, version: str) -> OutboxRow:
    with context.sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.BACKUP, "server", version)
        session.commit()
    run.drain(context)
    query = select(OutboxRow).where(OutboxRow.kind == "server.backup", OutboxRow.version == version)
    with context.sessions() as session:
        return session.scalars(query).one()


def test_a_night_leaves_a_proven_copy_and_phones_are_told(nightly: Context, visit: Visit) -> None:
    visit()
    assert night(nightly, "1").state == "done"
    with nightly.sessions() as session:
        assert feed.backed_up_through(session) == feed.head(session) > 0
        assert feed.backed_up_at(session)
    for version in ("2", "3"):
        night(nightly, version)
    assert nightly.nightly and len(list(nightly.nightly.folder.glob("*.zip"))) == 2


def test_a_night_on_which_photos_are_missing_tells_phones_nothing(
    nightly: Context, visit: Visit
) -> None:
    visit()
    with nightly.sessions() as session:
        begin_write(session)
        row = {"sha256": "ab" * 32, "state": "stored", "size": 1, "mime": "image/jpeg"}
        session.execute(outbox.Base.metadata.tables["blobs"].insert(), [row])
        session.commit()
    row_ = night(nightly, "1")
    assert row_.state == "pending" and "PhotosMissing" in str(row_.error)
    with nightly.sessions() as session:
        assert feed.backed_up_through(session) == 0


def test_where_no_folder_is_set_nothing_is_planned(context: Context, cast: Cast) -> None:
    with context.sessions() as session:
        begin_write(session)
        schedule.plan(session, context, clock.now())
        planned = set(session.scalars(select(OutboxRow.kind)))
    assert Kind.WATCH.value in planned and Kind.BACKUP.value not in planned


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-24T04:00:00.000Z", "2026-11-24T18:00:00.000Z"),
        ("2026-11-24T17:59:00.000Z", "2026-11-24T18:00:00.000Z"),
        ("2026-11-24T18:00:00.000Z", "2026-11-25T18:00:00.000Z"),
    ],
)
def test_the_next_night_is_by_the_offices_clock(now: str, due: str) -> None:
    assert schedule.next_hour(2, now, "Asia/Shanghai") == due


def test_planning_twice_plans_once(nightly: Context, cast: Cast) -> None:
    with nightly.sessions() as session:
        begin_write(session)
        for _ in range(2):
            schedule.plan(session, nightly, "2026-11-24T04:00:00.000Z")
        session.commit()
        rows = list(session.scalars(select(OutboxRow).where(OutboxRow.kind == "server.backup")))
    assert [row.due_at for row in rows] == ["2026-11-24T18:00:00.000Z"]
