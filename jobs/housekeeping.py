"""Every hour: forget what has expired, sweep what nobody names, ask for overdue photos, draw what
is due, plan the next hour."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from jobs import schedule
from jobs.context import Context
from jobs.work import Work, Write
from media import sweep
from store import clock, outbox
from store.accounts import EnrolCode, WebSession
from store.db import begin_snapshot
from store.outbox import Kind, OutboxRow
from verify import backchecks, overdue

KEEP_CODES_DAYS = 7
KEEP_DONE_DAYS = 30
SWEEP_HOUR = "19"
"""UTC: in the small hours in China. Files without a row are looked for once a day, for all are
listed."""


def prepare(context: Context, _work: Work) -> Write:
    now = clock.now()
    with context.sessions() as reader:
        begin_snapshot(reader)
        late = overdue.overdue(reader, now)
        old = clock.parse(clock.after(now, days=-sweep.KEEP_DAYS)).timestamp()
        partial = sweep.strays(reader, context.spool, old)
        nobodys = sweep.orphans(reader, context.storage, old) if now[11:13] == SWEEP_HOUR else []

    def write(session: Session) -> None:
        overdue.write(session, late, now)
        for draw in backchecks.due(session, now, context.tz):
            backchecks.make(session, draw, now)
        sweep.remove(context.spool, sweep.expired(session, now) + partial)
        for sha256 in nobodys:
            sweep.take_away(session, context.storage, sha256)
        _forget(session, now)
        following = clock.after(now, hours=1)
        outbox.put(session, Kind.HOUSEKEEPING, "server", following[:13], due_at=following)
        schedule.plan(session, context, now)

    return write


def _forget(session: Session, now: str) -> None:
    """Codes and sessions of last week, work done a month ago."""
    old = clock.after(now, days=-KEEP_CODES_DAYS)
    session.execute(delete(EnrolCode).where(EnrolCode.expires_at < old))
    session.execute(delete(WebSession).where(WebSession.expires_at < old))
    done = clock.after(now, days=-KEEP_DONE_DAYS)
    session.execute(delete(OutboxRow).where(OutboxRow.state == "done", OutboxRow.done_at < done))
