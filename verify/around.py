"""What stood around a visit when it was made: the account's other visits, the phone's other ops."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from store import clock
from store.accounts import Device
from store.records import Record, RecordType, Revision
from sync import definitions
from verify.checks.device import Tick
from verify.checks.mock import Fixed
from verify.checks.route import Stop
from verify.geo import Point
from verify.reading import accuracy
from verify.township import arrived, readable

DAYS = 7.0
"""Visits of the account so near in time are looked at."""


@dataclass(frozen=True, slots=True)
class Near:
    """One visit as those beside it see it."""

    rec: str
    author: str
    device: str
    outcome: str
    at: datetime
    """When it ended."""
    stop: Stop | None
    fixed: Fixed | None
    tick: Tick | None
    confirmed: frozenset[str]
    ran_back: bool
    """Its op came with a number that the phone had used before."""


@dataclass(frozen=True, slots=True)
class Around:
    """One visit, and the account's others within a week."""

    own: Near
    others: tuple[Near, ...]
    model: str = ""

    @property
    def minutes(self) -> float | None:
        """From arrival to the form's end."""
        stop = self.own.stop
        return (stop.ended - stop.begun).total_seconds() / 60 if stop else None


def read(session: Session, recs: Collection[str]) -> dict[str, Around]:
    """{visit: what stood around it}; office entries are left out, too."""
    own = session.execute(select(Record.author, Record.captured_at).where(Record.id.in_(recs)))
    chosen = [(row.author, row.captured_at) for row in own if row.author and row.captured_at]
    if not chosen:
        return {}
    rows = _rows(session, _spans(chosen))
    forms = definitions.load(session, {(row.form, row.form_v) for row in rows})
    near = [_near(row, forms.get((row.form, row.form_v))) for row in rows if readable(row.doc)]
    models = _models(session, {one.device for one in near})
    by: dict[str, list[Near]] = defaultdict(list)
    for one in near:
        by[one.author].append(one)
    return {
        one.rec: Around(one, tuple(o for o in by[one.author] if _beside(one, o)),
                        models.get(one.device, ""))
        for one in near
        if one.rec in set(recs)
    }  # fmt: skip


def _beside(one: Near, other: Near) -> bool:
    """By its own time alone: which visits are read together says nothing of them."""
    return one.rec != other.rec and abs(other.at - one.at) <= timedelta(days=DAYS)


def _spans(chosen: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """[(author, since, until)]: the weeks around these visits, each read once."""
    spans: list[tuple[str, str, str]] = []
    for author, at in sorted(chosen):
        since, until = clock.after(at, days=-DAYS), clock.after(at, days=DAYS)
        if spans and spans[-1][0] == author and since <= spans[-1][2]:
            since = spans.pop()[1]
        spans.append((author, since, until))
    return spans


def _rows(session: Session, spans: Sequence[tuple[str, str, str]]) -> list[Row[Any]]:
    """Visits with the op that brought them."""
    near = [
        and_(Record.author == author, Record.captured_at.between(since, until))
        for author, since, until in spans
    ]
    query = (
        select(
            *(Record.id, Record.unit, Record.author, Record.device, Record.outcome),
            *(Record.form, Record.form_v, Record.doc, Record.captured_at),
            *(
                Revision.at,
                Revision.uptime,
                Revision.n,
                Revision.fix,
                Revision.flags,
                Revision.confirmed,
            ),
            *(Revision.clock_offset, Revision.received_at),
        )
        .join(Revision, (Revision.rec == Record.id) & (Revision.version == 1))
        .where(Record.type == RecordType.SUBMISSION.value, or_(*near))
        .where(Record.deleted.is_(False), Record.form.is_not(None), Record.form_v.is_not(None))
        .order_by(Record.captured_at, Record.id, Revision.id)
    )
    return list(session.execute(query))


def _models(session: Session, devices: Collection[str]) -> dict[str, str]:
    rows = session.execute(select(Device.id, Device.model).where(Device.id.in_(devices)))
    return {ident: model for ident, model in rows}


def _told(doc: str) -> dict[str, Any]:
    """What was answered; nothing where it cannot be read: that is its own visit's failure."""
    try:
        told: dict[str, Any] = orjson.loads(doc).get("set", {})
    except orjson.JSONDecodeError:
        return {}
    return told


def _near(row: Row[Any], form: FormDefinition | None) -> Near:
    ended = clock.parse(row.captured_at)
    told = _told(row.doc)
    begun = arrived(form, told, row.clock_offset, ended)
    fix = orjson.loads(row.fix)
    place = Point(fix["lat"], fix["lon"], accuracy(fix.get("acc"))) if fix else None
    fixed = _fixed(row.unit, fix) if fix else None
    return Near(
        rec=row.id,
        author=row.author,
        device=row.device or "",
        outcome=row.outcome or "",
        at=ended,
        stop=Stop(row.id, row.unit, begun, ended, row.received_at, place) if begun else None,
        fixed=fixed,
        tick=_tick(row),
        confirmed=frozenset(orjson.loads(row.confirmed)),
        ran_back="counter" in orjson.loads(row.flags),
    )


def _fixed(unit: str, fix: Mapping[str, Any]) -> Fixed:
    return Fixed(unit, fix["lat"], fix["lon"], fix.get("acc"), fix.get("alt"), fix.get("mock"))


def _tick(row: Row[Any]) -> Tick | None:
    at = _moment(row.at)
    return Tick(row.n, at, row.uptime) if at else None


def _moment(text: str) -> datetime | None:
    try:
        return clock.parse(text)
    except ValueError:
        return None


def stops(near: Sequence[Near]) -> list[Stop]:
    return [one.stop for one in near if one.stop is not None]


def at_door(around: Around, remote: Collection[str]) -> Around:
    """Without visits that were not made at the house: a call takes nobody anywhere."""
    others = tuple(one for one in around.others if one.outcome not in remote)
    own = replace(around.own, stop=None) if around.own.outcome in remote else around.own
    return replace(around, own=own, others=others)
