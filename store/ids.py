"""Identifiers: lower-case UUID text, version 7 (RFC 9562) where we make them."""

import hashlib
import os
import re
import time
import uuid

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ROW = re.compile(r"[a-z0-9]{8}")
_SPACE = uuid.UUID("6f1c8d0e-5b3a-5e0f-9a57-2f7a3c9d1b40")


def new() -> str:
    """A UUIDv7: milliseconds first, so that new rows land at an index's end."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    text = f"{value & ~(0x3 << 62) | 0x2 << 62:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def derived(*parts: str) -> str:
    """The same id for the same parts, on every node and every day (UUIDv5, as `uuid` makes it)."""
    told = _SPACE.bytes + "\x1f".join(parts).encode()
    text = hashlib.sha1(told, usedforsecurity=False).hexdigest()
    kind = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{kind}{text[17:20]}-{text[20:32]}"


def is_uuid(value: object) -> bool:
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def is_row(value: object) -> bool:
    """A repeat row's id: eight characters of a-z and 0-9, made by the device."""
    return isinstance(value, str) and _ROW.fullmatch(value) is not None
