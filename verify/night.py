"""One night of a township: asked for, judged once for each input, written in a moment."""

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from store import areas, clock, outbox, parameters, status, verdicts
from store.areas import Area, Level
from store.bulk import parts
from store.db import upsert
from store.errors import NotFound
from store.findings import Finding
from store.nights import NightRun
from store.outbox import Kind, OutboxRow
from store.records import Record, RecordType
from verify import batch, keep
from verify.batch import Check, Night
from verify.finding import Found

FAMILY = "night"
Place = tuple[str, str, str]
"""(record, rule, path)"""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a night found, and the input that it was found in."""

    night: Night
    input: str
    seconds: float


def ask(session: Session, township: str, tz: str) -> bool:
    """Ask for a run at once; False where it was asked for on this day with these visits before.

    Raises NotFound for what is no township.
    """
    area = session.get(Area, township)
    if area is None or area.level != Level.TOWNSHIP.value:
        raise NotFound("there is no such township", township=township)
    day = clock.local_day(clock.now(), tz).isoformat()
    version = f"{day} {_head(session, _codes(session, township))}"
    known = select(OutboxRow.id).where(
        OutboxRow.kind == Kind.NIGHT.value,
        OutboxRow.subject == township,
        OutboxRow.version == version,
    )
    if session.scalars(known).first() is not None:
        return False
    outbox.put(session, Kind.NIGHT, township, version)
    return True


def judge(
    session: Session, township: str, now: str, tz: str, checks: Sequence[Check] | None = None
) -> Judged | None:
    """Read and judge; writes nothing. None where this very input was judged before."""
    begun = time.monotonic()
    named = _input(session, township, clock.local_day(now, tz).isoformat(), checks)
    if session.get(NightRun, (township, named)) is not None:
        return None
    asof = clock.parse(now).astimezone(ZoneInfo(tz))
    night = batch.run(session, township, asof, checks)
    return Judged(night, named, time.monotonic() - begun)


def _input(session: Session, township: str, day: str, checks: Sequence[Check] | None) -> str:
    """Names the day, the newest visit, the figures and the checks."""
    rules = [check.rule for check in (batch.TABLE if checks is None else checks)]
    figures = parameters.as_of(session, day, township)
    told = [day, _head(session, _codes(session, township)), rules, figures]
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _codes(session: Session, township: str) -> list[str]:
    root = session.get(Area, township)
    return [area.code for area in areas.within(session, root.path)] if root else []


def _head(session: Session, codes: Collection[str]) -> int:
    """The feed's position of the newest of what people sent from there."""
    kinds = (RecordType.SUBMISSION, RecordType.HOUSEHOLD, RecordType.MEMBER)
    query = select(func.max(Record.seq)).where(
        Record.type.in_([kind.value for kind in kinds]), Record.area.in_(codes)
    )
    return session.scalar(query) or 0


def write(session: Session, judged: Judged) -> set[str]:
    """Keep a night in the caller's writing transaction; the records whose findings changed.

    What is still so stays as it is and what is not so any more is gone. A rule that fell silent
    says nothing new. The same input again changes nothing.
    """
    night = judged.night
    if not _note(session, judged):
        return set()
    told = {(rec, found.rule, found.path): found for rec, found in night.found}
    silent = verdicts.muted(session)
    wanted = {place: found for place, found in told.items() if found.rule not in silent}
    before = _before(session, night)
    held = status.hold(session, {place[0] for place in wanted} | {row.rec for row in before})
    stand = {(row.rec, row.rule, row.path): row for row in before}
    gone = [row for place, row in stand.items() if place not in told]
    new = {place: f for place, f in wanted.items() if _differs(stand.get(place), f, held)}
    _retire(session, [*gone, *(stand[place] for place in new if place in stand)])
    keep.findings(
        session, [(p[0], held[p[0]], FAMILY, [f]) for p, f in sorted(new.items(), key=_at)]
    )
    changed = {row.rec for row in gone} | {place[0] for place in new}
    visits = select(Record.id).where(
        Record.id.in_(changed), Record.type == RecordType.SUBMISSION.value
    )
    status.refresh(session, list(session.scalars(visits)))
    return changed


def counts(night: Night) -> dict[str, int]:
    """{rule: how many visits and households}"""
    return dict(Counter(found.rule for _, found in night.found))


def _at(each: tuple[Place, Found]) -> Place:
    return each[0]


def _note(session: Session, judged: Judged) -> bool:
    """Whether this call is the first with this input."""
    night = judged.night
    statement = upsert(session, NightRun).values(
        township=night.township,
        input=judged.input,
        asof=clock.text(night.asof),
        ran_at=clock.now(),
        seconds=round(judged.seconds, 3),
        visits=night.looked,
        findings=orjson.dumps(counts(night), option=orjson.OPT_SORT_KEYS).decode(),
    )
    noted = statement.on_conflict_do_nothing().returning(NightRun.input)
    return session.execute(noted).first() is not None


def _before(session: Session, night: Night) -> list[Row[Any]]:
    """What earlier nights found of what was judged now, and is open: these visits, and all that is
    about the township's households; the newest of each place last."""
    of_homes = or_(Record.type == RecordType.HOUSEHOLD.value, Finding.rule.in_(batch.OF_HOMES))
    home = of_homes & Record.area.in_(_codes(session, night.township))
    query = (
        select(*(Finding.id, Finding.rec, Finding.rec_version, Finding.rule, Finding.path),
               Finding.numbers)
        .join(Record, Record.id == Finding.rec)
        .where(Finding.check == FAMILY, Finding.state == "open")
        .order_by(Finding.rec_version, Finding.made_at)
    )  # fmt: skip
    chosen = [home, *(Finding.rec.in_(part) for part in parts(night.subjects))]
    rows: list[Row[Any]] = []
    for where in chosen:
        rows += list(session.execute(query.where(where)))
    return rows


def _differs(row: Row[Any] | None, found: Found, held: Mapping[str, int]) -> bool:
    """Whether a finding is to be written: new, back again, or with other figures."""
    if row is None:
        return True
    told = orjson.loads(orjson.dumps(dict(found.numbers), default=str))
    return bool(row.rec_version != held[row.rec] or orjson.loads(row.numbers) != told)


def _retire(session: Session, rows: Sequence[Row[Any]]) -> None:
    chosen = [row.id for row in rows]
    if chosen:
        session.execute(
            update(Finding)
            .where(Finding.id.in_(chosen))
            .values(state="gone")
            .execution_options(synchronize_session=False)
        )


def last(session: Session, townships: Collection[str]) -> dict[str, NightRun]:
    """{township: its latest run}"""
    query = select(NightRun).where(NightRun.township.in_(townships)).order_by(NightRun.ran_at)
    return {row.township: row for row in session.scalars(query)}
