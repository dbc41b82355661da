"""Every filled form in somebody's area, whatever it is about: the newest change first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from forms.definition import Text
from store import areas
from store.accounts import User
from store.areas import Area
from store.findings import Finding
from store.forms import FormVersion
from store.records import Record, RecordType
from sync import scope
from sync.scope import Who

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One submission, by what it is and whom it is about."""

    rec: str
    form: str
    title: Text
    at: str | None
    by: str
    code: str
    head: str
    """Of its household; "" where it is about none."""
    place: Area | None
    """Its village, or where the household stands."""
    is_of_place: bool
    state: str | None
    """None: a form that nobody reviews."""
    findings: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them; `next` is the place to go on from."""

    lines: tuple[Line, ...]
    next: int | None


def page(
    session: Session,
    who: Who,
    named: Mapping[str, Text],
    legible: ColumnElement[bool],
    form: str = "",
    after: int | None = None,
) -> Page:
    """Up to PAGE submissions of one form, or of all, older in the feed than `after`.

    `named` are the `titles`; `legible` narrows which of those in reach.
    """
    query = (
        select(Record, User.name)
        .outerjoin(User, User.id == Record.author)
        .where(Record.type == RecordType.SUBMISSION.value, Record.deleted.is_(False))
        .where(Record.unit.in_(scope.units(who)), legible)
    )
    query = query.where(Record.form == form) if form else query
    query = query.where(Record.seq < after) if after is not None else query
    found = list(session.execute(query.order_by(Record.seq.desc()).limit(PAGE + 1)))
    shown = found[:PAGE]
    lines = _lines(session, named, [(record, name or "") for record, name in shown])
    return Page(lines, shown[-1][0].seq if len(found) > PAGE else None)


def titles(session: Session) -> dict[str, Text]:
    """{form: the title of its newest version} of everything that was ever published."""
    query = select(FormVersion.form, FormVersion.title).order_by(FormVersion.published_at)
    return {form: orjson.loads(title) for form, title in session.execute(query)}


def _lines(
    session: Session, named: Mapping[str, Text], found: list[tuple[Record, str]]
) -> tuple[Line, ...]:
    houses = _houses(session, {record.unit for record, _ in found})
    places = _places(session, {record.area for record, _ in found})
    doubts = _doubts(session, [record.id for record, _ in found])
    return tuple(
        Line(
            rec=record.id,
            form=record.form or "",
            title=named.get(record.form or "", {}),
            at=record.captured_at or record.received_at,
            by=by,
            code=str(houses.get(record.unit, {}).get("hh_code") or ""),
            head=str(houses.get(record.unit, {}).get("head_name") or ""),
            place=places.get(record.area),
            is_of_place=areas.is_unit(record.unit),
            state=record.state,
            findings=doubts.get(record.id, 0),
        )
        for record, by in found
    )


def _houses(session: Session, units: Collection[str]) -> dict[str, dict[str, Any]]:
    query = select(Record.id, Record.doc).where(
        Record.id.in_(units), Record.type == RecordType.HOUSEHOLD.value
    )
    return {ident: orjson.loads(doc).get("set", {}) for ident, doc in session.execute(query)}


def _places(session: Session, codes: Collection[str]) -> dict[str, Area]:
    return {area.code: area for area in session.scalars(select(Area).where(Area.code.in_(codes)))}


def _doubts(session: Session, recs: Collection[str]) -> dict[str, int]:
    query = (
        select(Finding.rec, func.count())
        .where(Finding.rec.in_(recs), Finding.state == "open")
        .group_by(Finding.rec)
    )
    return {rec: number for rec, number in session.execute(query)}
