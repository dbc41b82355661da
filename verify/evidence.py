"""What a visit rests on: its photos, its place, what is to be checked and what was not."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import Text
from store.findings import CheckRun, Finding
from store.media import Attachment, Blob
from store.records import Record
from store.units import Anchor
from verify import anchors
from verify.filled import About
from verify.geo import Point, distance
from verify.labels import Named, Names


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as the visit names it; its bytes may still be on the way."""

    named: Named
    role: str
    sha256: str
    size: int
    taken_at: str | None
    stored: bool
    asked: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something to be checked, with every figure the rule used."""

    rule: str
    named: Named
    text: Text
    numbers: Mapping[str, Any]
    score: float
    id: str
    version: str
    """Of the rule."""
    tried: tuple[str, ...]
    """Innocent explanations that did not hold; words in `verify.innocent`."""
    others: tuple[str, ...] = ()
    """Other households it is about, by unit: to be shown to those who may see them, and counted for
    everybody else."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What a rule used: figures for everybody who may see the finding, and whom they point at."""

    told: Mapping[str, Any]
    others: tuple[str, ...]
    """Units of other households."""
    photo: str | None
    """SHA-256 of the photo that was compared with."""


@dataclass(frozen=True, slots=True)
class Unrun:
    """A check that did not run, and why."""

    rule: str
    text: Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where the house is held to stand, and where the visit was. Metres, WGS-84."""

    anchors: tuple[Anchor, ...]
    fix: Point | None
    apart: float | None
    """Metres from the approved position."""


def photos(session: Session, rec: str, names: Names, about: About) -> tuple[Photo, ...]:
    query = (
        select(Attachment, Blob.state)
        .outerjoin(Blob, Blob.sha256 == Attachment.sha256)
        .where(Attachment.rec == rec, Attachment.current)
    )
    order = (
        {path: at for at, path in enumerate(names.definition.by_path)} if names.definition else {}
    )
    made = [
        Photo(
            named=names.bare(row.path),
            role=row.role,
            sha256=row.sha256,
            size=row.size,
            taken_at=row.taken_at,
            stored=state == "stored",
            asked=about.asked.get(row.path, ""),
            changed=row.path in about.changed,
        )
        for row, state in session.execute(query)
    ]
    return tuple(sorted(made, key=lambda p: (order.get(p.named.path, len(order)), p.named.path)))


def doubts(
    session: Session, rec: str, names: Names, values: Mapping[str, Any]
) -> tuple[Doubt, ...]:
    query = select(Finding).where(Finding.rec == rec, Finding.state == "open")
    query = query.order_by(Finding.score.desc(), Finding.rule, Finding.path)
    return tuple(_doubt(row, names, values) for row in session.scalars(query))


def figures(row: Finding) -> Figures:
    told = orjson.loads(row.numbers)
    others, photo = tuple(told.pop("units", ())), told.pop("other_photo", None)
    told.pop("other_visit", None)
    return Figures(told, others, photo)


def _doubt(row: Finding, names: Names | None, values: Mapping[str, Any]) -> Doubt:
    used = figures(row)
    return Doubt(
        rule=row.rule,
        named=names.of(row.path, values) if row.path and names else Named("", {}),
        text={"zh": row.text_zh, "en": row.text_en},
        numbers=used.told,
        score=row.score,
        others=used.others,
        id=row.id,
        version=row.rule_version,
        tried=tuple(orjson.loads(row.tried)),
    )


def households(session: Session, units: Collection[str]) -> dict[str, str]:
    """{household: its code and its head's name}, of those that the caller may name."""
    query = select(Record.id, Record.doc).where(Record.id.in_(units)).order_by(Record.id)
    facts = {unit: orjson.loads(doc).get("set", {}) for unit, doc in session.execute(query)}
    return {
        unit: " ".join(str(told[name]) for name in ("hh_code", "head_name") if told.get(name))
        or unit[:8]
        for unit, told in facts.items()
    }


def of_household(session: Session, unit: str) -> tuple[Doubt, ...]:
    """The same for a household's own record."""
    query = select(Finding).where(Finding.rec == unit, Finding.state == "open")
    query = query.order_by(Finding.score.desc(), Finding.rule)
    return tuple(_doubt(row, None, {}) for row in session.scalars(query))


def unrun(session: Session, rec: str, version: int) -> tuple[Unrun, ...]:
    query = select(CheckRun.notes).where(CheckRun.rec == rec, CheckRun.rec_version == version)
    notes = (note for text in session.scalars(query) for note in orjson.loads(text))
    return tuple(Unrun(n["rule"], {"zh": n["zh"], "en": n["en"]}) for n in notes)


def place(session: Session, record: Record) -> Place:
    known = tuple(anchors.of(session, record.unit))
    fix = None
    if record.lat is not None and record.lon is not None:
        fix = Point(record.lat, record.lon, record.acc or 0.0)
    house = next((a for a in known if a.state == "approved"), None)
    apart = distance(fix, Point(house.lat, house.lon)) if fix and house else None
    return Place(known, fix, apart)
