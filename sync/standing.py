"""Where units stand for who writes: whether they are theirs now, or were."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from store import areas
from store.accounts import Grant
from store.areas import Area
from store.records import Revision
from store.units import Assignment, UnitPlace
from sync import scope
from sync.scope import OWN, WIDE, WRITING, Who


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit as it stands for somebody who writes: where it is, and whether it is theirs."""

    area: str
    area_path: str
    mine: bool


def standing(session: Session, who: Who, wanted: Collection[str]) -> dict[str, Standing]:
    """Units that exist, each with whether `who` may write there now."""
    paths = who.paths(WIDE & WRITING)
    query = select(UnitPlace).where(UnitPlace.unit.in_(wanted), UnitPlace.ended_seq.is_(None))
    owned = set(
        session.scalars(
            select(Assignment.unit).where(
                Assignment.user_id == who.user,
                Assignment.unit.in_(wanted),
                Assignment.ended_seq.is_(None),
            )
        )
    )
    return {
        place.unit: Standing(
            place.area,
            place.area_path,
            (place.unit in owned and who.has(OWN))
            or any(place.area_path.startswith(p) for p in paths),
        )
        for place in session.scalars(query)
    } | _areas(session, who, wanted)


def _areas(session: Session, who: Who, wanted: Collection[str]) -> dict[str, Standing]:
    """Areas' own units: whoever may write in, above or below an area may write of it."""
    codes = {areas.code_of(unit) for unit in wanted if areas.is_unit(unit)}
    if not codes:
        return {}
    paths = who.paths(WRITING)
    return {
        areas.unit_of(area.code): Standing(
            area.code,
            area.path,
            any(area.path.startswith(p) or p.startswith(area.path) for p in paths),
        )
        for area in session.scalars(select(Area).where(Area.code.in_(codes)))
    }


def had_once(session: Session, who: Who, unit: str, seen: int | None) -> bool:
    """Whether the unit was in `who`'s hands when what they saw of it was current.

    `seen` is the version of the household that the op was based on, if known.
    """
    if areas.is_unit(unit):
        return _worked_there(session, who, areas.code_of(unit))
    since = _stamped(session, unit, seen)
    assigned = select(Assignment.id).where(
        Assignment.user_id == who.user,
        Assignment.unit == unit,
        scope.open_after(Assignment.ended_seq, since),
    )
    granted = scope.reached(who, WIDE & WRITING).where(
        UnitPlace.unit == unit,
        scope.open_after(Grant.ended_seq, since),
        scope.open_after(UnitPlace.ended_seq, since),
    )
    return session.execute(select(or_(assigned.exists(), granted.exists()))).scalar_one()


def _worked_there(session: Session, who: Who, code: str) -> bool:
    """Whether somebody ever might write of an area."""
    given = aliased(Area)
    held = (
        select(Grant.id)
        .join(given, given.code == Grant.area)
        .join(Area, scope.in_line(given))
        .where(Area.code == code, Grant.user_id == who.user, Grant.role.in_(sorted(WRITING)))
    )
    return session.execute(select(held.exists())).scalar_one()


def _stamped(session: Session, rec: str, version: int | None) -> int:
    if version is None:
        return 0
    query = select(Revision.seq).where(Revision.rec == rec, Revision.version == version).limit(1)
    return session.execute(query).scalar_one_or_none() or 0
