"""Ids a phone makes: version 7 UUIDs and the short ids of repeat rows."""

from __future__ import annotations

import hashlib
import os
import uuid

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def uuid7(at: float, salt: bytes | None = None) -> str:
    """A version 7 UUID of the second `at` (Unix time). With a salt it is repeatable: a demo
    started again makes the same ids and so no second copy of anything."""
    tail = hashlib.sha256(salt).digest()[:10] if salt is not None else os.urandom(10)
    raw = bytearray(int(at * 1000).to_bytes(6, "big") + tail)
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))


def row_id(salt: bytes) -> str:
    """Eight characters that name a repeat row for ever, wherever it stands."""
    digest = hashlib.sha256(salt).digest()
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:8])
