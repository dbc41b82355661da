"""How often a household is called on, from all sides, and by how many. Pure.

A visit counts where somebody answered or the door stayed shut by the household's word; a door at
which nobody was home costs the household nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from store import clock
from store.status import AWAY

DAYS = 7.0
"""Days within which a second visitor is pointed out, where no figure says so."""


class Call(Protocol):
    """One line of a household's time: a visit, or an entry of the office."""

    @property
    def at(self) -> str | None: ...
    @property
    def by(self) -> str: ...
    @property
    def outcome(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Month:
    """What one month asked of the household."""

    month: str
    """2026-10, local."""
    visits: int
    visitors: int


@dataclass(frozen=True, slots=True)
class Close:
    """Somebody came soon after somebody else."""

    at: str
    by: str
    after: str
    """Who had been there before."""
    days: int


def by_month(calls: Sequence[Call], tz: str) -> tuple[Month, ...]:
    """The newest month first."""
    people: dict[str, list[str]] = {}
    for at, call in _made(calls):
        people.setdefault(clock.local_text(at, tz, "%Y-%m"), []).append(call.by)
    return tuple(
        Month(month, len(each), len(set(each))) for month, each in sorted(people.items())[::-1]
    )


def close(calls: Sequence[Call], days: float = DAYS) -> tuple[Close, ...]:
    """Visits by another person within so many days of the one before; the newest first."""
    found = []
    made = sorted(_made(calls), key=lambda one: clock.parse(one[0]))
    for (before, first), (at, second) in zip(made, made[1:], strict=False):
        apart = clock.seconds_between(before, at) / 86400
        if first.by != second.by and apart <= days:
            found.append(Close(at, second.by, first.by, int(apart)))
    return tuple(found[::-1])


def _made(calls: Sequence[Call]) -> list[tuple[str, Call]]:
    return [(c.at, c) for c in calls if c.at and c.outcome and c.outcome not in AWAY]
