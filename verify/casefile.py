"""One finding with its evidence, for a person to read side by side. Reads only; knows no HTTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.findings import Finding
from store.media import Attachment, Blob, PhotoFacts
from store.records import Record
from store.verdicts import Verdict
from verify import docket, evidence, hearing, reading
from verify.checks.stages import ROLES
from verify.evidence import Place
from verify.hearing import Hearing
from verify.precision import Tally

MOST = 4
"""Photos shown beside the one in question."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that the finding speaks of."""

    rec: str
    unit: str
    code: str
    """What people call the household."""
    path: str
    sha256: str
    captured_at: str | None
    taken_at: str | None
    stored: bool


@dataclass(frozen=True, slots=True)
class Casefile:
    """What the page of a finding shows."""

    finding: Finding
    record: Record
    code: str
    numbers: Mapping[str, Any]
    others: tuple[str, ...]
    """Other households it is about, by unit."""
    tried: tuple[str, ...]
    hearing: Hearing
    verdict: Verdict | None
    tally: Tally
    pictures: tuple[Picture, ...]
    """The one in question first."""
    place: Place


def read(session: Session, row: Finding, now: str, tz: str) -> Casefile:
    record = session.get_one(Record, row.rec)
    used = evidence.figures(row)
    return Casefile(
        finding=row,
        record=record,
        code=reading.household_codes(session, [record.unit])[record.unit],
        numbers=used.told,
        others=used.others,
        tried=tuple(orjson.loads(row.tried)),
        hearing=hearing.of(session, [row], now, tz)[row.id],
        verdict=docket.decided(session, row),
        tally=docket.tallies(session).get(row.rule, Tally()),
        pictures=_pictures(session, record, row, used.photo),
        place=evidence.place(session, record),
    )


def _pictures(
    session: Session, record: Record, row: Finding, other: str | None
) -> tuple[Picture, ...]:
    own = select(Attachment).where(Attachment.rec == record.id, Attachment.current)
    mine = list(session.scalars(own.order_by(Attachment.path)))
    asked = [one for one in mine if one.path == row.path]
    if not asked:
        return ()
    staged = [one for one in mine if one.role in ROLES and one not in asked]
    beside = staged if asked[0].role in ROLES else _twins(session, record.unit, asked[0], other)
    return _told(session, [*asked, *beside][: 1 + MOST])


def _twins(session: Session, unit: str, photo: Attachment, other: str | None) -> list[Attachment]:
    """The same bytes, the same pixels, or the photo that the rule named; at other households."""
    pixels = select(PhotoFacts.pixel_sha256).where(PhotoFacts.sha256 == photo.sha256)
    same = set(
        session.scalars(select(PhotoFacts.sha256).where(PhotoFacts.pixel_sha256.in_(pixels)))
    )
    chosen = {photo.sha256, *same} | ({other} if other else set())
    query = (
        select(Attachment)
        .join(Record, Record.id == Attachment.rec)
        .where(Attachment.sha256.in_(chosen), Attachment.current, Record.deleted.is_(False))
        .where(Record.unit != unit)
        .order_by(Record.received_at, Attachment.path)
    )
    return list(session.scalars(query.limit(MOST)))


def _told(session: Session, photos: Sequence[Attachment]) -> tuple[Picture, ...]:
    recs = {one.rec for one in photos}
    visits = {r.id: r for r in session.scalars(select(Record).where(Record.id.in_(recs)))}
    codes = reading.household_codes(session, sorted({r.unit for r in visits.values()}))
    here = select(Blob.sha256).where(
        Blob.sha256.in_({one.sha256 for one in photos}), Blob.state == "stored"
    )
    stored = set(session.scalars(here))
    return tuple(
        Picture(
            rec=one.rec,
            unit=visits[one.rec].unit,
            code=codes[visits[one.rec].unit],
            path=one.path,
            sha256=one.sha256,
            captured_at=visits[one.rec].captured_at,
            taken_at=one.taken_at,
            stored=one.sha256 in stored,
        )
        for one in photos
    )
