"""A township's visits read once for all checks over many: plain values, nothing written here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition, QuestionType
from forms.flatpath import flatten
from store import areas, clock, parameters
from store.areas import Area, Level
from store.bulk import parts
from store.errors import NotFound
from store.media import Attachment
from store.records import Record, RecordType, Revision
from store.reviews import Review
from sync import definitions
from sync.clocks import CLOCK_LIMIT
from verify import reading
from verify.geo import Point

KEPT = "ruhu.township"
WINDOW_DAYS, RECENT_DAYS = 400, 60
MET = frozenset({"met", "not_listed"})
"""Outcomes of a visit at which somebody of the household was met at the door."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One later change of a visit, on the phone's clock as the server corrects it."""

    at: datetime
    changes: Mapping[str, Any]
    answering: bool
    """The visit had been returned before: somebody asked for it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit as checks over many see it. Times are aware, in the office's zone."""

    id: str
    version: int
    unit: str
    village: str
    author: str
    device: str
    form: tuple[str, str]
    outcome: str
    begun: datetime | None
    """When they arrived, where the form asks for it."""
    ended: datetime
    answers: Mapping[str, Any]
    fix: Point | None = None
    first: Mapping[str, Any] = field(default_factory=dict)
    """The answers as they were first sent, of a visit that was changed later."""
    edits: tuple[Edit, ...] = ()
    confirmed: frozenset[str] = frozenset()
    """Paths of which somebody said "asked through, nothing changed"."""
    roles: frozenset[str] = frozenset()
    """What its photos show."""

    @property
    def minutes(self) -> float | None:
        return (self.ended - self.begun).total_seconds() / 60 if self.begun else None


@dataclass(frozen=True, slots=True)
class Township:
    """Everything that the checks over many look at, up to one moment."""

    code: str
    asof: datetime
    visits: tuple[Seen, ...]
    """In the order in which they ended."""
    definitions: Mapping[tuple[str, str], FormDefinition]
    anchors: Mapping[str, Point]
    """{household: its approved position}"""
    codes: Mapping[str, str]
    """{household: the number people know}"""
    figures: Mapping[str, Any]

    def recent(self) -> frozenset[str]:
        """The visits that are judged tonight; the older ones are what they are compared with."""
        days = float((self.figures.get("night") or {}).get("recent_days", RECENT_DAYS))
        since = self.asof - timedelta(days=days)
        return frozenset(visit.id for visit in self.visits if visit.ended >= since)


def read(db: Session, township_id: str, asof: datetime) -> Township:
    """The township as of a moment in the office's zone, read once for each session.

    Raises NotFound where there is no such area.
    """
    key = (township_id, asof)
    kept = db.info.get(KEPT)
    if kept is None or kept[0] != key:
        kept = db.info[KEPT] = (key, _read(db, township_id, asof))
    made: Township = kept[1]
    return made


def _read(db: Session, township_id: str, asof: datetime) -> Township:
    villages = villages_of(db, township_id)
    figures = parameters.as_of(db, asof.date().isoformat(), township_id)
    days = float((figures.get("night") or {}).get("window_days", WINDOW_DAYS))
    rows = _rows(db, villages, clock.text(asof - timedelta(days=days)), clock.text(asof))
    forms = definitions.load(db, {(row.form, row.form_v) for row in rows})
    recs = [row.id for row in rows]
    beside = _Beside(_revisions(db, recs), _returns(db, recs), _roles(db, recs))
    units = sorted({row.unit for row in rows})
    places = {unit: found[0] for unit, found in reading.anchors(db, units).items()}
    return Township(
        code=township_id,
        asof=asof,
        visits=tuple(_seen(r, villages, forms, beside, asof) for r in rows if readable(r.doc)),
        definitions=forms,
        anchors={u: Point(a.lat, a.lon, a.acc) for u, a in places.items() if a.state == "approved"},
        codes=reading.household_codes(db, units),
        figures=figures,
    )


def villages_of(db: Session, township_id: str) -> dict[str, str]:
    """{area: the village it stands in} of a township and all below it. Raises NotFound."""
    root = db.get(Area, township_id)
    if root is None:
        raise NotFound("there is no such area")
    found: dict[str, str] = {}
    for area in areas.within(db, root.path):
        above = found.get(area.parent or "", area.code)
        found[area.code] = above if area.level == Level.GROUP.value else area.code
    return found


def _rows(db: Session, codes: Collection[str], since: str, until: str) -> list[Row[Any]]:
    query = (
        select(
            *(Record.id, Record.version, Record.unit, Record.area, Record.author, Record.device),
            *(Record.form, Record.form_v, Record.outcome, Record.captured_at, Record.doc),
            *(Record.lat, Record.lon, Record.acc),
        )
        .where(Record.type == RecordType.SUBMISSION.value, Record.area.in_(codes))
        .where(Record.state.is_not(None))  # visits; nobody reviews a village's form or a reply
        .where(Record.deleted.is_(False), Record.form.is_not(None), Record.form_v.is_not(None))
        .where(Record.captured_at >= since, Record.captured_at <= until)
        .order_by(Record.captured_at, Record.id)
    )
    return list(db.execute(query))


def readable(doc: str) -> bool:
    """A document that cannot be read fails its own visit's work, and takes no other along."""
    try:
        return isinstance(orjson.loads(doc), dict)
    except orjson.JSONDecodeError:
        return False


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the visits, each by the visit's id."""

    revisions: Mapping[str, list[Row[Any]]]
    returns: Mapping[str, str]
    roles: Mapping[str, set[str]]


def _revisions(db: Session, recs: Collection[str]) -> dict[str, list[Row[Any]]]:
    query = select(
        *(Revision.rec, Revision.version, Revision.at, Revision.clock_offset),
        *(Revision.received_at, Revision.changes, Revision.confirmed),
    ).order_by(Revision.version, Revision.id)
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    for part in parts(recs):
        for row in db.execute(query.where(Revision.rec.in_(part))):
            found[row.rec].append(_any(row))
    return found


def _any(row: Any) -> Row[Any]:
    """Columns of a row are known by their names here, not by their types."""
    kept: Row[Any] = row
    return kept


def _returns(db: Session, recs: Collection[str]) -> dict[str, str]:
    """{visit: when it was first returned}"""
    query = select(Review.rec, Review.at).where(Review.action == "return")
    query = query.order_by(Review.at.desc())
    lots = (db.execute(query.where(Review.rec.in_(part))) for part in parts(recs))
    return {row.rec: row.at for rows in lots for row in rows}


def _roles(db: Session, recs: Collection[str]) -> dict[str, set[str]]:
    query = select(Attachment.rec, Attachment.role).where(Attachment.current)
    found: dict[str, set[str]] = defaultdict(set)
    for part in parts(recs):
        for rec, role in db.execute(query.where(Attachment.rec.in_(part))):
            found[rec].add(role)
    return found


def _seen(
    row: Row[Any],
    villages: Mapping[str, str],
    forms: Mapping[tuple[str, str], FormDefinition],
    beside: _Beside,
    asof: datetime,
) -> Seen:
    doc, sent = orjson.loads(row.doc), beside.revisions.get(row.id, [])
    answers = flatten(doc.get("set", {}), doc.get("rows", {}))
    offset = sent[0].clock_offset if sent else None
    ended = clock.parse(row.captured_at).astimezone(asof.tzinfo)
    return Seen(
        id=row.id,
        version=row.version,
        unit=row.unit,
        village=villages[row.area],
        author=row.author or "",
        device=row.device or "",
        form=(row.form, row.form_v),
        outcome=row.outcome or "",
        begun=arrived(forms.get((row.form, row.form_v)), answers, offset, ended),
        ended=ended,
        answers=answers,
        fix=reading.fix_of(row),
        first=orjson.loads(sent[0].changes) if len(sent) > 1 else {},
        edits=tuple(_edit(each, beside.returns.get(row.id), asof) for each in sent[1:]),
        confirmed=frozenset(path for each in sent for path in orjson.loads(each.confirmed)),
        roles=frozenset(beside.roles.get(row.id, ())),
    )


def arrived(
    form: FormDefinition | None, answers: Mapping[str, Any], offset: float | None, ended: datetime
) -> datetime | None:
    """The form's first moment, corrected as the visit's own time is; None where it is none."""
    asked = form.questions if form else ()
    first = next((q.path for q in asked if q.type is QuestionType.DATETIME and not q.repeat), "")
    try:
        moment = clock.parse(str(answers[first]))
    except (KeyError, ValueError):
        return None
    shift = offset if offset is not None and abs(offset) > CLOCK_LIMIT else 0.0
    return (moment + timedelta(seconds=shift)).astimezone(ended.tzinfo)


def _edit(row: Row[Any], returned: str | None, asof: datetime) -> Edit:
    offset = row.clock_offset or 0.0
    try:
        at = clock.parse(row.at) + timedelta(seconds=offset if abs(offset) > CLOCK_LIMIT else 0.0)
    except (ValueError, OverflowError):
        at = clock.parse(row.received_at)
    answering = returned is not None and returned <= row.received_at
    return Edit(at.astimezone(asof.tzinfo), orjson.loads(row.changes), answering)
