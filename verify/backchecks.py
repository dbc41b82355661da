"""Back-checks: a draw is committed to, made on its day, given out, filled in and compared."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import audit, clock, ids, parameters
from store.accounts import Grant, Role, User
from store.areas import Area
from store.backchecks import Draw, Pick
from store.errors import Invalid
from store.records import Record, RecordType
from store.units import Assignment
from store.verdicts import muted
from verify import agreement, docket, drawing
from verify.agreement import Pair
from verify.drawing import Line

FORM, VISIT = "back_check", "about/visit"
MOST = 500
OK_SHARE = 0.1
CHECKERS = (Role.VILLAGE_SUPERVISOR.value, Role.TOWNSHIP_SUPERVISOR.value)
"""Who asks again: never somebody of the same village, never the visitor, never who is paired."""


def plan(
    session: Session, who: str, area: str, days: tuple[str, str, str], size: int, tz: str
) -> Draw:
    """Fix seed and frame before anything is drawn; both hashes go into the log of acts.

    `days`: first and last day of the visits, and the day of the draw, ISO. Raises Invalid.
    """
    since, until, reveal = (_day(each) for each in days)
    today = clock.local_day(clock.now(), tz)
    if not since <= until < reveal or reveal <= today:
        raise Invalid("the day of the draw comes after the visits and after today", days="order")
    if not 1 <= size <= MOST:
        raise Invalid("so many cannot be drawn", size=f"1 to {MOST}")
    frame = drawing.text_of(_frame(session, area, since, until, tz))
    if frame == "[]":
        raise Invalid("there are no visits in these days", days="no visits")
    seed = secrets.token_hex(32)
    row = Draw(
        id=ids.new(),
        area=area,
        since=since.isoformat(),
        until=until.isoformat(),
        size=size,
        reveal_on=reveal.isoformat(),
        seed=seed,
        seed_sha256=drawing.digest(seed),
        frame=frame,
        frame_sha256=drawing.digest(frame),
        committed_at=clock.now(),
        committed_by=who,
    )
    session.add(row)
    told = {"area": area, "size": size, "seed_sha256": row.seed_sha256}
    told |= {"frame_sha256": row.frame_sha256, "since": row.reveal_on}
    audit.write(session, who, "backcheck.committed", row.id, **told)
    session.flush()
    return row


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise Invalid("a day is written 2026-10-18", days="YYYY-MM-DD") from None


def _frame(session: Session, area: str, since: date, until: date, tz: str) -> list[Line]:
    """Every visit of these days below the area, also those where nobody was at home."""
    path = select(Area.path).where(Area.code == area).scalar_subquery()
    inside = select(Area.code).where(Area.path.startswith(path, autoescape=False))
    start, end = (
        clock.text(datetime.combine(day, time(), ZoneInfo(tz)))
        for day in (since, until + timedelta(days=1))
    )
    query = select(Record.id, Record.author).where(
        Record.type == RecordType.SUBMISSION.value,
        Record.area.in_(inside),
        Record.state.is_not(None),
        Record.deleted.is_(False),
        Record.captured_at >= start,
        Record.captured_at < end,
    )
    visits = {rec: author or "" for rec, author in session.execute(query)}
    strata = {who: str(n) for n, who in enumerate(sorted(set(visits.values())))}
    risks = docket.risks_of(session, set(visits), docket.tallies(session), muted(session))
    return [Line(rec, strata[who], drawing.weight(risks[rec])) for rec, who in visits.items()]


def due(session: Session, now: str, tz: str) -> list[Draw]:
    """Draws whose day has come and that were not made yet."""
    day = clock.local_day(now, tz).isoformat()
    query = select(Draw).where(Draw.drawn_at.is_(None), Draw.reveal_on <= day)
    return list(session.scalars(query.order_by(Draw.id).with_for_update()))


def make(session: Session, draw: Draw, now: str) -> list[Pick]:
    """Draw what was committed to, give it out, and show the seed: anybody may draw it again."""
    chosen = drawing.draw(draw.seed, drawing.frame_of(draw.frame), draw.size)
    query = select(Record).where(Record.id.in_({one.rec for one in chosen}))
    visits = {row.id: row for row in session.scalars(query)}
    load: Counter[str] = Counter()
    picks = []
    for one in chosen:
        visit = visits[one.rec]
        checker = _checker(session, draw, visit, load)
        load.update([checker] if checker else [])
        pick = Pick(draw=draw.id, rec=one.rec, unit=visit.unit, way=one.way, checker=checker)
        session.add(pick)
        picks.append(pick)
    draw.drawn_at = now
    audit.write(session, None, "backcheck.drawn", draw.id, seed=draw.seed, count=len(picks))
    session.flush()
    return picks


def _checker(session: Session, draw: Draw, visit: Record, load: Mapping[str, int]) -> str | None:
    """Of those who may, who has the fewest so far; by the seed where several have."""
    here = session.get_one(Area, visit.area).path
    top = session.get_one(Area, draw.area).path
    query = (
        select(Grant.user_id, Grant.role, Area.path)
        .join(Area, Area.code == Grant.area)
        .join(User, User.id == Grant.user_id)
        .where(Grant.ended_seq.is_(None), User.disabled_at.is_(None), Grant.role.in_(CHECKERS))
    )
    rows = session.execute(query).all()
    village = Role.VILLAGE_SUPERVISOR.value
    own = {who for who, role, path in rows if role == village and here.startswith(path)}
    near = {who for who, _, path in rows if path.startswith(top) or here.startswith(path)}
    paired = select(Assignment.user_id).where(
        Assignment.unit == visit.unit, Assignment.ended_seq.is_(None)
    )
    free = near - own - {visit.author} - set(session.scalars(paired))
    return min(free, key=lambda w: (load.get(w, 0), _turn(draw, visit.id, w)), default=None)


def _turn(draw: Draw, rec: str, who: str) -> str:
    return hashlib.sha256(f"{draw.seed}|checker|{rec}|{who}".encode()).hexdigest()


def received(session: Session, filled: Sequence[tuple[str, str, str]], now: str) -> None:
    """Back-checks that came: each closes a pick of its author's, once.

    (submission, household, the visit it names or ""): one that names none, as a phone sends it,
    closes the household's oldest that is open.
    """
    query = select(Record.id, Record.author).where(Record.id.in_([rec for rec, _, _ in filled]))
    authors = {rec: author for rec, author in session.execute(query)}
    for submission, unit, visit in filled:
        author = authors.get(submission)
        mine = select(Pick).where(
            Pick.unit == unit, Pick.checker == author, Pick.submission.is_(None)
        )
        mine = mine.where(Pick.rec == visit) if visit else mine
        pick = session.scalars(mine.order_by(Pick.draw).limit(1).with_for_update()).first()
        known = session.scalars(select(Pick.rec).where(Pick.submission == submission)).first()
        if pick is not None and known is None:
            pick.submission, pick.done_at = submission, now
    session.flush()


def assigned(session: Session, who: str) -> list[tuple[Pick, Draw]]:
    """What somebody is to ask again, those to be done first."""
    query = select(Pick, Draw).join(Draw, Draw.id == Pick.draw).where(Pick.checker == who)
    order = (Pick.done_at.is_not(None), Draw.reveal_on.desc(), Pick.rec)
    return [(pick, draw) for pick, draw in session.execute(query.order_by(*order))]


def pairs(session: Session, draws: Collection[str]) -> list[Pair]:
    """Every question of these draws that was answered twice."""
    query = select(Pick.rec, Pick.submission).where(
        Pick.draw.in_(draws), Pick.submission.is_not(None)
    )
    both = [(rec, str(submission)) for rec, submission in session.execute(query)]
    wanted = {ident for pair in both for ident in pair}
    rows = {r.id: r for r in session.scalars(select(Record).where(Record.id.in_(wanted)))}
    return [
        pair
        for first, second in both
        for pair in _of(rows[first], _answers(rows[first]), _answers(rows[second]))
    ]


def _answers(row: Record) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(row.doc).get("set", {})
    return found


def _of(visit: Record, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Pair]:
    """By the last name of the question, which both forms share."""
    known = {path.rpartition("/")[2]: value for path, value in first.items()}
    told = []
    for path, value in second.items():
        kind, _, name = path.partition("/")
        if kind in agreement.TYPES and agreement.is_answer(value):
            before = known.get(name)
            if agreement.is_answer(before):
                form = f"{visit.form} {visit.form_v}"
                told.append(Pair(name, kind, form, visit.area, before, value))
    return told


def ok_share(session: Session, day: str) -> float:
    """How far an amount may be off the first answer, as a share of it."""
    return float(parameters.as_of(session, day).get("backcheck_ok_share", OK_SHARE))
