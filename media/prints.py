"""Fingerprints of a picture that hold when it is saved anew, cut, stamped, mirrored or turned.

`prints` takes them once, `same` compares two of them; both are pure. What the limits find and
what they cannot is measured by `python -m benchmarks.media`, see benchmarks/README.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.fingerprint import BITS, SIDE, SLOPES, dhash, distance, fingerprint
from media.nearby import Asked

TURNINGS = 8
_ENOUGH = 4 * SIDE
_FINE = SLOPES * (SLOPES + 1)
_SLOPE_BYTES, _WAVE_BYTES = SLOPES * SLOPES // 8, BITS // 8
Box = tuple[float, float, float, float]


def _grid(kept: float) -> tuple[Box, ...]:
    """Nine windows of one size: in the corners, at the middles of the rims, in the centre."""
    starts = (0.0, (1 - kept) / 2, 1 - kept)
    return tuple((x, y, x + kept, y + kept) for y in starts for x in starts)


WINDOWS = (*_grid(0.95), *_grid(0.9), *_grid(0.85), (0.1, 0.1, 0.9, 0.9))
"""(left, top, right, bottom) in parts of the whole: what somebody may have cut out."""
CUTS: tuple[Box, ...] = tuple(
    (x, y, x + 0.9, y + 0.9) for x in (0.025, 0.075) for y in (0.025, 0.075)
)
"""Four windows of which one is at most 2.5 % beside any cut of a tenth; small enough to be looked
for among a million photos."""
_HELD = (0, 4)
"""Ways in which cuts are held: as they are, and mirrored."""
SIZE = (
    TURNINGS * (_SLOPE_BYTES + _WAVE_BYTES)
    + len(WINDOWS) * _WAVE_BYTES
    + len(CUTS) * len(_HELD) * _SLOPE_BYTES
)

SLOPES_SAME = 8
WAVES_SAME, WAVES_LIKE, WAVES_APART = 48, 62, 80
"""Slopes alone say nothing: of the pairs of different photos 0.8 % have 14 bits or fewer in one of
eight turnings, which in a township is one with nearly every visit."""


@dataclass(frozen=True, slots=True)
class Prints:
    """Of an upright picture. `slopes` (8 bytes each) and `waves` (32) hold it as it is, then in
    its seven other mirrorings and quarter turns; `windows` (32) hold WINDOWS in their order;
    `cuts` (8) hold each of CUTS as it is and mirrored."""

    slopes: tuple[bytes, ...]
    waves: tuple[bytes, ...]
    windows: tuple[bytes, ...]
    cuts: tuple[bytes, ...]

    @property
    def codes(self) -> bytes:
        """40 bytes by which a photo is looked for among many, see media.nearby."""
        return b"".join((self.slopes[0], *self.cuts[:: len(_HELD)]))

    @property
    def asked(self) -> Asked:
        """What a search for near photos compares with those codes."""
        return Asked(self.slopes, tuple(self.slopes[way] for way in _HELD), self.cuts)

    def packed(self) -> bytes:
        """SIZE bytes, for a column."""
        return b"".join((*self.slopes, *self.waves, *self.windows, *self.cuts))


class Verdict(Enum):
    """How alike two pictures are; never who made them so."""

    SAME = "same"
    LIKE = "like"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Bits that differ, the least over all ways to hold the picture: `slopes` of 64, `waves` and
    `window` of 256. `turning` is the way that fitted best (0: as it is)."""

    verdict: Verdict
    slopes: int
    waves: int
    window: int
    turning: int


def prints(image: Image.Image) -> Prints:
    """Fingerprints of an upright, decoded picture of any size."""
    grey = _bounded(image.convert("L"))
    fine, small = _pixels(grey, _FINE), _pixels(grey, SIDE)
    return Prints(
        tuple(dhash(_slopes(turned)) for turned in _turnings(fine)),
        tuple(fingerprint(turned) for turned in _turnings(small)),
        tuple(fingerprint(_pixels(grey, SIDE, box)) for box in WINDOWS),
        tuple(way for box in CUTS for way in _held(_pixels(grey, _FINE, box))),
    )


def _held(square: NDArray[np.float64]) -> tuple[bytes, bytes]:
    return dhash(_slopes(square)), dhash(_slopes(square[:, ::-1]))


def _bounded(grey: Image.Image) -> Image.Image:
    """256×256 pixels hold all that the windows need, four times over."""
    return grey.resize((_ENOUGH, _ENOUGH), Image.Resampling.BOX)


def slopes_of(image: Image.Image) -> bytes:
    """The first of `slopes` alone, of a decoded picture of any size."""
    return dhash(_slopes(_pixels(image.convert("L"), _FINE)))


def unpacked(kept: bytes) -> Prints:
    """What `packed` made; raises ValueError for another length."""
    if len(kept) != SIZE:
        raise ValueError(f"prints have {SIZE} bytes, not {len(kept)}")
    slopes = TURNINGS * _SLOPE_BYTES
    waves = slopes + TURNINGS * _WAVE_BYTES
    windows = waves + len(WINDOWS) * _WAVE_BYTES
    return Prints(
        _cut(kept[:slopes], _SLOPE_BYTES),
        _cut(kept[slopes:waves], _WAVE_BYTES),
        _cut(kept[waves:windows], _WAVE_BYTES),
        _cut(kept[windows:], _SLOPE_BYTES),
    )


def same(one: Prints, other: Prints) -> Likeness:
    """How alike two pictures are, whichever of them was made from the other."""
    slopes = [distance(way, other.slopes[0]) for way in one.slopes]
    waves = [distance(way, other.waves[0]) for way in one.waves]
    window = min(_least(one.windows, other.waves), _least(other.windows, one.waves))
    near, far = min(slopes), min(min(waves), window)
    if far <= WAVES_SAME or (near <= SLOPES_SAME and far <= WAVES_LIKE):
        verdict = Verdict.SAME
    elif far <= WAVES_LIKE or (near <= SLOPES_SAME and far <= WAVES_APART):
        verdict = Verdict.LIKE
    else:
        verdict = Verdict.OTHER
    return Likeness(verdict, near, min(waves), window, waves.index(min(waves)))


def _least(windows: Iterable[bytes], ways: Iterable[bytes]) -> int:
    held = [int.from_bytes(way) for way in ways]
    return min((int.from_bytes(cut) ^ way).bit_count() for cut in windows for way in held)


def _cut(kept: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(kept[at : at + size] for at in range(0, len(kept), size))


def _pixels(grey: Image.Image, side: int, box: Box | None = None) -> NDArray[np.float64]:
    w, h = grey.size
    part = None if box is None else (box[0] * w, box[1] * h, box[2] * w, box[3] * h)
    small = grey.resize((side, side), Image.Resampling.BOX, box=part)
    return np.asarray(small, dtype=np.float64)


def _turnings(square: NDArray[np.float64]) -> Iterable[NDArray[np.float64]]:
    """As it is, three quarter turns, and the same of its mirror image."""
    for side in (square, square[:, ::-1]):
        for quarter in range(4):
            yield np.rot90(side, quarter)


def _slopes(square: NDArray[np.float64]) -> NDArray[np.float64]:
    """72×72 pixels as means over 8 rows and 9 columns."""
    return np.asarray(
        square.reshape(SLOPES, SLOPES + 1, SLOPES + 1, SLOPES).mean(axis=(1, 3)), dtype=np.float64
    )
