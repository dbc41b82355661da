"""Households as far as somebody reaches with one permission.

A cadre's permissions hold for the households paired with them, a supervisor's for the area.
Who is a cadre in one village and inspects the whole county sees every household, but unmasks
only their own: the grant that gives the permission must be the one that reaches the household.
"""

from collections.abc import Collection

from sqlalchemy import Select, false, or_, select

from server.auth.identity import Identity, identity
from server.auth.permissions import TABLE, Permission
from server.services import session
from store.accounts import Role
from store.areas import Area
from store.errors import Forbidden, NotFound
from store.units import UnitPlace
from sync import scope
from sync.scope import Who


def with_permission(known: Identity, permission: Permission) -> Who:
    """The person with only those grants that include the permission."""
    grants = tuple(g for g in known.grants if permission in TABLE[Role(g.role)])
    return Who(known.user, known.device, grants)


def areas(permission: Permission) -> Select[str]:
    """Codes of the areas in which the reader has it."""
    paths = sorted({g.path for g in with_permission(identity(), permission).grants})
    below = [Area.path.startswith(path, autoescape=True) for path in paths]
    return select(Area.code).where(or_(false(), *below))


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
