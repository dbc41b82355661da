"""The findings that one reviewer is shown today: the most worth a look first, the rest waits.

Value is the visit's risk (noisy-OR of calibrated probabilities, see `verify.precision`), then the
finding's own probability. It is reckoned when it is asked for and kept nowhere.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from store import clock, parameters
from store.bulk import parts
from store.findings import Finding
from store.records import Record, RecordType, is_a
from store.verdicts import Matter, RuleMute, Verdict, muted
from sync import scope
from sync.scope import Who
from verify import hearing, precision
from verify.hearing import Hearing, matter_of
from verify.precision import Tally

PER_DAY = 20


@dataclass(frozen=True, slots=True)
class Item:
    """One finding that may be looked at."""

    finding: Finding
    unit: str
    captured_at: str | None
    hearing: Hearing
    chance: float
    """Calibrated, 0 to 1."""
    risk: float
    """Of the whole visit, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Docket:
    """A reviewer's day."""

    today: tuple[Item, ...]
    later: int
    """Ready, and over the day's number."""
    unheard: int
    """Waiting for the cadre's answer."""
    done: int
    """Verdicts that this reviewer gave today."""
    most: int
    """Findings a day."""
    silent: tuple[RuleMute, ...]


def tallies(session: Session) -> dict[str, Tally]:
    """{rule: its verdicts}, all of them."""
    hits = func.sum(case((Verdict.verdict == "hit", 1), else_=0))
    query = select(Verdict.rule, hits, func.count()).group_by(Verdict.rule)
    return {
        rule: Tally(int(right), int(every) - int(right))
        for rule, right, every in session.execute(query)
    }


def read(session: Session, who: Who, now: str, tz: str) -> Docket:
    """What is ready in the reach of `who` (whose grants all include REVIEW), never their own."""
    silent = muted(session)
    rows = _undecided(session, who, silent)
    heard = hearing.of(session, [row for row, _, _ in rows], now, tz)
    ready = [one for one in rows if heard[one[0].id].open]
    counted = tallies(session)
    risks = risks_of(session, {row.rec for row, _, _ in ready}, counted, silent)
    items = [
        Item(
            finding=row,
            unit=unit,
            captured_at=at,
            hearing=heard[row.id],
            chance=precision.probability(row.score, counted.get(row.rule, Tally())),
            risk=risks[row.rec],
        )
        for row, unit, at in ready
    ]
    items.sort(key=lambda i: (-i.risk, i.finding.rec, -i.chance, i.finding.rule, i.finding.path))
    most, done = _most(session, now, tz), _done(session, who.user, now, tz)
    left = max(0, most - done)
    return Docket(
        today=tuple(items[:left]),
        later=len(items[left:]),
        unheard=len(rows) - len(ready),
        done=done,
        most=most,
        silent=tuple(silent.values()),
    )


def _undecided(
    session: Session, who: Who, silent: Collection[str]
) -> list[tuple[Finding, str, str | None]]:
    decided = select(Verdict.rec).where(
        Verdict.rec == Finding.rec, Verdict.rule == Finding.rule, Verdict.path == Finding.path
    )
    query = (
        select(Finding, Record.unit, Record.captured_at)
        .join(Record, Record.id == Finding.rec)
        .where(Finding.state == "open", Finding.rule.not_in(sorted(silent)))
        .where(~decided.exists(), is_a(RecordType.SUBMISSION), Record.deleted.is_(False))
        .where(Record.unit.in_(scope.units(who)), Record.author != who.user)
    )
    return [(row, unit, at) for row, unit, at in session.execute(query)]


def risks_of(
    session: Session,
    recs: Collection[str],
    counted: dict[str, Tally],
    silent: Collection[str] = (),
) -> dict[str, float]:
    """{visit: noisy-OR of its open findings}; of visits, never added up over a person's."""
    query = select(Finding.rec, Finding.rule, Finding.score).where(Finding.state == "open")
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    lots = (session.execute(query.where(Finding.rec.in_(part))) for part in parts(recs))
    for rec, rule, score in (row for rows in lots for row in rows):
        if rule not in silent:
            chance = precision.probability(score, counted.get(rule, Tally()))
            found[rec].append((rule, chance))
    return {rec: precision.risk(found.get(rec, ())) for rec in recs}


def _most(session: Session, now: str, tz: str) -> int:
    day = clock.local_day(now, tz).isoformat()
    return int(parameters.as_of(session, day).get("findings_per_day", PER_DAY))


def _done(session: Session, user: str, now: str, tz: str) -> int:
    """Verdicts since midnight by the office's clock."""
    midnight = datetime.combine(clock.local_day(now, tz), time(), ZoneInfo(tz))
    query = select(func.count()).select_from(Verdict).where(Verdict.by == user)
    return session.scalar(query.where(Verdict.at >= clock.text(midnight))) or 0


def decided(session: Session, finding: Finding) -> Verdict | None:
    """The verdict on a finding's matter."""
    matter: Matter = matter_of(finding)
    return session.get(Verdict, matter)
