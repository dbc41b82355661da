"""Members of households as the register has them, and whom its visits met."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import clock
from store.records import Record, RecordType, is_a
from verify.across.villages import day_of
from verify.checks.after_death import Meeting, Person

WHO, NAME = "people/met_who", "people/met_name"
HEAD = "01"
"""The head's relation to the head."""


@dataclass(frozen=True, slots=True)
class Past:
    """A household in which somebody has died: its people, and {visit: whom it met}."""

    people: tuple[Person, ...]
    meetings: Mapping[str, Meeting]

    def seen_from(self, rec: str) -> list[Meeting]:
        """All meetings; the visit's own says where it tells so."""
        return [
            Meeting(m.day, m.head, m.name, (WHO if m.head else NAME) if visit == rec else "")
            for visit, m in self.meetings.items()
        ]


def pasts(session: Session, units: Collection[str], tz: str) -> dict[str, Past]:
    """{household: its past}, of those in which the register has a death with its day."""
    query = select(Record.unit, Record.doc).where(Record.unit.in_(units))
    people: dict[str, list[Person]] = defaultdict(list)
    for unit, doc in session.execute(query.where(is_a(RecordType.MEMBER)).order_by(Record.id)):
        people[unit].append(_person(orjson.loads(doc).get("set", {})))
    mourning = [unit for unit, each in people.items() if any(person.died for person in each)]
    met = _meetings(session, mourning, tz) if mourning else {}
    return {unit: Past(tuple(people[unit]), met.get(unit, {})) for unit in mourning}


def _person(told: Mapping[str, Any]) -> Person:
    died: date | None = day_of(told.get("changed_on")) if told.get("change") == "died" else None
    return Person(str(told.get("full_name") or "").strip(), told.get("relation") == HEAD, died)


def _meetings(session: Session, units: Iterable[str], tz: str) -> dict[str, dict[str, Meeting]]:
    query = (
        select(Record.id, Record.unit, Record.doc, Record.captured_at)
        .where(Record.unit.in_(sorted(units)), is_a(RecordType.SUBMISSION))
        .where(Record.state.is_not(None), Record.deleted.is_(False))
        .order_by(Record.captured_at, Record.id)
    )
    found: dict[str, dict[str, Meeting]] = defaultdict(dict)
    for rec, unit, doc, at in session.execute(query):
        told = orjson.loads(doc).get("set", {})
        head, name = told.get(WHO) == "head", str(told.get(NAME) or "")
        if at and (head or name):
            found[unit][rec] = Meeting(clock.local_day(at, tz), head, name)
    return found
