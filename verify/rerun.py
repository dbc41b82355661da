"""A past month with other thresholds: what would have been found, and what not. Writes nothing.

Only checks that look at one visit by itself are run again: those over many visits have frames of
their own. Both readings use the rules as they are now; they differ in the figures alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from store import clock
from store.errors import Invalid
from store.records import Record, RecordType
from store.seal import Keyring
from verify import pipeline
from verify.album import Album
from verify.catalogue import AT_NIGHT, FIGURES, version_of
from verify.pipeline import Result

LOT = 50
Figures = Mapping[str, Any]
Found = set[tuple[str, str, str]]
"""(visit, rule, path)"""


@dataclass(frozen=True, slots=True)
class Line:
    """One rule, then and now."""

    rule: str
    version: str
    before: int
    after: int
    gained: tuple[str, ...]
    """Visits with a finding that they did not have; some of them."""
    lost: tuple[str, ...]


@dataclass(slots=True)
class Difference:
    """What other figures would have made of a month."""

    visits: int = 0
    left: int = 0
    """Visits of the month that were not looked at."""
    lines: list[Line] = field(default_factory=list)


def figures_of(words: Sequence[str]) -> dict[str, Any]:
    """`name=value` and `name.part=value` as figures; raises Invalid for what nothing here uses."""
    told: dict[str, Any] = {}
    for one in words:
        name, sign, value = (part.strip() for part in one.partition("="))
        whole, _, part = name.partition(".")
        if not sign or whole not in FIGURES:
            raise Invalid("there is no such figure", figure=name or one)
        if whole in AT_NIGHT:
            raise Invalid("only nightly checks use this figure", figure=name)
        try:
            number = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise Invalid("a figure is a number", figure=name) from None
        if part:
            told.setdefault(whole, {})[part] = number
        else:
            told[whole] = number
    return told


def days_of(month: str, tz: str) -> tuple[str, str]:
    """The first moment of a month and of the next one, by the office's clock. Raises Invalid."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Invalid("a month is written 2026-10", month="YYYY-MM") from None
    following = (first + timedelta(days=32)).replace(day=1)
    here = ZoneInfo(tz)
    since, until = (clock.text(datetime.combine(d, time(), here)) for d in (first, following))
    return since, until


def compare(
    session: Session,
    keys: Keyring,
    month: str,
    changed: Figures,
    tz: str,
    reach: ColumnElement[bool] | None = None,
    most: int | None = None,
) -> Difference:
    """Run the month twice; `reach` narrows which records, `most` how many, the latest first."""
    since, until = days_of(month, tz)
    query = select(Record.id, Record.version).where(
        Record.type == RecordType.SUBMISSION.value,
        Record.deleted.is_(False),
        Record.captured_at >= since,
        Record.captured_at < until,
    )
    if reach is not None:
        query = query.where(reach)
    every = session.execute(query.order_by(Record.captured_at.desc(), Record.id)).all()
    chosen = [(rec, version) for rec, version in every][:most]
    album = Album()
    before, after = (_found(session, keys, chosen, told, tz, album) for told in ({}, changed))
    return Difference(len(chosen), len(every) - len(chosen), _lines(before, after))


def _found(
    session: Session,
    keys: Keyring,
    chosen: Sequence[tuple[str, int]],
    changed: Figures,
    tz: str,
    album: Album,
) -> Found:
    return {
        (result.visit.id, item.rule, item.path)
        for result in _results(session, keys, chosen, changed, tz, album)
        for judgement in result.judgements.values()
        for item in judgement.found
    }


def _results(
    session: Session,
    keys: Keyring,
    chosen: Sequence[tuple[str, int]],
    changed: Figures,
    tz: str,
    album: Album,
) -> Iterator[Result]:
    for start in range(0, len(chosen), LOT):
        lot = chosen[start : start + LOT]
        yield from pipeline.on_accepted(session, keys, lot, tz, changed)
        for rec, version in lot:
            result = pipeline.on_complete(session, keys, rec, version, tz, album, changed)
            if result is not None:
                yield result


def _lines(before: Found, after: Found) -> list[Line]:
    then, now = (Counter(rule for _, rule, _ in found) for found in (before, after))
    return [
        Line(
            rule=rule,
            version=version_of(rule),
            before=then[rule],
            after=now[rule],
            gained=_visits(after - before, rule),
            lost=_visits(before - after, rule),
        )
        for rule in sorted(then | now)
    ]


def _visits(found: Found, rule: str) -> tuple[str, ...]:
    return tuple(sorted({rec for rec, each, _ in found if each == rule}))
