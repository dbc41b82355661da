"""Checks over many visits, nightly for a township: the table of them, and one run of it.

A check has `rule`, `read(db, township_id, asof)` and `judge(input, limits)`; `limits` are the dated
figures in force, `asof` is aware and in the office's zone. What it answers is about a visit or a
household, never about a person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from store import parameters
from verify import township
from verify.described import Check as Described
from verify.described import Figure
from verify.finding import Found
from verify.many import (
    benefits,
    bursts,
    carried,
    copied,
    elsewhere,
    notes,
    notmade,
    outliers,
    pace,
    retouched,
    twice,
    unlocated,
)
from verify.many.check import Many, Told
from verify.reckon import benjamini_hochberg
from verify.rounds import elders_alone, one_number, same_measures, village_income

FIGURE = Figure(
    "每夜核查：几点、看多少天",
    "The nightly checks: when, and how far back",
    {
        "hour": ("几时", "hour"),
        "window_days": ("对照多少天", "days compared with"),
        "recent_days": ("核查多少天内的走访", "days of visits judged"),
        "fdr": ("允许碰巧的比例", "share allowed to chance"),
    },
)
FDR = 0.1
"""Of what chance alone may have made among the findings of one night: this share at most."""


class Check(Protocol):
    """One check over many."""

    @property
    def rule(self) -> str: ...
    @property
    def read(self) -> Callable[[Session, str, datetime], Any]: ...
    @property
    def judge(self) -> Callable[[Any, Mapping[str, Any]], Told]: ...
    @property
    def about(self) -> Described | None:
        """Its line of the catalogue, where it has one of its own."""
        ...


ROUNDS = (elders_alone, one_number, same_measures, village_income)
"""Checks over a township's households; their words stand in `verify.compared`."""
OF_HOMES = frozenset(each.rule for each in ROUNDS)
"""They speak at a household's newest visit, however old that is."""
TABLE: tuple[Check, ...] = (
    elsewhere.CHECK,
    unlocated.CHECK,
    pace.CHECK,
    bursts.CHECK,
    copied.CHECK,
    carried.CHECK,
    notes.CHECK,
    outliers.CHECK,
    retouched.MANY,
    retouched.BACK,
    retouched.LATE,
    twice.CHECK,
    benefits.CHECK,
    notmade.CHECK,
    *(Many(each.rule, each.read, each.judge, None) for each in ROUNDS),
)


@dataclass(frozen=True, slots=True)
class Night:
    """What one run found, ready to be written."""

    township: str
    asof: datetime
    subjects: frozenset[str]
    """Visits that were judged; older ones were only compared with."""
    found: tuple[tuple[str, Found], ...]
    """One for each (record, rule, path)."""
    looked: int
    """Visits that were read."""


def run(
    db: Session, township_id: str, asof: datetime, checks: Sequence[Check] | None = None
) -> Night:
    """Read and judge; writes nothing. Raises NotFound for an area that is not there."""
    read = township.read(db, township_id, asof)
    limits = parameters.as_of(db, asof.date().isoformat(), township_id)
    context = {visit.id for visit in read.visits} - read.recent()
    chosen = [
        (rec, found)
        for check in (TABLE if checks is None else checks)
        for rec, found in check.judge(check.read(db, township_id, asof), limits)
        if rec not in context or check.rule in OF_HOMES
    ]
    share = float((limits.get("night") or {}).get("fdr", FDR))
    return Night(
        township=township_id,
        asof=asof,
        subjects=read.recent(),
        found=tuple(_once(unlikely(chosen, share))),
        looked=len(read.visits),
    )


def unlikely(told: Told, share: float) -> Told:
    """Without what chance alone explains, by itself or all tests of the night taken together."""
    tests = {(f.rule, f.test or rec): f.p for rec, f in told if f.p is not None}
    q = benjamini_hochberg(tests)
    kept = []
    for rec, found in told:
        if found.p is None:
            kept.append((rec, found))
        elif found.p <= found.alpha and (found_q := q[found.rule, found.test or rec]) <= share:
            numbers = {**found.numbers, "p": found.p, "q": found_q}
            kept.append((rec, replace(found, numbers=numbers)))
    return kept


def _once(told: Told) -> Told:
    """Of several findings at one place the surest; in a fixed order."""
    best: dict[tuple[str, str, str], Found] = {}
    for rec, found in told:
        key = (rec, found.rule, found.path)
        if key not in best or found.score > best[key].score:
            best[key] = found
    return [(rec, found) for (rec, _, _), found in sorted(best.items(), key=lambda each: each[0])]
