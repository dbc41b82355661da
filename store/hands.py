"""A household changes hands or place (W12): intervals end and begin at one position of the feed.

Whoever gets it is sent it whole, however long ago it changed; whoever loses it keeps its copy
until their own ops there are acknowledged. Callers have made sure who may do this.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from store import audit, clock, feed, status
from store.areas import Area
from store.conflicts import Conflict
from store.errors import Invalid, NotFound
from store.records import Record
from store.units import Assignment, UnitPlace

MAX_REASON = 200


@dataclass(frozen=True, slots=True)
class Hands:
    """In whose hands a household is, and where it stands."""

    cadres: tuple[str, ...]
    area: str


def of(session: Session, unit: str) -> Hands:
    """Raises NotFound for what stands nowhere."""
    place = _place(session, unit)
    return Hands(tuple(a.user_id for a in _pairings(session, unit)), place.area)


def change(
    session: Session, unit: str, cadre: str | None, area: str | None, reason: str, by: str | None
) -> None:
    """Give the household to `cadre`, move it to `area`, or both, in the caller's transaction.

    Raises Invalid without a reason or where nothing would change, NotFound.
    """
    told = reason.strip()
    if not told or len(told) > MAX_REASON:
        raise Invalid("say why", reason=f"1 to {MAX_REASON} characters")
    before = of(session, unit)
    to = cadre if cadre is not None and before.cadres != (cadre,) else None
    new = area if area is not None and before.area != area else None
    if to is None and new is None:
        raise Invalid("this would change nothing", login="as it is", area="as it is")
    status.lock(session, session.scalars(select(Record.id).where(Record.unit == unit)))
    if new is not None:
        move(session, unit, new)
    if to is not None:
        _pair(session, unit, to, told)
    audit.write(
        session, by, "household.reassigned", unit, old=list(before.cadres), new=to,
        left=before.area if new else None, area=new,
    )  # fmt: skip
    session.flush()


def _place(session: Session, unit: str) -> UnitPlace:
    query = select(UnitPlace).where(UnitPlace.unit == unit, UnitPlace.ended_seq.is_(None))
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("there is no such household")
    return found


def _pairings(session: Session, unit: str) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.unit == unit, Assignment.ended_seq.is_(None))
    return session.scalars(query.order_by(Assignment.id)).all()


def _pair(session: Session, unit: str, cadre: str, reason: str) -> None:
    """The old pairings end where the new one begins; one that goes on stays as it is."""
    seq, now = feed.take(session), clock.now()
    kept = False
    for pairing in _pairings(session, unit):
        if pairing.user_id == cadre:
            kept = True
        else:
            pairing.ended_seq, pairing.ended_at = seq, now
    if not kept:
        made = Assignment(user_id=cadre, unit=unit, started_at=now, reason=reason)
        made.started_seq = seq
        session.add(made)
    session.flush()


def move(session: Session, unit: str, area: str) -> None:
    """The place, and every record with it: who keeps the household hears where it stands now."""
    there = session.get(Area, area)
    if there is None:
        raise Invalid("no such area", code="area_unknown", area=area)
    old = _place(session, unit)
    recs = list(session.scalars(select(Record.id).where(Record.unit == unit).order_by(Record.id)))
    first = feed.take(session, len(recs) + 1)
    old.ended_seq = first
    session.add(UnitPlace(unit=unit, area=area, area_path=there.path, started_seq=first))
    table = Record.__table__
    statement = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("key"))
        .values(area=area, seq=bindparam("moved"))
    )
    rows = [{"key": rec, "moved": first + 1 + at} for at, rec in enumerate(recs)]
    if rows:
        session.connection().execute(statement, rows)
    session.execute(update(Conflict).where(Conflict.unit == unit).values(area=area))
    session.flush()
