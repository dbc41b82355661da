"""Every ten minutes: look for what a person has to see; it is gone once its cause is gone."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write
from store import alarms, clock, feed, outbox, parameters
from store.alarms import Cause
from store.db import begin_snapshot
from store.hours import SyncRound
from store.outbox import Kind, OutboxRow

MINUTES = 10
LIMITS = {"backup_overdue_hours": 48, "outbox_waiting_minutes": 60, "disk_free_mb": 2048}
log = structlog.get_logger()


def prepare(context: Context, work: Work) -> Write:
    now = clock.now()
    with context.sessions() as session:
        begin_snapshot(session)
        day = clock.local_day(now, context.tz).isoformat()
        limits = LIMITS | parameters.as_of(session, day)
        causes = list(_causes(session, context, limits, now))

    def write(session: Session) -> None:
        for cause in alarms.watch(session, causes, now):
            log.warning("alarm", kind=cause.kind, subject=cause.subject)
        following = clock.after(now, minutes=MINUTES)
        outbox.put(session, Kind.WATCH, work.subject, following[:15], due_at=following)

    return write


def _causes(
    session: Session, context: Context, limits: Mapping[str, Any], now: str
) -> Iterator[Cause]:
    yield from _backup(session, context, float(limits["backup_overdue_hours"]), now)
    yield from _work(session, float(limits["outbox_waiting_minutes"]), now)
    yield from _disk(context, float(limits["disk_free_mb"]))
    yield from _missed(session, now)


def _backup(session: Session, context: Context, hours: float, now: str) -> Iterator[Cause]:
    if context.nightly is None:
        return
    last = feed.backed_up_at(session)
    if last is None or clock.after(last, hours=hours) < now:
        yield Cause("backup", "server", {"last": last, "hours": hours})


def _work(session: Session, minutes: float, now: str) -> Iterator[Cause]:
    waits = OutboxRow.state == "pending"
    query = select(func.min(OutboxRow.due_at)).where(waits, OutboxRow.kind != Kind.WATCH.value)
    oldest = session.execute(query).scalar_one_or_none()
    if oldest is not None and clock.after(oldest, minutes=minutes) < now:
        yield Cause("work_waits", "server", {"since": oldest})
    dead = select(func.count()).select_from(OutboxRow).where(OutboxRow.state == "dead")
    count = session.execute(dead).scalar_one()
    if count:
        yield Cause("work_failed", "server", {"count": count})


def _disk(context: Context, limit: float) -> Iterator[Cause]:
    for name, folder in _folders(context).items():
        try:
            free = shutil.disk_usage(folder).free // (1 << 20)
        except OSError:
            continue  # not made yet: nothing was ever written there
        if free < limit:
            yield Cause("disk", name, {"free_mb": free, "limit_mb": limit})


def _folders(context: Context) -> dict[str, Path]:
    """Where this machine itself writes."""
    database = context.engine.url
    found = {"spool": context.spool.parent}
    if database.get_backend_name() == "sqlite" and database.database:
        found["database"] = Path(database.database).parent
    media = urlsplit(context.media_url)
    if media.scheme == "file":
        found["media"] = Path(media.path)
    if context.nightly is not None:
        found["backup"] = context.nightly.folder
    return found


def _missed(session: Session, now: str) -> Iterator[Cause]:
    """Of each area the last hour that was looked at, of the last two days."""
    since = clock.after(now, days=-2)
    query = select(SyncRound).where(SyncRound.due_at > since).order_by(SyncRound.due_at)
    for area, row in {row.area: row for row in session.scalars(query)}.items():
        missed = len(orjson.loads(row.missed))
        if missed:
            facts = {"at": row.due_at, "expected": row.expected, "missed": missed}
            yield Cause("missed", area, facts)
