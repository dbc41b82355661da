"""Households and areas as far as somebody reaches with one permission.

A cadre's permissions hold for the households paired with them, a supervisor's for the area.
Who is a cadre in one village and inspects the whole county sees every household, but unmasks
only their own: the grant that gives the permission must be the one that reaches the household.
"""

from collections.abc import Collection

from sqlalchemy import Select, false, or_, select
from sqlalchemy.sql.elements import ColumnElement

from server.auth.identity import Identity, identity
from server.auth.permissions import TABLE, Permission
from server.services import session
from store.accounts import Role
from store.areas import Area, Level
from store.errors import Forbidden, NotFound
from store.units import UnitPlace
from sync import scope
from sync.scope import Who


def with_permission(known: Identity, permission: Permission) -> Who:
    """The person with only those grants that include the permission."""
    grants = tuple(g for g in known.grants if permission in TABLE[Role(g.role)])
    return Who(known.user, known.device, grants)


def areas(permission: Permission, *levels: Level) -> list[Area]:
    """Areas at and below which the reader has the permission, parents first; of all levels where
    none is named."""
    query = select(Area).where(_inside(permission)).order_by(Area.path)
    if levels:
        query = query.where(Area.level.in_([level.value for level in levels]))
    return list(session().scalars(query))


def area_codes(permission: Permission) -> Select[str]:
    """The codes of all of these, for a query."""
    return select(Area.code).where(_inside(permission))


def _inside(permission: Permission) -> ColumnElement[bool]:
    grants = with_permission(identity(), permission).grants
    return or_(false(), *(Area.path.startswith(g.path, autoescape=True) for g in grants))


def place_of(unit: str) -> UnitPlace:
    """Where a unit stands; raises NotFound outside the reader's scope."""
    found = _place(unit, identity().who())
    if found is None:
        raise NotFound("there is no such household, or none in your area")
    return found


def seen(units: Collection[str]) -> set[str]:
    """Those of these units that the reader may see."""
    query = select(UnitPlace.unit).where(
        UnitPlace.unit.in_(sorted(units)),
        UnitPlace.ended_seq.is_(None),
        UnitPlace.unit.in_(scope.units(identity().who())),
    )
    return set(session().scalars(query))


def reaches(permission: Permission, unit: str) -> bool:
    return _place(unit, with_permission(identity(), permission)) is not None


def require(permission: Permission, unit: str) -> None:
    """Raises NotFound where even existence is not theirs to know, Forbidden otherwise."""
    place_of(unit)
    if not reaches(permission, unit):
        raise Forbidden("your role does not include this", permission=permission.name.lower())


def _place(unit: str, who: Who) -> UnitPlace | None:
    query = select(UnitPlace).where(
        UnitPlace.unit == unit,
        UnitPlace.ended_seq.is_(None),
        UnitPlace.unit.in_(scope.units(who)),
    )
    return session().scalars(query).first()
