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
from forms.flatpath import definition_path, flatten, rows_around, rows_of, split
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
    """Its id; in a repeat of a repeat those of the rows around before it: `ab12cd34/ef56gh78`."""
    values: Mapping[str, Any]
    """{the newest version's path: value}; in a repeat those of the one row and the rows around."""
    kept: Mapping[str, Any]
    """What has no place in the newest version, under its old flat path."""


def newest(session: Session, form: str) -> FormDefinition:
    """The version in whose words the answers are told; raises NotFound."""
    row = publish.newest(session, form)
    return definitions.load(session, {(row.form, row.version)})[row.form, row.version]


def columns(definition: FormDefinition, repeat: str | None = None) -> list[Question]:
    """Questions that a spreadsheet shows; what is sealed stays out of it.

    Of a repeat in a repeat also those of the rows around: a line says what it belongs to.
    """
    around = {r.path for r in definition.repeats if f"{repeat}/".startswith(f"{r.path}/")}
    return [
        question
        for question in definition.questions
        if (question.repeat in around if repeat else question.repeat is None)
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
    at = record.captured_at or record.received_at
    by_row: dict[str, dict[str, Any]] = {"": {}}
    for flat, value in told.values.items():
        above, row, _ = split(flat) if "[" in flat else (None, None, flat)
        place = f"{above}[{row}]" if row else ""
        by_row.setdefault(place, {})[definition_path(flat)] = value
    for place in rows_of(told.values, repeat) if repeat else [""]:
        around = rows_around(place) or [place]
        values = {path: value for row in around for path, value in by_row.get(row, {}).items()}
        name = "/".join(row.rpartition("[")[2][:-1] for row in around)
        kept = told.kept if not repeat else {}
        yield Line(record.id, record.unit, record.form_v or "", at, by, name, values, kept)
