"""R-07 somebody was met after the day on which they died.

day of the visit > day of death, where the visit met the head, or somebody of that name. Silent
where another living person is the head now, or bears the name. The day of death is as often the
slip as the visit, so the sentence asks for both. Source: rule R-07.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from verify.finding import Found, Judgement

RULE, SCORE = "R-07", 0.4


@dataclass(frozen=True, slots=True)
class Person:
    """A member as the register has them; `died` is None for the living."""

    name: str
    head: bool
    died: date | None


@dataclass(frozen=True, slots=True)
class Meeting:
    """Whom a visit met, by its own words."""

    day: date
    head: bool
    name: str
    path: str = ""
    """Where the judged visit says so; "" for an earlier visit."""


def check(people: Sequence[Person], meetings: Sequence[Meeting]) -> Judgement:
    """`meetings`: all visits to the household; at most one finding for each who died."""
    living = [person for person in people if person.died is None]
    found = []
    for person in people:
        met = [m for m in meetings if person.died and _met(person, m, living)]
        if met and person.died:
            found.append(_found(person.died, min(met, key=lambda m: (not m.path, m.day))))
    return Judgement(tuple(found))


def _met(dead: Person, meeting: Meeting, living: Sequence[Person]) -> bool:
    if dead.died is None or meeting.day <= dead.died:
        return False
    if meeting.head:
        return dead.head and not any(person.head for person in living)
    name = meeting.name.strip()
    return bool(name) and name == dead.name and all(name != person.name for person in living)


def _found(died: date, met: Meeting) -> Found:
    numbers = {"died_on": died.isoformat(), "met_on": met.day.isoformat()}
    return Found(
        RULE,
        SCORE,
        f"待核实：登记的去世日期是 {died}，{met.day} 的走访又记着见到了这个人，"
        "请核对日期，或当时见到的是谁",
        f"To be checked: the register says that this person died on {died}, and the visit of "
        f"{met.day} met them; please check the date, or who it was",
        met.path,
        numbers,
    )
