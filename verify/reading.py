"""Reading what a family of checks needs, into one value; no writing here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition
from media import facts as photo_facts
from media.inspect import Facts
from store import clock, parameters
from store.media import Attachment, PhotoFacts
from store.records import Record, Revision
from store.seal import Keyring
from store.units import Anchor
from sync import definitions
from verify.geo import Point

UNKNOWN_ACCURACY = 100.0
"""Metres by which a fix may be off whose receiver said nothing about it."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One version of a submission with all that stands around it."""

    id: str
    unit: str
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
    row = session.get(Record, rec)
    if row is None or row.version != version or row.form is None or row.form_v is None:
        return None
    visited = clock.parse(row.captured_at or row.received_at or clock.now())
    first = session.scalars(
        select(Revision).where(Revision.rec == rec).order_by(Revision.version).limit(1)
    ).first()
    day = clock.local_day(clock.text(visited), tz)
    return Visit(
        id=rec,
        unit=row.unit,
        version=version,
        form=(row.form, row.form_v),
        doc=orjson.loads(row.doc),
        sealed=keys.open_all(rec, orjson.loads(row.sealed)),
        visited_at=visited,
        device_at=_device_time(first, visited),
        day=day,
        offset=first.clock_offset if first else None,
        fix=_fix(row),
        outcome=row.outcome,
        figures=parameters.as_of(session, day.isoformat(), row.area),
    )


def _fix(row: Record) -> Point | None:
    if row.lat is None or row.lon is None:
        return None
    return Point(row.lat, row.lon, row.acc if row.acc and row.acc > 0 else UNKNOWN_ACCURACY)


def _device_time(first: Revision | None, visited: datetime) -> datetime:
    try:
        return clock.parse(first.at) if first else visited
    except ValueError:
        return visited


def definition(session: Session, form: tuple[str, str]) -> FormDefinition | None:
    return definitions.load(session, {form}).get(form)


def anchor(session: Session, unit: str) -> Anchor | None:
    """The household's approved position."""
    query = select(Anchor).where(Anchor.unit == unit, Anchor.state == "approved")
    return session.scalars(query.order_by(Anchor.decided_at.desc()).limit(1)).first()


def has_anchor(session: Session, unit: str) -> bool:
    query = select(Anchor.id).where(Anchor.unit == unit, Anchor.state != "replaced").limit(1)
    return session.scalars(query).first() is not None


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
    query = select(Record.id, Record.doc).where(Record.id.in_(units))
    known = {
        ident: orjson.loads(doc)["set"].get("hh_code") for ident, doc in session.execute(query)
    }
    return {unit: str(known.get(unit) or unit[:8]) for unit in units}
