"""All photos of the county, to be compared with one: kept in a worker's memory, 72 bytes each.

The table is the truth: an album begins empty, reads what it does not know before every answer, and
so gives the same answer in every process and after every restart.
"""

from collections.abc import Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from media.nearby import Near, Nearby
from media.prints import Prints
from store.media import PhotoIndex

OVERLAP = 2000
"""Rows are numbered when they are written and seen when they are committed, which may be in another
order: so many numbers back are read again. A number whose transaction was given up may come back
with another photo, so that a row is known by both."""
PAGE = 20_000
_NAME = 32


class Album:
    """`catch_up`, then `near`. Of one process; not for several threads."""

    def __init__(self) -> None:
        self._nearby = Nearby()
        self._names = bytearray()
        self._last = 0
        self._recent: dict[int, str] = {}

    def __len__(self) -> int:
        return len(self._nearby)

    def catch_up(self, session: Session) -> None:
        """Read what was added since the last time."""
        after = self._last - OVERLAP
        while rows := _page(session, after):
            fresh = [row for row in rows if self._recent.get(row.serial) != row.sha256]
            self._nearby.add(row.codes for row in fresh)
            for row in fresh:
                self._names += bytes.fromhex(row.sha256)
            after = rows[-1].serial
            self._last = max(self._last, after)
            self._recent |= {row.serial: row.sha256 for row in fresh}
        floor = self._last - OVERLAP
        self._recent = {serial: sha for serial, sha in self._recent.items() if serial > floor}

    def near(self, prints: Prints, within: int) -> list[tuple[str, int]]:
        """[(SHA-256 of a photo, bits that differ)], the nearest first; itself among them. Photos
        as near as each other come in the order of their hashes, which is the same everywhere."""
        found = self._nearby.near(prints.asked, within)
        return [(name, bits) for bits, name in sorted((n.bits, self._name(n)) for n in found)]

    def _name(self, near: Near) -> str:
        return self._names[near.row * _NAME : (near.row + 1) * _NAME].hex()


def _page(session: Session, after: int) -> Sequence[Row[int, str, bytes]]:
    query = select(PhotoIndex.serial, PhotoIndex.sha256, PhotoIndex.codes)
    query = query.where(PhotoIndex.serial > after).order_by(PhotoIndex.serial).limit(PAGE)
    return session.execute(query).all()
