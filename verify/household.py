"""One household for a person to read: facts, members, visits, place, and how each value came."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from forms.definition import FormDefinition, Text
from store.accounts import User
from store.areas import Area
from store.conflicts import Conflict
from store.forms import FormVersion
from store.records import Record, RecordType, Revision, is_a
from store.seal import Keyring
from store.status import status_id
from store.units import Anchor, Assignment, UnitPlace
from sync import definitions
from verify import anchors, evidence, history
from verify.evidence import Doubt
from verify.filled import Answer
from verify.geo import Point
from verify.history import Dispute, Entry, Mask
from verify.labels import Named, saved

Properties = Mapping[tuple[str, str], Named]
HOUSEHOLD, MEMBER = RecordType.HOUSEHOLD.value, RecordType.MEMBER.value


@dataclass(frozen=True, slots=True)
class Entity:
    """A household or a member as the register holds it."""

    record: Record
    name: str
    answers: tuple[Answer, ...]

    def answer(self, path: str) -> Answer | None:
        return next((a for a in self.answers if a.path == path), None)


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit or office entry in the household's line of time."""

    id: str
    title: Text
    at: str | None
    by: str
    state: str | None
    outcome: str | None
    outcome_words: Text
    have: int
    expected: int
    findings: int
    fix: Point | None


@dataclass(frozen=True, slots=True)
class Step:
    """One op on the household or a member: whose, what, and from which visit."""

    subject: str
    """A member's name; "" for the household itself."""
    entry: Entry
    source: str | None
    """The submission it came with."""


@dataclass(frozen=True, slots=True)
class House:
    """What the page of a household shows."""

    unit: str
    areas: tuple[Area, ...]
    household: Entity | None
    members: tuple[Entity, ...]
    cadres: tuple[str, ...]
    seen: tuple[Seen, ...]
    anchors: tuple[Anchor, ...]
    steps: tuple[Step, ...]
    disputes: tuple[Dispute, ...]
    doubts: tuple[Doubt, ...]
    """What is to be checked of the household itself; each visit has its own."""


def read(
    session: Session, keys: Keyring, place: UnitPlace, mask: Mask, legible: ColumnElement[bool]
) -> House:
    """Everything about a unit the caller may see; P1 values masked by `mask`.

    `legible` narrows which submissions. Findings are all there, also those that wait.
    """
    forms = _forms(session)
    properties = saved(forms)
    rows = _entities(session, place.unit)
    entities = [_entity(keys, row, properties, mask) for row in rows]
    own = next((e for e in entities if e.record.type == HOUSEHOLD), None)
    seen = _seen(session, place.unit, legible)
    named = {e.record.id: e for e in entities}
    return House(
        unit=place.unit,
        areas=_areas(session, place.area_path),
        household=own,
        members=tuple(e for e in entities if e.record.type == MEMBER and not e.record.deleted),
        cadres=_cadres(session, place.unit),
        seen=seen,
        anchors=tuple(anchors.of(session, place.unit)),
        steps=_steps(session, keys, entities, properties, mask, [line.id for line in seen]),
        disputes=history.disputes(
            session, keys, list(named), _conflict_names(named, properties), mask
        ),
        doubts=evidence.of_household(session, place.unit),
    )


def _forms(session: Session) -> list[FormDefinition]:
    """Every published version: the office's forms first, whose words fit the register best."""
    query = select(FormVersion.form, FormVersion.version).order_by(FormVersion.published_at.desc())
    keys = [(form, version) for form, version in session.execute(query)]
    loaded = definitions.load(session, set(keys))
    return sorted((loaded[key] for key in keys), key=_is_visit)


def _is_visit(definition: FormDefinition) -> bool:
    return any(path.rpartition("/")[2] == "outcome" for path in definition.by_path)


def _entities(session: Session, unit: str) -> list[Record]:
    query = select(Record).where(Record.unit == unit, Record.type.in_((HOUSEHOLD, MEMBER)))
    rows = list(session.scalars(query))
    return sorted(
        rows, key=lambda row: (row.type, orjson.loads(row.doc)["set"].get("relation", ""))
    )


def _entity(keys: Keyring, row: Record, properties: Properties, mask: Mask) -> Entity:
    values = orjson.loads(row.doc).get("set", {})
    opened = keys.open_all(row.id, orjson.loads(row.sealed))
    masked = {path: mask(path, value) for path, value in opened.items()}
    order = {path: at for at, (dataset, path) in enumerate(properties) if dataset == row.type}
    paths = sorted({*values, *masked}, key=lambda path: (order.get(path, len(order)), path))
    answers = tuple(
        Answer(
            properties.get((row.type, path), Named(path, {})),
            masked.get(path, values.get(path)),
            sealed=path in masked,
        )
        for path in paths
    )
    name = values.get("head_name" if row.type == HOUSEHOLD else "full_name")
    return Entity(row, str(name or ""), answers)


def _areas(session: Session, path: str) -> tuple[Area, ...]:
    codes = [code for code in path.split("/") if code]
    query = select(Area).where(Area.code.in_(codes)).order_by(Area.path)
    return tuple(session.scalars(query))


def _cadres(session: Session, unit: str) -> tuple[str, ...]:
    query = (
        select(User.name)
        .join(Assignment, Assignment.user_id == User.id)
        .where(Assignment.unit == unit, Assignment.ended_seq.is_(None))
        .order_by(Assignment.id)
    )
    return tuple(session.scalars(query))


def _seen(session: Session, unit: str, legible: ColumnElement[bool]) -> tuple[Seen, ...]:
    """Visits and office entries, newest first."""
    query = (
        select(Record, User.name)
        .outerjoin(User, User.id == Record.author)
        .where(Record.unit == unit, is_a(RecordType.SUBMISSION), legible)
        .order_by(Record.captured_at.desc(), Record.id.desc())
    )
    rows = session.execute(query).all()
    forms = definitions.load(session, {(r.form or "", r.form_v or "") for r, _ in rows})
    docs = select(Record.doc).where(Record.id.in_([status_id(row.id) for row, _ in rows]))
    statuses = {s["submission"]: s for s in map(orjson.loads, session.scalars(docs))}
    return tuple(
        _line(row, name or "", forms.get((row.form or "", row.form_v or "")), statuses)
        for row, name in rows
    )


def _line(
    row: Record, by: str, form: FormDefinition | None, statuses: Mapping[str, dict[str, Any]]
) -> Seen:
    status = statuses.get(row.id, {})
    photos = status.get("photos", {})
    placed = row.lat is not None and row.lon is not None
    return Seen(
        id=row.id,
        title=form.title if form else {},
        at=row.captured_at,
        by=by,
        state=row.state,
        outcome=row.outcome,
        outcome_words=_outcome(form, row.outcome),
        have=photos.get("have", 0),
        expected=photos.get("expected", 0),
        findings=len(status.get("findings", ())),
        fix=Point(row.lat or 0.0, row.lon or 0.0, row.acc or 0.0) if placed else None,
    )


def _outcome(form: FormDefinition | None, outcome: str | None) -> Text:
    """The form's words for how the door was found; by its name where the form has none."""
    for question in form.questions if form else ():
        if form and question.path.rpartition("/")[2] == "outcome":
            for choice in form.choices.get(question.choices or "", ()):
                if choice.name == outcome:
                    return choice.label
    return {"zh": outcome, "en": outcome} if outcome else {}


def _steps(
    session: Session,
    keys: Keyring,
    entities: Sequence[Entity],
    properties: Properties,
    mask: Mask,
    visits: Sequence[str],
) -> tuple[Step, ...]:
    """What happened to the household and its members, newest first."""
    made: list[tuple[str, Entry]] = []
    for entity in entities:
        kind = entity.record.type
        subject = "" if kind == HOUSEHOLD else entity.name
        past = history.read(session, keys, entity.record.id, _naming(kind, properties), mask)
        made += [(subject, entry) for entry in past.entries if entry.changes or entry.aside]
    sources = _sources(session, visits)
    steps = [Step(subject, entry, sources.get(entry.op)) for subject, entry in made]
    return tuple(sorted(steps, key=lambda s: (s.entry.received_at, not s.subject), reverse=True))


def _naming(kind: str, properties: Properties) -> Callable[[str, Mapping[str, Any]], Named]:
    def name(path: str, _values: Mapping[str, Any]) -> Named:
        return properties.get((kind, path), Named(path, {}))

    return name


def _sources(session: Session, visits: Sequence[str]) -> dict[str, str]:
    """{op: the submission it came with}"""
    query = select(Revision.op, Revision.rec).where(Revision.rec.in_(visits))
    return {op: rec for op, rec in session.execute(query)}


def _conflict_names(
    entities: Mapping[str, Entity], properties: Properties
) -> Callable[[Conflict], Named]:
    def name(row: Conflict) -> Named:
        known = properties.get((entities[row.rec].record.type, row.path), Named(row.path, {}))
        if entities[row.rec].record.type == HOUSEHOLD:
            return known
        words = {lang: f"{entities[row.rec].name} · {told}" for lang, told in known.label.items()}
        return Named(row.path, words, known.question, known.choices)

    return name
