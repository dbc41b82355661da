"""What comes due by the clock on the wall: rows planned ahead, each named by when it is due."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from jobs.context import Context
from store import clock, hours, outbox, parameters
from store.areas import Area, Level
from store.hours import SyncHours
from store.outbox import Kind

GRACE_MINUTES = 60
NIGHT_HOUR = 2


def plan(session: Session, context: Context, now: str) -> None:
    """Asked every hour; what is planned already is not planned twice."""
    if context.nightly is not None:
        due = next_hour(context.nightly.hour, now, context.tz)
        outbox.put(session, Kind.BACKUP, "server", due[:13], due_at=due)
    outbox.put(session, Kind.WATCH, "server", "hourly " + now[:13])
    _nights(session, context.tz, now)
    _rounds(session, context.tz, now)
    _announce(session, context.tz, now)


def next_hour(hour: int, now: str, tz: str) -> str:
    """The next time the office's clock shows this hour."""
    here = clock.parse(now).astimezone(ZoneInfo(tz))
    due = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if due <= here:
        due = (due.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(tz))
    return clock.text(datetime.fromtimestamp(due.timestamp(), UTC))


def _nights(session: Session, tz: str, now: str) -> None:
    """The checks over many, for each township once a night."""
    day = clock.local_day(now, tz).isoformat()
    told = parameters.as_of(session, day).get("night") or {}
    due = next_hour(int(told.get("hour", NIGHT_HOUR)), now, tz)
    query = select(Area.code).where(Area.level == Level.TOWNSHIP.value).order_by(Area.code)
    asks = [(Kind.NIGHT, code, due[:13]) for code in session.scalars(query)]
    outbox.put_all(session, asks, due_at=due)


def _rounds(session: Session, tz: str, now: str) -> None:
    """The hours that came in the last hour or come in the next two, each looked at once."""
    day = clock.local_day(now, tz).isoformat()
    figures = parameters.as_of(session, day)
    grace = float(figures.get("sync_grace_minutes", GRACE_MINUTES))
    for area, due in coming(session, tz, now):
        looked = clock.after(due, minutes=grace)
        outbox.put(session, Kind.SYNC_ROUND, area, due, due_at=looked)


def coming(session: Session, tz: str, now: str) -> Iterator[tuple[str, str]]:
    """(area, moment) of hours in force near now."""
    since, until = clock.after(now, hours=-1), clock.after(now, hours=2)
    today = clock.local_day(now, tz)
    for day in (today - timedelta(days=1), today, today + timedelta(days=1)):
        for own in hours.in_force(session, day.isoformat()):
            for hour in own.hours:
                local = datetime.combine(day, time.fromisoformat(hour), ZoneInfo(tz))
                due = clock.text(local)
                if since < due <= until:
                    yield own.area, due


def _announce(session: Session, tz: str, now: str) -> None:
    """Hours that begin or end today reach phones today."""
    day = clock.local_day(now, tz).isoformat()
    query = select(Area).where(Area.code.in_(select(SyncHours.area))).order_by(Area.code)
    for area in list(session.scalars(query)):
        hours.announce(session, area, day, tz)
