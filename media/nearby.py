"""Which of a county's photos are near this one: every one of them, by comparing with all.

A comparison is an exclusive or and a count of bits, so a million fingerprints take some
milliseconds, and what is found is exact: no index that may miss one, nothing to tune. Arrays of
numpy are walked in blocks that stay in the processor's cache.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
CODES = 5
"""64-bit fingerprints of a photo: of the whole, and of four windows of nine tenths."""
BLOCK = 1 << 15
"""Photos compared at a time: 256 KiB of one fingerprint."""
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Asked:
    """64-bit fingerprints (8 bytes each) of the photo that is looked for: the whole in all eight
    mirrorings and quarter turns; the whole as it is and mirrored; its windows in the same ways."""

    ways: tuple[bytes, ...]
    whole: tuple[bytes, ...]
    cuts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """`row`: the number under which it was added; `bits` that differ, the least over all ways."""

    row: int
    bits: int


class Nearby:
    """Fingerprints of many photos; rows are numbered from 0 in the order they were added."""

    def __init__(self) -> None:
        self._count = 0
        self._held: Hashes = np.empty((CODES, 1024), np.uint64)

    def __len__(self) -> int:
        return self._count

    def add(self, codes: Iterable[bytes]) -> None:
        """CODES × 8 bytes of each photo."""
        new = np.frombuffer(b"".join(codes), ">u8").astype(np.uint64).reshape(-1, CODES).T
        end = self._count + new.shape[1]
        if end > self._held.shape[1]:
            room = np.empty((CODES, max(end, int(self._count * GROWTH))), np.uint64)
            room[:, : self._count] = self._held[:, : self._count]
            self._held = room
        self._held[:, self._count : end] = new
        self._count = end

    def near(self, asked: Asked, within: int) -> list[Near]:
        """All that differ in at most `within` bits, the nearest first, then by row.

        Whole is compared with whole, and with the windows of the other: either may have been cut
        out of the other.
        """
        best: dict[int, int] = {}
        for start in range(0, self._count, BLOCK):
            whole, *cuts = self._held[:, start : min(self._count, start + BLOCK)]
            pairs = [
                (whole, asked.ways),
                (whole, asked.cuts),
                *((cut, asked.whole) for cut in cuts),
            ]
            for held, ways in pairs:
                for row, bits in _hits(held, ways, within):
                    best[start + row] = min(bits, best.get(start + row, bits))
        return [Near(row, bits) for bits, row in sorted((b, r) for r, b in best.items())]


def _hits(held: Hashes, ways: Sequence[bytes], within: int) -> Iterator[tuple[int, int]]:
    differ, bits = np.empty(len(held), np.uint64), np.empty(len(held), np.uint8)
    for way in ways:
        np.bitwise_xor(held, np.uint64(int.from_bytes(way)), out=differ)
        np.bitwise_count(differ, out=bits)
        if bits.min() <= within:
            for row in np.flatnonzero(bits <= within).tolist():
                yield row, int(bits[row])
