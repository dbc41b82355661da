"""A phone joins by a one-time code: fifteen minutes, once, only its hash is kept."""

import secrets

from sqlalchemy import update
from sqlalchemy.orm import Session

from server.auth.signin import UserDisabled, digest
from store import audit, clock, ids
from store.accounts import Device, EnrolCode, User
from store.errors import Conflicting, Refusal

MINUTES = 15
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10


class CodeUnknown(Refusal):
    """There is no such code."""

    code = "enrol_code_unknown"


class CodeExpired(Refusal):
    """The code was good for fifteen minutes."""

    code = "enrol_code_expired"


class CodeUsed(Refusal):
    """The code has enrolled a device already."""

    code = "enrol_code_used"


def make(session: Session, user: str, by: str) -> tuple[str, str]:
    """(code as shown `XXXXX-XXXXX`, when it expires). Raises Conflicting for a closed account."""
    if session.get_one(User, user).disabled_at is not None:
        raise Conflicting("this account is closed; open it first")
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    now = clock.now()
    expires = clock.after(now, minutes=MINUTES)
    session.add(
        EnrolCode(code=digest(code), user_id=user, made_by=by, made_at=now, expires_at=expires)
    )
    audit.write(session, by, "enrol_code_made", user)
    session.flush()
    return f"{code[:5]}-{code[5:]}", expires


def address(host: str, code: str) -> str:
    """What the QR says. The code stands behind `#`, so no server or proxy ever logs it."""
    return f"{host.rstrip('/')}/enrol#{code}"


def typed(code: str) -> str:
    """What a person typed, as it was meant (Crockford: O is 0, I and L are 1)."""
    plain = code.upper().replace("-", "").replace(" ", "")
    return plain.translate(str.maketrans("OIL", "011"))


def redeem(
    session: Session, code: str, label: str, model: str, app: str
) -> tuple[Device, str, User]:
    """(device, its token, its user). Raises CodeUnknown, CodeExpired, CodeUsed, UserDisabled."""
    now = clock.now()
    row = session.get(EnrolCode, digest(typed(code)))
    if row is None:
        raise CodeUnknown("there is no such code; look at it again", code_field="unknown")
    if row.used_at is not None:
        raise CodeUsed("this code was used; ask for a new one")
    if row.expires_at < now:
        raise CodeExpired("this code is older than 15 minutes; ask for a new one")
    user = session.get_one(User, row.user_id)
    if user.disabled_at is not None:
        raise UserDisabled("this account was closed; ask your supervisor")
    token = secrets.token_urlsafe(32)
    device = Device(
        id=ids.new(),
        user_id=row.user_id,
        label=label[:100],
        model=model[:100],
        app=app[:50],
        token=digest(token),
        enrolled_at=now,
    )
    taken = session.execute(
        update(EnrolCode)
        .where(EnrolCode.code == row.code, EnrolCode.used_at.is_(None))
        .values(used_at=now, device_id=device.id)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        raise CodeUsed("this code was used; ask for a new one")
    session.add(device)
    audit.write(session, row.user_id, "device_enrolled", device.id, label=label[:100])
    session.flush()
    return device, token, user


def revoke(session: Session, device: Device, by: str) -> None:
    device.revoked_at = device.revoked_at or clock.now()
    audit.write(session, by, "device_revoked", device.id)
    session.flush()
