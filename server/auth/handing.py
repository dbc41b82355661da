"""Who may give a household to whom, and move it where."""

from sqlalchemy.orm import Session

from server.auth import reach, units
from server.auth.identity import Identity, require
from server.auth.permissions import Permission
from server.auth.reach import Person
from store import hands
from store.accounts import Role
from store.areas import Area
from store.errors import Forbidden, Invalid, NotFound


def cadres(session: Session, known: Identity) -> list[Person]:
    """Whom this person may give households to."""
    people = reach.people(session, known, Permission.REASSIGN)
    return [each for each in people if each.has(Role.CADRE) and each.user.disabled_at is None]


def reassign(
    session: Session, known: Identity, unit: str, login: str, area: str, reason: str
) -> None:
    """Raises NotFound, Forbidden, Invalid with the field that is wrong; see `hands.change`."""
    units.require(Permission.REASSIGN, unit)
    to = _cadre(session, known, login) if login else None
    if area:
        _place(session, area)
    hands.change(session, unit, to, area or None, reason, known.user)


def _cadre(session: Session, known: Identity, login: str) -> str:
    try:
        whom = reach.person_by_login(session, known, Permission.REASSIGN, login)
    except NotFound as refusal:
        refusal.with_fields({"login": "unknown"})
        raise
    if not whom.has(Role.CADRE) or whom.user.disabled_at is not None:
        raise Invalid("households are paired with cadres", login="not a cadre")
    return whom.id


def _place(session: Session, area: str) -> None:
    place = session.get(Area, area)
    try:
        require(Permission.REASSIGN, place.path if place else None)
    except (NotFound, Forbidden) as refusal:
        refusal.with_fields({**refusal.fields, "area": "not yours"})
        raise
