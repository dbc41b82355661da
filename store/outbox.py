"""What must happen afterwards: rows written in the transaction that made them necessary.

The row is the truth; Redis is only the courier. A lost Redis loses no job.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum

import orjson
from sqlalchemy import Index, Row, Text, UniqueConstraint, or_, select, update
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
    state: Mapped[Code] = mapped_column(default="pending")
    """pending → sent (leased to the queue) → done | dead"""
    due_at: Mapped[Moment]
    lease_until: Mapped[Moment | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[Moment]
    done_at: Mapped[Moment | None]
    __table_args__ = (
        UniqueConstraint("kind", "subject", "version", name="uq_outbox_kind_subject_version"),
        Index("ix_outbox_state_due_at", "state", "due_at"),
    )


def put(
    session: Session,
    kind: Kind,
    subject: str,
    version: int | str,
    payload: dict[str, object] | None = None,
    due_at: str | None = None,
) -> None:
    """Ask for work once: the same (kind, subject, version) again changes nothing."""
    put_all(session, [(kind, subject, version)], payload, due_at)


def put_all(
    session: Session,
    asks: Sequence[tuple[Kind, str, int | str]],
    payload: dict[str, object] | None = None,
    due_at: str | None = None,
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
    found = (select(OutboxRow.id).where(due).exists() for due in (_lost(now), _planned(now)))
    return bool(session.execute(select(or_(*found))).scalar_one())


def _planned(now: str) -> ColumnElement[bool]:
    return (OutboxRow.state == "pending") & (OutboxRow.due_at <= now)


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
    """Take due rows, the oldest first, by compare-and-set: any number may claim.

    Rows whose lease ran out come before those that were never sent; asked for in two queries, each
    of which an index answers in order, however many wait.
    """
    now = clock.now()
    lost = _claim(session, limit, lease_until, kinds, _lost(now))
    planned = _claim(session, limit - len(lost), lease_until, kinds, _planned(now))
    return [Claimed(row.id, Kind(row.kind), True) for row in lost] + [
        Claimed(row.id, Kind(row.kind), False) for row in planned
    ]


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
