"""Once a day: forget deleted records and ended intervals of half a year ago, raise the floor.

What is purged can no longer be told to a phone that was away so long, so its cursor, below the
floor, is refused and it pulls everything anew. A tombstone's row stays, empty: its setters and
version keep later ops from taking the record for a new one.
"""

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from jobs.context import Context
from jobs.work import Work, Write
from store import clock, feed, outbox
from store.accounts import Grant
from store.db import upsert
from store.feed import FeedMark
from store.outbox import Kind
from store.records import Record
from store.seal import SealedIndex
from store.units import Assignment, UnitPlace

KEEP_DAYS = 180
PART = 500
EMPTY = '{"set":{},"rows":{}}'
INTERVALS = (Grant, Assignment, UnitPlace)


def prepare(_context: Context, _work: Work) -> Write:
    now = clock.now()

    def write(session: Session) -> None:
        _mark(session, now)
        _purge(session, clock.after(now, days=-KEEP_DAYS))
        following = clock.after(now, days=1)
        outbox.put(session, Kind.FEED_PURGE, "server", following[:10], due_at=following)

    return write


def _mark(session: Session, now: str) -> None:
    """Where the feed stands today; half a year from now this is the edge."""
    statement = upsert(session, FeedMark).values(at=now, head=feed.head(session))
    session.execute(statement.on_conflict_do_nothing())


def _purge(session: Session, before: str) -> None:
    query = select(func.max(FeedMark.head)).where(FeedMark.at <= before)
    edge = session.execute(query).scalar_one_or_none()
    if edge is None:
        return
    feed.hold(session)
    gone = [*_tombstones(session, edge), *_intervals(session, edge)]
    if gone:
        feed.raise_floor(session, max(gone))
    session.execute(delete(FeedMark).where(FeedMark.at <= before, FeedMark.head < edge))


def _tombstones(session: Session, edge: int) -> list[int]:
    """Positions of what was emptied."""
    query = select(Record.id, Record.seq).where(
        Record.deleted, Record.seq <= edge, Record.doc != EMPTY
    )
    rows = [(rec, seq) for rec, seq in session.execute(query)]
    for start in range(0, len(rows), PART):
        part = [rec for rec, _ in rows[start : start + PART]]
        emptied = update(Record).where(Record.id.in_(part)).values(doc=EMPTY, sealed="{}")
        session.execute(emptied.execution_options(synchronize_session=False))
        session.execute(delete(SealedIndex).where(SealedIndex.record.in_(part)))
    return [seq for _, seq in rows]


def _intervals(session: Session, edge: int) -> list[int]:
    """Positions at which intervals ended that are forgotten."""
    gone: list[int] = []
    for table in INTERVALS:
        ended = select(func.max(table.ended_seq)).where(table.ended_seq <= edge)
        last = session.execute(ended).scalar_one_or_none()
        if last is not None:
            session.execute(delete(table).where(table.ended_seq <= edge))
            gone.append(last)
    return gone
