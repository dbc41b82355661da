"""Which of a county's photos are near this one: every one of them, by comparing with all.

A comparison is an exclusive or and a count of bits, so a million fingerprints take some
milliseconds, and what is found is exact: no index that may miss one, nothing to tune. Arrays of
numpy are walked in blocks that stay in the processor's cache.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
BLOCK = 1 << 14
"""Fingerprints compared at a time: 128 KiB."""
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Asked:
    """64-bit fingerprints (8 bytes each) of one photo: as it is and in its other mirrorings and
    quarter turns; of the whole picture, and of its middle."""

    whole: tuple[bytes, ...]
    middle: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """`row`: the number under which it was added; `bits` that differ, the least over all ways."""

    row: int
    bits: int


class Nearby:
    """Fingerprints of many photos; rows are numbered from 0 in the order they were added."""

    def __init__(self) -> None:
        self._count = 0
        self._whole: Hashes = np.empty(1024, np.uint64)
        self._middle: Hashes = np.empty(1024, np.uint64)

    def __len__(self) -> int:
        return self._count

    def add(self, rows: Iterable[tuple[bytes, bytes]]) -> None:
        """(whole, middle) of each; memory is 16 bytes a photo."""
        flat = b"".join(chain.from_iterable(rows))
        new = np.frombuffer(flat, ">u8").astype(np.uint64).reshape(-1, 2)
        end = self._count + len(new)
        if end > len(self._whole):
            self._whole, self._middle = self._room(self._whole, end), self._room(self._middle, end)
        self._whole[self._count : end] = new[:, 0]
        self._middle[self._count : end] = new[:, 1]
        self._count = end

    def _room(self, old: Hashes, least: int) -> Hashes:
        room = np.empty(max(least, int(len(old) * GROWTH)), np.uint64)
        room[: self._count] = old[: self._count]
        return room

    def near(self, asked: Asked, within: int) -> list[Near]:
        """All that differ in at most `within` bits, the nearest first, then by row.

        The whole is compared with wholes and middles, the middle with wholes: whichever of two
        pictures was cut out of the other.
        """
        best: dict[int, int] = {}
        for start in range(0, self._count, BLOCK):
            end = min(self._count, start + BLOCK)
            whole, middle = self._whole[start:end], self._middle[start:end]
            for held, ways in ((whole, asked.whole), (middle, asked.whole), (whole, asked.middle)):
                for row, bits in _hits(held, ways, within):
                    row += start
                    best[row] = min(bits, best.get(row, bits))
        return [Near(row, bits) for bits, row in sorted((b, r) for r, b in best.items())]


def _hits(held: Hashes, ways: Sequence[bytes], within: int) -> Iterable[tuple[int, int]]:
    differ, bits = np.empty(len(held), np.uint64), np.empty(len(held), np.uint8)
    for way in ways:
        np.bitwise_xor(held, np.uint64(int.from_bytes(way)), out=differ)
        np.bitwise_count(differ, out=bits)
        if bits.min() <= within:
            for row in np.flatnonzero(bits <= within).tolist():
                yield row, int(bits[row])
