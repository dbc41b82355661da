"""The cursor: opaque to the device, signed for one person of one server."""

import base64
import hashlib
import hmac
from dataclasses import dataclass

import orjson

from store.seal import Keyring
from sync.errors import CursorInvalid

_SIGN = 16


@dataclass(frozen=True, slots=True)
class Cursor:
    """All up to `position` is known; of (position, head] all up to `after` was sent."""

    epoch: str
    position: int
    head: int
    after: int

    @property
    def known(self) -> int:
        """What was deleted up to here need not be told: a first pull leaves it out at its start."""
        return self.position or self.head

    @property
    def between_pages(self) -> bool:
        return self.head > self.position


def write(keys: Keyring, user: str, cursor: Cursor) -> str:
    body = orjson.dumps([cursor.epoch, cursor.position, cursor.head, cursor.after])
    return base64.urlsafe_b64encode(_sign(keys, user, body) + body).decode().rstrip("=")


def read(keys: Keyring, user: str, text: str) -> Cursor:
    """Raises CursorInvalid for anything that `write` did not make for this user."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as fault:
        raise CursorInvalid("the cursor is damaged", cursor="unreadable") from fault
    sign, body = raw[:_SIGN], raw[_SIGN:]
    if not hmac.compare_digest(sign, _sign(keys, user, body)):
        raise CursorInvalid("the cursor is not of this server and person", cursor="wrong signature")
    return Cursor(*orjson.loads(body))


def _sign(keys: Keyring, user: str, body: bytes) -> bytes:
    return hmac.new(keys.derive("cursor"), user.encode() + body, hashlib.sha256).digest()[:_SIGN]
