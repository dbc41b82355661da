"""Signing in with a password, out again, and reading who comes with a request."""

import hashlib
import secrets

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from server.auth import passwords
from server.auth.identity import Identity, NotSignedIn
from store import audit, clock, ids
from store.accounts import Device, Grant, User, WebSession
from store.areas import Area
from store.errors import Refusal
from sync import scope
from sync.scope import Given

IDLE_HOURS = 8
DAYS = 7
CLOSED = "this account was closed; ask your supervisor"
_SEEN_EVERY = 300
"""Seconds between notes of a session's last use, so that reading pages hardly writes."""


class WrongLogin(Refusal):
    """Login or password is wrong; which of the two is not said."""

    code = "wrong_login"


class ShutOut(Refusal):
    """Somebody or something that was let in before and no longer is."""

    device = ""
    """The phone that tried, where one did."""


class UserDisabled(ShutOut):
    """The account was closed."""

    code = "user_disabled"


class DeviceRevoked(ShutOut):
    """The device's token was taken back."""

    code = "device_revoked"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(session: Session, login: str, password: str, agent: str) -> str:
    """A new browser session's token. Raises WrongLogin."""
    user = session.scalars(select(User).where(User.login == login)).one_or_none()
    open_ = user is not None and user.disabled_at is None
    if not passwords.matches(user.password if user and open_ else "", password) or user is None:
        raise WrongLogin("the login or the password is wrong")
    audit.write(session, user.id, "signed_in", user.id)
    return _begin(session, user, agent)


def _begin(session: Session, user: User, agent: str) -> str:
    token, now = secrets.token_urlsafe(32), clock.now()
    session.add(
        WebSession(
            token=digest(token),
            user_id=user.id,
            made_at=now,
            seen_at=now,
            expires_at=clock.after(now, days=DAYS),
            csrf=secrets.token_urlsafe(24),
            agent=agent[:200],
        )
    )
    server_device(session, user.id)
    session.flush()
    return token


def server_device(session: Session, user: str) -> str:
    """The device through which this user's console edits and imports push; made when absent."""
    query = select(Device.id).where(Device.user_id == user, Device.kind == "server")
    known = session.scalars(query).first()
    if known is not None:
        return known
    device = Device(
        id=ids.new(), user_id=user, kind="server", label="console", enrolled_at=clock.now()
    )
    session.add(device)
    session.flush()
    return device.id


def sign_out(session: Session, token: str) -> None:
    session.execute(
        update(WebSession).where(WebSession.token == digest(token)).values(ended_at=clock.now())
    )


def end_all(session: Session, user: str) -> None:
    """End every browser session of a person: at a new password, and when they are disabled."""
    session.execute(
        update(WebSession)
        .where(WebSession.user_id == user, WebSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def from_cookie(session: Session, token: str) -> Identity:
    """Raises NotSignedIn, UserDisabled."""
    now = clock.now()
    row = session.get(WebSession, digest(token))
    live = row is not None and row.ended_at is None and row.expires_at > now
    if row is None or not live or clock.after(row.seen_at, hours=IDLE_HOURS) < now:
        raise NotSignedIn("sign in again")
    user = _open_user(session, row.user_id)
    device = session.scalars(
        select(Device.id).where(Device.user_id == user.id, Device.kind == "server")
    ).first()
    return Identity(
        user=user.id,
        login=user.login,
        name=user.name,
        lang=user.lang,
        device=device or "",
        browser=True,
        grants=scope.grants_of(session, user.id),
        csrf=row.csrf,
        session_token=row.token,
        must_change=user.must_change,
        demo=user.demo,
    )


def is_stale(session: Session, stored: str) -> bool:
    """Whether a session's last use should be noted again."""
    row = session.get(WebSession, stored)
    return row is not None and clock.seconds_between(row.seen_at, clock.now()) > _SEEN_EVERY


def note_use(session: Session, stored: str) -> None:
    session.execute(
        update(WebSession).where(WebSession.token == stored).values(seen_at=clock.now())
    )


def from_bearer(session: Session, token: str) -> Identity:
    """Raises NotSignedIn, DeviceRevoked, UserDisabled; the last two name the device."""
    rows = session.execute(_BY_TOKEN, {"token": digest(token)}).all()
    if not rows:
        raise NotSignedIn("the device is not known here; enrol it again")
    known = rows[0]
    try:
        if known.revoked_at is not None:
            raise DeviceRevoked("this device was taken out of service; enrol it again")
        if known.disabled_at is not None:
            raise UserDisabled(CLOSED)
    except ShutOut as refusal:
        refusal.device = known.device
        raise
    return Identity(
        user=known.user,
        login=known.login,
        name=known.name,
        lang=known.lang,
        device=known.device,
        browser=False,
        grants=tuple(Given(row.role, row.area, row.path) for row in rows if row.role),
        demo=known.demo,
    )


_BY_TOKEN = (
    select(
        Device.id.label("device"), Device.revoked_at, User.id.label("user"), User.login, User.name,
        User.lang, User.demo, User.disabled_at, Grant.role, Grant.area, Area.path,
    )
    .join(User, User.id == Device.user_id)
    .outerjoin(Grant, (Grant.user_id == User.id) & Grant.ended_seq.is_(None))
    .outerjoin(Area, Area.code == Grant.area)
    .where(Device.token == bindparam("token"))
    .order_by(Area.path)
)  # fmt: skip
"""The phone, its person and their roles in one question, built once: phones ask all day."""


def _open_user(session: Session, ident: str) -> User:
    user = session.get_one(User, ident)
    if user.disabled_at is not None:
        raise UserDisabled(CLOSED)
    return user


def change_password(session: Session, user: str, old: str, new: str) -> None:
    """Raises WrongLogin, WeakPassword; ends every other session."""
    row = session.get_one(User, user)
    if not passwords.matches(row.password, old):
        raise WrongLogin("the present password is wrong", old="wrong")
    passwords.check(new, row.login)
    row.password, row.must_change = passwords.hashed(new), False
    end_all(session, user)
    audit.write(session, user, "password_changed", user)
