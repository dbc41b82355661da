"""What comes due by the clock on the wall: rows planned ahead, each named by when it is due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from jobs.context import Context, Nightly
from store import clock, outbox
from store.outbox import Kind


def plan(session: Session, context: Context, now: str) -> None:
    """Asked every hour; what is planned already is not planned twice."""
    if context.nightly is not None:
        due = next_night(context.nightly, now, context.tz)
        outbox.put(session, Kind.BACKUP, "server", due[:13], due_at=due)


def next_night(nightly: Nightly, now: str, tz: str) -> str:
    """The next time the office's clock shows this hour; where it never does, an hour later."""
    here = clock.parse(now).astimezone(ZoneInfo(tz))
    due = here.replace(hour=nightly.hour, minute=0, second=0, microsecond=0)
    if due <= here:
        due = (due.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(tz))
    return clock.text(datetime.fromtimestamp(due.timestamp(), UTC))
