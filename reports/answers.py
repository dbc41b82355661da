"""All answers to one form, whatever version they were given to, in the words of the newest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from forms import publish
from forms.definition import FormDefinition, Question, QuestionType, Sensitivity
from forms.evolve import Evolved, evolve
from forms.flatpath import flatten, split
from store.accounts import User
from store.records import Record, RecordType
from sync import definitions, scope
from sync.scope import Who

_UNTOLD = (QuestionType.NOTE,)
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One visit, or one row of a repeat in it."""

    rec: str
    unit: str
    version: str
    """The version that it was filled with."""
    at: str | None
    by: str
    row: str
    values: Mapping[str, Any]
    """{the newest version's path: value}; in a repeat those of the one row."""
    kept: Mapping[str, Any]
    """What has no place in the newest version, under its old flat path."""


def newest(session: Session, form: str) -> FormDefinition:
    """The version in whose words the answers are told; raises NotFound."""
    row = publish.newest(session, form)
    return definitions.load(session, {(row.form, row.version)})[row.form, row.version]


def columns(definition: FormDefinition, repeat: str | None = None) -> list[Question]:
    """Questions that a spreadsheet shows; what is sealed stays out of it."""
    return [
        question
        for question in definition.questions
        if question.repeat == repeat
        and question.type not in _UNTOLD
        and question.sensitivity is not Sensitivity.P1
    ]


def across(session: Session, who: Who, form: str, repeat: str | None = None) -> Iterator[Line]:
    """Every submission of the form in somebody's area, the oldest first."""
    versions = publish.every(session, form)
    loaded = definitions.load(session, {(row.form, row.version) for row in versions})
    chain = [loaded[row.form, row.version] for row in versions]
    query = (
        select(Record, User.name)
        .outerjoin(User, User.id == Record.author)
        .where(Record.type == RecordType.SUBMISSION.value, Record.form == form)
        .where(Record.deleted.is_(False), Record.unit.in_(scope.units(who)))
        .order_by(Record.received_at, Record.id)
    )
    for record, by in session.execute(query.execution_options(yield_per=_BATCH)):
        told = _evolved(chain, record)
        yield from _lines(record, by or "", told, repeat)


def _evolved(chain: Sequence[FormDefinition], record: Record) -> Evolved:
    """From the version that it was filled with to the newest."""
    doc = orjson.loads(record.doc)
    values = flatten(doc.get("set", {}), doc.get("rows", {}))
    starts = (i for i, each in enumerate(chain) if each.version == record.form_v)
    return evolve(chain[next(starts, len(chain) - 1) :], values)


def _lines(record: Record, by: str, told: Evolved, repeat: str | None) -> Iterator[Line]:
    rows: dict[str, dict[str, Any]] = {} if repeat else {"": {}}
    for flat, value in told.values.items():
        inside, row, path = split(flat) if "[" in flat else (None, None, flat)
        if inside == repeat:
            name = f"{inside}/{path}" if inside else path
            rows.setdefault(row or "", {})[name] = value
    at = record.captured_at or record.received_at
    for row, values in rows.items():
        kept = told.kept if not repeat else {}
        yield Line(record.id, record.unit, record.form_v or "", at, by, row, values, kept)
