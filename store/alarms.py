"""What somebody has to look at: opened when a cause is found, gone by itself with the cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from store.db import Base
from store.types import Code, Json, Moment


class Alarm(Base):
    """One cause. It keeps its row when it is gone, and opens it again when it comes back."""

    __tablename__ = "alarms"
    kind: Mapped[Code] = mapped_column(primary_key=True)
    subject: Mapped[Code] = mapped_column(primary_key=True)
    opened_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    facts: Mapped[Json]
    gone_at: Mapped[Moment | None]


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason to look, with its figures."""

    kind: str
    subject: str
    facts: Mapping[str, object] = field(default_factory=dict)


def watch(session: Session, causes: list[Cause], now: str) -> list[Cause]:
    """Open what is new, keep what stays, close what is gone; the new ones."""
    rows = {(row.kind, row.subject): row for row in session.scalars(select(Alarm))}
    fresh = []
    for cause in causes:
        row = rows.pop((cause.kind, cause.subject), None)
        if row is None:
            row = Alarm(kind=cause.kind, subject=cause.subject, opened_at=now)
            session.add(row)
            fresh.append(cause)
        elif row.gone_at is not None:
            row.opened_at, row.gone_at = now, None
            fresh.append(cause)
        row.seen_at, row.facts = now, orjson.dumps(cause.facts).decode()
    for row in rows.values():
        row.gone_at = row.gone_at or now
    session.flush()
    return fresh


def shown(session: Session, since: str) -> list[Alarm]:
    """Open ones first, then those that went since; the latest first."""
    query = select(Alarm).where((Alarm.gone_at.is_(None)) | (Alarm.gone_at > since))
    found = session.scalars(query.order_by(Alarm.opened_at.desc(), Alarm.kind, Alarm.subject))
    return sorted(found, key=lambda alarm: alarm.gone_at is not None)
