"""The cadre is heard first: which findings wait for an answer, and until when.

A finding that a phone hears of waits until it is answered, or until `finding_answer_days` after
it was first found. What is the office's only (level S) has nobody to be asked and waits for none.
Until then inspectors do not see it and it is on no reviewer's list.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from store import clock, parameters, verdicts
from store.bulk import parts
from store.findings import Finding
from store.status import OFFICE_ONLY
from store.verdicts import FindingReply, Matter

DAYS = 7.0


@dataclass(frozen=True, slots=True)
class Hearing:
    """Where one matter stands."""

    since: str
    """When it was first found, in whatever version of the visit."""
    until: str
    """Nobody but the cadre's own supervisors sees it before, unless it was answered."""
    reply: FindingReply | None
    open: bool
    """Whether it may be looked at by everybody in reach."""


def matter_of(row: Finding) -> Matter:
    return row.rec, row.rule, row.path


def of(session: Session, findings: Sequence[Finding], now: str, tz: str) -> dict[str, Hearing]:
    """{finding: where its matter stands}"""
    recs = {row.rec for row in findings}
    first, replies = _first(session, recs), verdicts.answered(session, recs)
    since = {row.id: min(row.made_at, first.get(matter_of(row), row.made_at)) for row in findings}
    days = _days(session, set(since.values()), tz)
    return {
        row.id: _hearing(row, since[row.id], days, replies.get(matter_of(row)), now, tz)
        for row in findings
    }


def _hearing(
    row: Finding,
    since: str,
    days: Mapping[str, float],
    reply: FindingReply | None,
    now: str,
    tz: str,
) -> Hearing:
    until = clock.after(since, days=days[clock.local_day(since, tz).isoformat()])
    asked = orjson.loads(row.numbers).get("level") != OFFICE_ONLY
    return Hearing(since, until, reply, not asked or reply is not None or until <= now)


def _first(session: Session, recs: Collection[str]) -> dict[Matter, str]:
    """{matter: when it was first found}; an edit that finds it again begins no new wait."""
    query = select(Finding.rec, Finding.rule, Finding.path, func.min(Finding.made_at))
    query = query.group_by(Finding.rec, Finding.rule, Finding.path)
    lots = (session.execute(query.where(Finding.rec.in_(part))) for part in parts(recs))
    return {(rec, rule, path): at for rows in lots for rec, rule, path, at in rows}


def _days(session: Session, moments: Collection[str], tz: str) -> dict[str, float]:
    """{local day: days to answer that were in force then}"""
    days = {clock.local_day(moment, tz).isoformat() for moment in moments}
    figures = parameters.by_day(session, days) if days else {}
    told = {day: parameters.of_place(figure, "") for day, figure in figures.items()}
    return {day: float(told[day].get("finding_answer_days", DAYS)) for day in days}


def of_visit(session: Session, rec: str, now: str, tz: str) -> dict[str, Hearing]:
    """{open finding: where it stands} of one visit."""
    query = select(Finding).where(Finding.rec == rec, Finding.state == "open")
    return of(session, list(session.scalars(query)), now, tz)


def shown(
    session: Session, recs: Collection[str], now: str, tz: str
) -> Mapping[str, Sequence[dict[str, Any]]]:
    """{visit: findings as its status tells them} that everybody in reach may see by now."""
    query = select(Finding).where(Finding.state == "open").order_by(Finding.rule, Finding.path)
    lots = (session.scalars(query.where(Finding.rec.in_(part))) for part in parts(recs))
    rows = [row for lot in lots for row in lot]
    heard = of(session, rows, now, tz)
    told: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if heard[row.id].open and orjson.loads(row.numbers).get("level") != OFFICE_ONLY:
            text = {"zh": row.text_zh, "en": row.text_en}
            told[row.rec].append({"rule": row.rule, "path": row.path, "text": text})
    return told
