"""Ops that wait for their predecessor, and ops that came after the household had left."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from store.accounts import User
from store.records import Held, Record, RecordType, Revision
from sync import scope
from sync.scope import Who

PAGE = 50


@dataclass(frozen=True, slots=True)
class Waits:
    """One held op: whose, on which record, and the op it waits for."""

    row: Held
    by: User
    household: str | None
    """None where the record is not here yet."""


@dataclass(frozen=True, slots=True)
class Late:
    """One op by somebody who had the household when they opened the form, and no longer."""

    op: str
    visit: str
    household: str
    by: User
    at: str
    received_at: str
    changed: int


def held(session: Session, people: Select[str], size: int = PAGE) -> list[Waits]:
    """Of these users (ids), the longest waiting first."""
    query = (
        select(Held, User, Record.unit)
        .join(User, User.id == Held.user_id)
        .outerjoin(Record, Record.id == Held.rec)
        .where(Held.user_id.in_(people))
        .order_by(Held.held_at, Held.op)
        .limit(size)
    )
    return [Waits(row, by, unit) for row, by, unit in session.execute(query)]


def late(
    session: Session, who: Who, before: int | None = None, size: int = PAGE
) -> tuple[list[Late], int | None]:
    """Late ops on visits in scope, the latest first, and where the next page begins."""
    query = (
        select(Revision, Record, User)
        .join(Record, Record.id == Revision.rec)
        .join(User, User.id == Revision.user_id)
        .where(Revision.late, Record.type == RecordType.SUBMISSION.value)
        .where(Record.unit.in_(scope.units(who)))
        .order_by(Revision.id.desc())
    )
    if before is not None:
        query = query.where(Revision.id < before)
    rows: list[Any] = list(session.execute(query.limit(size + 1)))
    shown = [
        Late(r.op, v.id, v.unit, by, r.at, r.received_at, len(orjson.loads(r.changes)))
        for r, v, by in rows[:size]
    ]
    return shown, rows[size - 1][0].id if len(rows) > size else None
