"""Who may give a household to whom, and move it where."""

from sqlalchemy.orm import Session

from server.auth import reach, units
from server.auth.identity import Identity, require
from server.auth.permissions import Permission
from server.auth.reach import Person
from store import hands
from store.accounts import Role
from store.areas import Area
from store.errors import Invalid


def cadres(session: Session, known: Identity) -> list[Person]:
    """Whom this person may give households to."""
    people = reach.people(session, known, Permission.REASSIGN)
    return [each for each in people if each.has(Role.CADRE) and each.user.disabled_at is None]


def reassign(
    session: Session, known: Identity, unit: str, login: str, area: str, reason: str
) -> None:
    """Raises NotFound, Forbidden, Invalid; see `store.hands.change`."""
    units.require(Permission.REASSIGN, unit)
    to = None
    if login:
        whom = reach.person_by_login(session, known, Permission.REASSIGN, login)
        if not whom.has(Role.CADRE) or whom.user.disabled_at is not None:
            raise Invalid("households are paired with cadres", login="not a cadre")
        to = whom.id
    if area:
        place = session.get(Area, area)
        require(Permission.REASSIGN, place.path if place else None)
    hands.change(session, unit, to, area or None, reason, known.user)
