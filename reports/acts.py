"""The log of acts, read backwards, page by page."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from store.accounts import Device, User
from store.audit import AuditEntry
from store.records import Record
from verify.history import called
from verify.reading import household_codes

PAGE = 50


@dataclass(frozen=True, slots=True)
class Act:
    """One remembered act. `who` is None for the command line and for the server itself."""

    id: int
    at: str
    who: User | None
    act: str
    subject: str
    person: User | None
    """Whom the act was about, where it was about a person."""
    named: str
    """What else it was about, as people call it: a household's code, a phone's label; or ""."""
    unit: str
    """The household that `named` is the code of; "" for none."""
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Acts, the latest first; `before` begins the next page, None at the end."""

    acts: list[Act]
    before: int | None


def page(
    session: Session,
    people: Select[str],
    login: str = "",
    act: str = "",
    before: int | None = None,
    size: int = PAGE,
) -> Page:
    """Acts by or about `people` (user ids), and those of the server about nobody."""
    query = select(AuditEntry).where(_visible(people))
    if login:
        query = query.where(
            AuditEntry.who == select(User.id).where(User.login == login).scalar_subquery()
        )
    if act:
        query = query.where(AuditEntry.act == act)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    rows = list(session.scalars(query.order_by(AuditEntry.id.desc()).limit(size + 1)))
    shown = rows[:size]
    return Page(_acts(session, shown), shown[-1].id if len(rows) > size else None)


def kinds(session: Session, people: Select[str]) -> list[str]:
    """Every sort of act that these pages hold."""
    query = select(AuditEntry.act).where(_visible(people)).distinct().order_by(AuditEntry.act)
    return list(session.scalars(query))


def _visible(people: Select[str]) -> Any:
    nobody = and_(AuditEntry.who.is_(None), AuditEntry.subject.not_in(select(User.id)))
    return or_(AuditEntry.who.in_(people), AuditEntry.subject.in_(people), nobody)


def _acts(session: Session, rows: list[AuditEntry]) -> list[Act]:
    named = {row.who for row in rows if row.who} | {row.subject for row in rows}
    users = {u.id: u for u in session.scalars(select(User).where(User.id.in_(named)))}
    subjects = {row.subject for row in rows} - users.keys()
    placed = select(Record.id, Record.unit).where(Record.id.in_(subjects))
    units = {record: unit for record, unit in session.execute(placed)}
    codes = household_codes(session, [*units.values()])
    names = {record: codes[unit] for record, unit in units.items()}
    names |= _phones(session, subjects)
    return [
        Act(
            row.id,
            row.at,
            users.get(row.who or ""),
            row.act,
            row.subject,
            users.get(row.subject),
            names.get(row.subject, ""),
            units.get(row.subject, ""),
            orjson.loads(row.detail),
        )
        for row in rows
    ]


def _phones(session: Session, subjects: Set[str]) -> dict[str, str]:
    """{device: its label and model}"""
    devices = session.scalars(select(Device).where(Device.id.in_(subjects)))
    return {device.id: called(device) for device in devices}
