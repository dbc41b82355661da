"""Reading what a family of checks needs, into one value; no writing here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from media import facts as photo_facts
from media.inspect import Facts
from store import clock, parameters
from store.bulk import parts
from store.media import Attachment, PhotoFacts
from store.records import Record, Revision
from store.seal import Keyring
from store.units import Anchor
from sync import definitions
from verify.geo import Point

_COLUMNS: tuple[Any, ...] = (
    *(
        Record.id,
        Record.unit,
        Record.area,
        Record.version,
        Record.form,
        Record.form_v,
        Record.outcome,
    ),
    *(Record.doc, Record.sealed, Record.captured_at, Record.received_at),
    *(Record.lat, Record.lon, Record.acc),
)
First = Row[str, str, float | None]
UNKNOWN_ACCURACY = 100.0
"""Metres by which a fix may be off whose receiver said nothing about it."""

REMOTE = frozenset({"phone"})
"""Outcomes of a visit that was not made at the house: its fix says nothing about the house."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One version of a submission with all that stands around it."""

    id: str
    unit: str
    area: str
    version: int
    form: tuple[str, str]
    doc: Mapping[str, Any]
    sealed: Mapping[str, Any]
    visited_at: datetime
    """By the server's clock (corrected where the phone's was off)."""
    device_at: datetime
    """As the phone said it."""
    day: date
    offset: float | None
    fix: Point | None
    outcome: str | None
    """How the door was found: met, nobody_home, phone …"""
    figures: Mapping[str, Any]
    """Dated parameters in force on that day."""


def visit(session: Session, keys: Keyring, rec: str, version: int, tz: str) -> Visit | None:
    """None when the submission has moved on: its newer version has its own work."""
    return next(iter(visits(session, keys, [(rec, version)], tz)), None)


def visits(
    session: Session, keys: Keyring, wanted: Collection[tuple[str, int]], tz: str
) -> list[Visit]:
    """These (submission, version), in the order of their ids, without what has moved on."""
    rows = _records(session, wanted)
    first = _first_revisions(session, [row.id for row in rows])
    times = {row.id: clock.parse(row.captured_at or row.received_at or clock.now()) for row in rows}
    days = {rec: clock.local_day(clock.text(time), tz) for rec, time in times.items()}
    figures = parameters.by_day(session, {day.isoformat() for day in days.values()})
    return [
        Visit(
            id=row.id,
            unit=row.unit,
            area=row.area,
            version=row.version,
            form=(row.form, row.form_v),
            doc=orjson.loads(row.doc),
            sealed=keys.open_all(row.id, orjson.loads(row.sealed)),
            visited_at=times[row.id],
            device_at=_device_time(first.get(row.id), times[row.id]),
            day=days[row.id],
            offset=first[row.id].clock_offset if row.id in first else None,
            fix=fix_of(row),
            outcome=row.outcome,
            figures=parameters.of_place(figures[days[row.id].isoformat()], row.area),
        )
        for row in rows
    ]


def _records(session: Session, wanted: Collection[tuple[str, int]]) -> list[Row[Any]]:
    """Those that were filled in by a form."""
    query = select(*_COLUMNS).where(Record.id.in_({rec for rec, _ in wanted}))
    query = query.where(Record.form.is_not(None), Record.form_v.is_not(None)).order_by(Record.id)
    chosen = set(wanted)
    return [row for row in session.execute(query) if (row.id, row.version) in chosen]


def _first_revisions(session: Session, recs: Collection[str]) -> dict[str, First]:
    """{submission: when and by which clock it was begun}"""
    query = (
        select(Revision.rec, Revision.at, Revision.clock_offset)
        .where(Revision.rec.in_(recs))
        .order_by(Revision.version.desc(), Revision.id.desc())
    )
    return {row.rec: row for row in session.execute(query)}


def fix_of(row: Row[Any]) -> Point | None:
    """Where a record was made, by its columns."""
    if row.lat is None or row.lon is None:
        return None
    return Point(row.lat, row.lon, accuracy(row.acc))


def accuracy(told: float | None) -> float:
    """Metres; what a receiver says of itself, if it does."""
    return told if told and told > 0 else UNKNOWN_ACCURACY


def _device_time(first: First | None, visited: datetime) -> datetime:
    try:
        return clock.parse(first.at) if first else visited
    except ValueError:
        return visited


def definition(session: Session, form: tuple[str, str]) -> FormDefinition | None:
    return definitions.load(session, {form}).get(form)


def anchors(session: Session, units: Collection[str]) -> dict[str, list[Anchor]]:
    """{household: its positions, without replaced ones, the last one approved first}"""
    query = select(Anchor).where(Anchor.state != "replaced")
    query = query.order_by(Anchor.state, Anchor.decided_at.desc())
    found: dict[str, list[Anchor]] = defaultdict(list)
    for part in parts(units):
        for row in session.scalars(query.where(Anchor.unit.in_(part))):
            found[row.unit].append(row)
    return found


@dataclass(frozen=True, slots=True)
class Attached:
    """A photo of a visit with what its bytes say; None until they were read."""

    path: str
    role: str
    sha256: str
    facts: Facts | None


def photos(session: Session, rec: str) -> list[Attached]:
    query = select(Attachment).where(Attachment.rec == rec, Attachment.current)
    rows = list(session.scalars(query.order_by(Attachment.path)))
    known = photo_facts.known(session, [row.sha256 for row in rows])
    return [Attached(r.path, r.role, r.sha256, known.get(r.sha256)) for r in rows]


def elsewhere(session: Session, unit: str, photo: Attached) -> tuple[str, ...]:
    """Codes of other households with the same bytes or the same pixels, earlier ones first."""
    hashes = {photo.sha256}
    if photo.facts is not None:
        same = select(PhotoFacts.sha256).where(PhotoFacts.pixel_sha256 == photo.facts.pixel_sha256)
        hashes |= set(session.scalars(same))
    query = (
        select(Record.unit)
        .join(Attachment, Attachment.rec == Record.id)
        .where(Attachment.sha256.in_(hashes), Attachment.current)
        .where(Record.unit != unit, Record.deleted.is_(False))
        .order_by(Record.received_at)
    )
    units = list(dict.fromkeys(session.scalars(query)))
    return tuple(household_codes(session, units)[u] for u in units)


def household_codes(session: Session, units: list[str]) -> dict[str, str]:
    """{unit: the code people know, else the first letters of its id}."""
    query = select(Record.id, Record.doc)
    lots = (session.execute(query.where(Record.id.in_(part))) for part in parts(units))
    known = {ident: orjson.loads(doc)["set"].get("hh_code") for rows in lots for ident, doc in rows}
    return {unit: str(known.get(unit) or unit[:8]) for unit in units}
