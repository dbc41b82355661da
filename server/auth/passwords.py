"""Passwords: argon2id (19 MiB, two rounds), and a policy that people can follow."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from store.errors import Invalid

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))
MIN = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class WeakPassword(Invalid):
    """A password that others would guess."""

    code = "weak_password"


def hashed(password: str) -> str:
    return _hasher.hash(password)


def matches(encoded: str, password: str) -> bool:
    """The same work for an unknown login (empty `encoded`) as for a wrong password."""
    try:
        return _hasher.verify(encoded or _NOBODY, password) and bool(encoded)
    except (VerificationError, InvalidHashError):
        return False


def check(password: str, login: str) -> None:
    """Raises WeakPassword."""
    if len(password) < MIN or len(password) > 200:
        raise WeakPassword(f"a password has {MIN} to 200 characters", password="length")
    if login.lower() in password.lower() or len(set(password)) < 5:
        raise WeakPassword("the password is too easy to guess", password="too simple")


def one_time() -> str:
    """Three groups of four, easy to read out; about 59 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
