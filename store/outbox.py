"""What must happen afterwards: rows written in the transaction that made them necessary.

The row is the truth; Redis is only the courier. A lost Redis loses no job.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from math import ceil

import orjson
from sqlalchemy import Index, Row, Text, UniqueConstraint, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.sql.elements import ColumnElement

from store import bulk, clock
from store.db import Base
from store.types import Code, Json, Moment


class Kind(Enum):
    """Every kind of afterwards; each has a job in jobs/catalogue.py."""

    VISIT_ACCEPTED = "visit.accepted"
    """A submission's version is stored: evaluate it, check its place and time."""
    VISIT_COMPLETE = "visit.complete"
    """All photos of a submission's version are in: check the photos."""
    PHOTO_STORED = "photo.stored"
    """A file is whole: read its facts, make its small copies."""
    FEED_PURGE = "feed.purge"
    """Daily: what was deleted half a year ago goes, and the floor rises; it plans its successor."""
    HOUSEKEEPING = "house.keeping"
    """Hourly: expired uploads, codes and sessions; it plans its own successor."""
    WATCH = "alarms.watch"
    """Every ten minutes: looks for what a person has to see; it plans its own successor."""
    SYNC_ROUND = "sync.round"
    """After an area's hour for sending: who was expected and did not come."""
    NIGHT = "verify.night"
    """Nightly for a township, or when somebody asks: the checks over many visits."""
    BACKUP = "server.backup"
    """Nightly: a copy of everything into the folder that the settings name."""


class OutboxRow(Base):
    """One piece of work, named by (kind, subject, version of the input)."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Code]
    subject: Mapped[Code]
    version: Mapped[Code]
    payload: Mapped[Json] = mapped_column(default="{}")
    lane: Mapped[Code] = mapped_column(default="")
    """The township whose work it is; empty for the server's own. Lanes are served in turn."""
    state: Mapped[Code] = mapped_column(default="pending")
    """pending → sent (leased to the queue) → done | dead"""
    due_at: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
    took_ms: Mapped[float | None]
    """How long the work took that closed it; its share where several were done together."""
    __table_args__ = (
        UniqueConstraint("kind", "subject", "version", name="uq_outbox_kind_subject_version"),
        Index("ix_outbox_state_lane_due_at", "state", "lane", "due_at"),
    )


def put(
    session: Session,
    kind: Kind,
    subject: str,
    version: int | str,
    payload: dict[str, object] | None = None,
    due_at: str | None = None,
    lane: str = "",
) -> None:
    """Ask for work once: the same (kind, subject, version) again changes nothing."""
    put_all(session, [(kind, subject, version)], payload, due_at, lane)


def put_all(
    session: Session,
    asks: Sequence[tuple[Kind, str, int | str]],
    payload: dict[str, object] | None = None,
    due_at: str | None = None,
    lane: str = "",
) -> None:
    if not asks:
        return
    moment = clock.now()
    body = orjson.dumps(payload or {}).decode()
    rows = [
        {
            "kind": kind.value,
            "subject": subject,
            "version": str(version),
            "payload": body,
            "lane": lane,
            "state": "pending",
            "due_at": due_at or moment,
            "attempts": 0,
            "made_at": moment,
        }
        for kind, subject, version in asks
    ]
    bulk.put_all(session, OutboxRow, rows, bulk.keep_first)


def any_due(session: Session) -> bool:
    """Whether `claim` would find anything; a read, so that idle relays do not write."""
    now = clock.now()
    lost = select(OutboxRow.id).where(_lost(now)).limit(1)
    return bool(_lanes(session, now) or session.execute(lost).first())


def _lanes(session: Session, now: str) -> list[str]:
    """Lanes with work that is due, by whose has waited longest; the index is skipped through, so
    that it takes as long as there are lanes, however many rows wait."""
    waits = OutboxRow.state == "pending"
    first = select(func.min(OutboxRow.lane).label("lane")).where(waits).cte(recursive=True)
    following = select(func.min(OutboxRow.lane)).where(waits, OutboxRow.lane > first.c.lane)
    each = first.union_all(
        select(following.scalar_subquery()).where(first.c.lane.is_not(None)).select_from(first)
    )
    due = select(func.min(OutboxRow.due_at)).where(waits, OutboxRow.lane == each.c.lane)
    since = due.scalar_subquery().label("since")
    found = session.execute(select(each.c.lane, since).where(each.c.lane.is_not(None)))
    return [lane for at, lane in sorted((row.since, row.lane) for row in found) if at <= now]


def _planned(now: str, lane: str) -> ColumnElement[bool]:
    return (OutboxRow.state == "pending") & (OutboxRow.lane == lane) & (OutboxRow.due_at <= now)


def _lost(now: str) -> ColumnElement[bool]:
    """Sent, and not closed within its lease."""
    return (OutboxRow.state == "sent") & (OutboxRow.lease_until < now)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Work that is the caller's until its lease runs out."""

    id: int
    kind: Kind
    lost: bool
    """It was sent before, and not closed within its lease."""


def claim(
    session: Session, limit: int, lease_until: str, kinds: Collection[Kind] = tuple(Kind)
) -> list[Claimed]:
    """Take due rows by compare-and-set: any number may claim.

    Rows whose lease ran out come before those that were never sent. Of these every lane gets the
    same share, its oldest first, so that a township with thousands of rows keeps none waiting.
    """
    now = clock.now()
    lost = _claim(session, limit, lease_until, kinds, _lost(now))
    found = [Claimed(row.id, Kind(row.kind), True) for row in lost]
    lanes = _lanes(session, now)
    while lanes and (left := limit - len(found)) > 0:
        share = ceil(left / len(lanes))
        more = []
        for lane in lanes[:left]:
            rows = _claim(session, share, lease_until, kinds, _planned(now, lane))
            found += [Claimed(row.id, Kind(row.kind), False) for row in rows]
            if len(rows) == share:
                more.append(lane)
        lanes = more
    return found


def _claim(
    session: Session,
    limit: int,
    lease_until: str,
    kinds: Collection[Kind],
    due: ColumnElement[bool],
) -> list[Row[int, str]]:
    of_kind = OutboxRow.kind.in_([kind.value for kind in kinds])
    query = select(OutboxRow.id, OutboxRow.kind).where(due, of_kind).order_by(OutboxRow.due_at)
    found = session.execute(query.limit(limit).with_for_update(skip_locked=True)).all()
    taken = lease(session, [row.id for row in found], lease_until, due) if found else ()
    return [row for row in found if row.id in taken]


def lease(
    session: Session, rows: Collection[int], until: str, *still: ColumnElement[bool]
) -> set[int]:
    """Of these rows, those that are `still` what they were; theirs is the lease now."""
    query = (
        update(OutboxRow)
        .where(OutboxRow.id.in_(rows), *still)
        .values(state="sent", lease_until=until)
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    )
    return set(session.scalars(query))


def close(session: Session, rows: Collection[int]) -> bool:
    """Mark work done in the same transaction as its effect.

    False when some of it was done already: then nothing of this transaction may be kept.
    """
    chosen = sorted(rows)
    if len(chosen) > 1:  # held in the order of their ids, so that two workers never cross
        held = select(OutboxRow.id).where(OutboxRow.id.in_(chosen)).order_by(OutboxRow.id)
        session.execute(held.with_for_update())
    done = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(chosen), OutboxRow.state != "done")
        .values(state="done", done_at=clock.now(), error=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == len(chosen))  # type: ignore[attr-defined]


def took(session: Session, rows: Collection[int], each: float) -> None:
    """Note how many milliseconds each of these rows cost."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(rows))
        .values(took_ms=each)
        .execution_options(synchronize_session=False)
    )


def fail(session: Session, row_id: int, error: str, retry_at: str | None) -> None:
    """Count a failure: again at `retry_at`, or dead (and visible) when there is none."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.state != "done")
        .values(
            state="pending" if retry_at else "dead",
            due_at=retry_at or clock.now(),
            attempts=OutboxRow.attempts + 1,
            error=error[:4000],
            lease_until=None,
        )
        .execution_options(synchronize_session=False)
    )


def again(session: Session, row_id: int) -> bool:
    """Give dead work another life at once; False when it is not dead (any more)."""
    revived = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id, OutboxRow.state == "dead")
        .values(state="pending", due_at=clock.now(), attempts=0, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return bool(revived.rowcount == 1)  # type: ignore[attr-defined]
