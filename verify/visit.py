"""One visit with all that stands around it, for a person to read. Reads only; knows no HTTP."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.definition import FormDefinition, Text
from forms.flatpath import flatten
from store.accounts import Device, User
from store.conflicts import Conflict
from store.findings import Evaluation
from store.records import Record, RecordType, VisitState
from store.reviews import Review
from store.seal import Keyring
from sync import definitions
from verify import evidence, filled, history
from verify.evidence import Doubt, Photo, Place, Unrun
from verify.filled import About, Group
from verify.history import Change, Dispute, Entry, Mask
from verify.labels import Named, Names, saved

_HOUSEHOLD = RecordType.HOUSEHOLD.value


@dataclass(frozen=True, slots=True)
class Decision:
    """A supervisor's word."""

    action: str
    """approve | return"""
    version: int
    reason: str
    comments: tuple[tuple[Named, str], ...]
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What the page of a visit shows."""

    record: Record
    code: str
    head: str
    author: str
    device: str
    title: Text
    have: int
    expected: int
    groups: tuple[Group, ...]
    photos: tuple[Photo, ...]
    doubts: tuple[Doubt, ...]
    unrun: tuple[Unrun, ...]
    place: Place
    disputes: tuple[Dispute, ...]
    decisions: tuple[Decision, ...]
    entries: tuple[Entry, ...]
    returned: Decision | None
    """The last return, while nothing was decided after it."""
    changed: tuple[Change, ...]
    """What was changed since that return."""

    @property
    def reviewable(self) -> bool:
        """Office entries have no state and are reviewed by nobody."""
        return self.record.state is not None

    @property
    def waits(self) -> bool:
        return self.record.state == VisitState.RECEIVED.value


def read(session: Session, keys: Keyring, record: Record, mask: Mask) -> Visit:
    """Everything about a submission the caller may see; P1 values masked by `mask`."""
    chosen = (record.form or "", record.form_v or "")
    definition = definitions.load(session, {chosen}).get(chosen)
    names = Names(definition)
    doc = orjson.loads(record.doc)
    values = flatten(doc.get("set", {}), doc.get("rows", {}))
    past = history.read(session, keys, record.id, names.of, mask)
    decisions = _decisions(session, record.id, names, values)
    returned = decisions[-1] if decisions and decisions[-1].action == "return" else None
    changed = past.since(returned.version) if returned else ()
    asked = {named.path: words for named, words in returned.comments} if returned else {}
    about = _about(session, keys, record, values, mask, asked, changed)
    photos = evidence.photos(session, record.id, names, about)
    household = _facts(session, record.unit)
    return Visit(
        record=record,
        code=str(household.get("hh_code") or ""),
        head=str(household.get("head_name") or ""),
        author=_name(session, record.author),
        device=_device(session, record.device),
        title=definition.title if definition else {},
        have=sum(photo.stored for photo in photos),
        expected=len(photos),
        groups=filled.groups(definition, values, about),
        photos=photos,
        doubts=evidence.doubts(session, record.id, names, values),
        unrun=evidence.unrun(session, record.id, record.version),
        place=evidence.place(session, record),
        disputes=_disputes(session, keys, record, past.entries, names, values, definition, mask),
        decisions=decisions,
        entries=past.entries,
        returned=returned,
        changed=changed,
    )


def _about(
    session: Session,
    keys: Keyring,
    record: Record,
    values: Mapping[str, Any],
    mask: Mask,
    asked: Mapping[str, str],
    changed: Sequence[Change],
) -> About:
    opened = keys.open_all(record.id, orjson.loads(record.sealed))
    row = session.get(Evaluation, (record.id, record.version))
    results = orjson.loads(row.results) if row else {}
    faults: dict[str, list[Text]] = defaultdict(list)
    for fault in results.get("faults", ()):
        faults[fault["path"]].append({"zh": fault["zh"], "en": fault["en"]})
    server = {p: v for p, v in results.get("values", {}).items() if p in values}
    return About(
        masked={path: mask(path, value) for path, value in opened.items()},
        server=server,
        faults=faults,
        asked=asked,
        changed=frozenset(change.named.path for change in changed),
        irrelevant=frozenset(results.get("irrelevant", ())) if row else None,
    )


def _decisions(
    session: Session, rec: str, names: Names, values: Mapping[str, Any]
) -> tuple[Decision, ...]:
    query = (
        select(Review, User.name)
        .outerjoin(User, User.id == Review.by)
        .where(Review.rec == rec)
        .order_by(Review.at, Review.id)
    )
    return tuple(
        Decision(
            action=row.action,
            version=row.rec_version,
            reason=row.reason,
            comments=tuple(
                (names.of(path, values), told) for path, told in orjson.loads(row.comments).items()
            ),
            by=name or "",
            at=row.at,
        )
        for row, name in session.execute(query)
    )


def _disputes(
    session: Session,
    keys: Keyring,
    record: Record,
    entries: Sequence[Entry],
    names: Names,
    values: Mapping[str, Any],
    definition: FormDefinition | None,
    mask: Mask,
) -> tuple[Dispute, ...]:
    """On the visit itself, and on what it says of the household and its members."""
    properties = saved([definition] if definition else [])
    query = select(Record.id, Record.type).where(
        Record.unit == record.unit, Record.type.in_((_HOUSEHOLD, RecordType.MEMBER.value))
    )
    types = {ident: kind for ident, kind in session.execute(query)}
    ops = {entry.op for entry in entries}

    def naming(row: Conflict) -> Named:
        if row.rec == record.id:
            return names.of(row.path, values)
        return properties.get((types[row.rec], row.path), Named(row.path, {}))

    def about(row: Conflict) -> bool:
        return row.rec == record.id or row.op in ops

    return history.disputes(session, keys, [record.id, *types], naming, mask, about)


def _facts(session: Session, unit: str) -> dict[str, Any]:
    row = session.get(Record, unit)
    if row is None or row.type != _HOUSEHOLD:
        return {}
    found: dict[str, Any] = orjson.loads(row.doc).get("set", {})
    return found


def _name(session: Session, user: str | None) -> str:
    row = session.get(User, user) if user else None
    return row.name if row else ""


def _device(session: Session, ident: str | None) -> str:
    return history.called(session.get(Device, ident) if ident else None)
