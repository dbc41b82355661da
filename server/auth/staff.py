"""People: added, disabled, given one-time passwords; for console, CLI and import alike."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.auth import passwords, signin
from server.auth.identity import Identity
from server.auth.permissions import MAY_GRANT
from store import audit, clock, feed, ids
from store.accounts import Grant, Role, User
from store.areas import Area
from store.errors import Conflicting, Forbidden, Invalid

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


class LoginTaken(Conflicting):
    """Somebody has this login."""

    code = "login_taken"


def add(
    session: Session, login: str, name: str, role: str, area: str, by: str | None
) -> tuple[User, str]:
    """(the person, their one-time password). Raises Invalid, LoginTaken."""
    _check(session, login, name, role, area)
    if session.scalars(select(User.id).where(User.login == login)).first():
        raise LoginTaken(f"the login {login} is taken", login="taken")
    password = passwords.one_time()
    user = User(
        id=ids.new(),
        login=login,
        name=name.strip(),
        password=passwords.hashed(password),
        must_change=True,
        created_at=clock.now(),
    )
    session.add(user)
    session.flush()
    give(session, user.id, role, area)
    audit.write(session, by, "staff_added", user.id, login=login, role=role, area=area)
    return user, password


def _check(session: Session, login: str, name: str, role: str, area: str) -> None:
    faults = {}
    if not _LOGIN.fullmatch(login):
        faults["login"] = "2 to 40 of a-z, 0-9, dot, dash, underscore"
    if not name.strip() or len(name) > 100:
        faults["name"] = "1 to 100 characters"
    if role not in {r.value for r in Role}:
        faults["role"] = "unknown role"
    if session.get(Area, area) is None:
        faults["area"] = "unknown area"
    if faults:
        raise Invalid("this person cannot be added").with_fields(faults)


def give(session: Session, user: str, role: str, area: str) -> None:
    """A grant, from this moment of the feed on."""
    seq = feed.take(session)
    session.add(
        Grant(
            id=ids.new(),
            user_id=user,
            role=role,
            area=area,
            started_seq=seq,
            started_at=clock.now(),
        )
    )
    session.flush()


def may_give(who: Identity, role: str, area_path: str) -> None:
    """Raises Forbidden: nobody gives a role above or beside their own."""
    for given in who.grants:
        allowed = MAY_GRANT.get(Role(given.role), frozenset())
        if area_path.startswith(given.path) and role in {each.value for each in allowed}:
            return
    raise Forbidden("you cannot give this role here", role=role)


def disable(session: Session, user: User, by: str | None) -> None:
    """Closed at once: browser sessions end, devices are refused at their next request."""
    user.disabled_at = user.disabled_at or clock.now()
    signin.end_all(session, user.id)
    audit.write(session, by, "staff_disabled", user.id)
    session.flush()


def enable(session: Session, user: User, by: str | None) -> None:
    user.disabled_at = None
    audit.write(session, by, "staff_enabled", user.id)
    session.flush()


def reset(session: Session, user: User, by: str | None) -> str:
    """A one-time password, shown once."""
    password = passwords.one_time()
    user.password, user.must_change = passwords.hashed(password), True
    signin.end_all(session, user.id)
    audit.write(session, by, "password_reset", user.id)
    session.flush()
    return password
