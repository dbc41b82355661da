"""Whose account and phone is within somebody's reach: seen by area, touched only downward.

Who holds nothing any more stays in reach of where they held something: what they could not send
before it ended still comes, and somebody must be able to look after it.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import Session, aliased

from server.auth.identity import Identity
from server.auth.permissions import BELOW, TABLE, Permission
from store.accounts import Device, Grant, Role, User
from store.areas import Area
from store.errors import Forbidden, NotFound
from sync.scope import Given


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a login and everything they were given, also outside the reader's area."""

    user: User
    grants: tuple[Given, ...]
    once: tuple[Given, ...] = ()
    """What they held before, where they hold nothing now."""

    @property
    def id(self) -> str:
        return self.user.id

    def has(self, *roles: Role) -> bool:
        return any(Role(given.role) in roles for given in self.grants)


def ids(who: Identity, permission: Permission) -> Select[str]:
    """The users who hold anything below an area where `who` has this permission, or did last."""
    paths = sorted({g.path for g in who.grants if permission in TABLE[Role(g.role)]})
    inside = [Area.path.startswith(path, autoescape=True) for path in paths]
    other = aliased(Grant)
    holds = select(other.id).where(other.user_id == Grant.user_id, other.ended_seq.is_(None))
    return (
        select(Grant.user_id)
        .join(Area, Area.code == Grant.area)
        .where(or_(Grant.ended_seq.is_(None), ~holds.exists()))
        .where(or_(*inside) if inside else false())
    )


def people(session: Session, who: Identity, permission: Permission) -> list[Person]:
    """Everybody in the area, by login; disabled people too."""
    return _read(session, select(User).where(User.id.in_(ids(who, permission))))


def person(session: Session, who: Identity, permission: Permission, ident: str) -> Person:
    """One of them, by id; raises NotFound where even existence is not theirs to know."""
    query = select(User).where(User.id == ident, User.id.in_(ids(who, permission)))
    return _only(_read(session, query))


def person_by_login(session: Session, who: Identity, permission: Permission, login: str) -> Person:
    """One of them, by login; raises NotFound."""
    query = select(User).where(User.login == login, User.id.in_(ids(who, permission)))
    return _only(_read(session, query))


def phones(session: Session, who: Identity) -> list[tuple[Device, Person]]:
    """Phones of people in the area, the latest enrolled first."""
    owners = {each.id: each for each in people(session, who, Permission.ENROL)}
    query = select(Device).where(Device.kind == "phone", Device.user_id.in_(owners))
    rows = session.scalars(query.order_by(Device.enrolled_at.desc(), Device.id))
    return [(device, owners[device.user_id]) for device in rows]


def phone(session: Session, who: Identity, ident: str) -> tuple[Device, Person]:
    """One of these phones; raises NotFound."""
    device = session.get(Device, ident)
    if device is None or device.kind != "phone":
        raise NotFound("there is no such phone, or none in your area")
    return device, person(session, who, Permission.ENROL, device.user_id)


def may_touch(who: Identity, permission: Permission, whom: Person) -> bool:
    """Whether all that a person holds lies in `who`'s area and below `who`'s own role.

    A code or a new password opens everything the person may do, so one role outside or
    above is enough to say no. Their own phone everybody with ENROL may join; their own
    account nobody closes, and a new password of one's own has its page.
    """
    if whom.id == who.user:
        return permission is Permission.ENROL
    return all(_below(who, permission, held) for held in whom.grants or whom.once)


def touch(who: Identity, permission: Permission, whom: Person) -> None:
    """Raises Forbidden."""
    if whom.id == who.user and not may_touch(who, permission, whom):
        raise Forbidden("nobody does this to their own account", login=whom.user.login)
    if not may_touch(who, permission, whom):
        raise Forbidden(
            "this person also works outside your area, or stands above you", login=whom.user.login
        )


def _below(who: Identity, permission: Permission, held: Given) -> bool:
    return any(
        held.path.startswith(given.path)
        and Role(held.role) in BELOW[permission].get(Role(given.role), frozenset())
        for given in who.grants
    )


def _read(session: Session, query: Select[User]) -> list[Person]:
    users = list(session.scalars(query.order_by(User.login)))
    held = (
        select(Grant.user_id, Grant.role, Grant.area, Area.path, Grant.ended_seq.is_(None))
        .join(Area, Area.code == Grant.area)
        .where(Grant.user_id.in_([user.id for user in users]))
        .order_by(Area.path, Grant.role)
    )
    given: dict[tuple[str, bool], list[Given]] = defaultdict(list)
    for user, role, area, path, now in session.execute(held):
        given[(user, bool(now))].append(Given(role, area, path))
    return [_person(user, given[(user.id, True)], given[(user.id, False)]) for user in users]


def _person(user: User, now: list[Given], once: list[Given]) -> Person:
    return Person(user, tuple(now), () if now else tuple(once))


def _only(found: list[Person]) -> Person:
    if not found:
        raise NotFound("there is no such person, or none in your area")
    return found[0]
