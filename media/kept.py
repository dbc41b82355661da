"""How kept files are named and proven, whatever keeps them: by SHA-256, never under another."""

import hashlib
from typing import BinaryIO

from store.errors import NotFound, Refusal

ORIGINALS, VARIANTS = "originals", "variants"
_PIECE = 1 << 20


class HashMismatch(Refusal):
    """The whole file is not what its name says; nothing of it is kept."""

    code = "hash_mismatch"


class StorageUnavailable(Refusal):
    """Where files are kept does not answer; nothing was said to be stored. Send it again."""

    code = "store_unavailable"


def place(sha256: str, variant: str = "") -> str:
    """`originals/ab/cd/<sha256>`, or `variants/ab/cd/<sha256>.<variant>`."""
    folder = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    return f"{VARIANTS}/{folder}.{variant}" if variant else f"{ORIGINALS}/{folder}"


def digest(file: BinaryIO) -> str:
    """The SHA-256 of what is left to read, in lower-case hex."""
    made = hashlib.sha256()
    while piece := file.read(_PIECE):
        made.update(piece)
    return made.hexdigest()


def prove(sha256: str, found: str) -> None:
    """Raises HashMismatch."""
    if found != sha256:
        raise HashMismatch("the whole file's sha256 is another; send it again from the start")


def absent() -> NotFound:
    return NotFound("no such file is kept here", code="file_not_found")
