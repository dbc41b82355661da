"""Perceptual hashes of grey pixels: 256 bits of low frequencies, 64 bits of slopes.

`fingerprint` is a 16×16 block of the DCT of a 64×64 grey picture, each coefficient against the
block's median, as PDQ does (Facebook, 2019). `dhash` says of each of 8×8 places whether the
picture grows lighter to the right (Krawetz, 2013); it stands a photo of a screen better. Equal
pictures saved anew differ in few bits; different ones in about half of them.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

SIDE = 64
BLOCK = 16
BITS = BLOCK * BLOCK
SLOPES = 8


@lru_cache(maxsize=1)
def _basis() -> NDArray[np.float64]:
    """Rows 1…16 of the DCT-II of length 64; row 0 is the mean and says nothing of shape."""
    k = np.arange(1, BLOCK + 1)[:, None]
    n = np.arange(SIDE)[None, :]
    return np.asarray(np.cos(np.pi * k * (2 * n + 1) / (2 * SIDE)) * np.sqrt(2 / SIDE))


def block_of(grey: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 16×16 lowest frequencies of a 64×64 array of luma 0…255."""
    if grey.shape != (SIDE, SIDE):
        raise ValueError(f"a fingerprint is taken of {SIDE}×{SIDE} pixels, not {grey.shape}")
    return _basis() @ grey @ _basis().T


def hash_of(block: NDArray[np.float64]) -> bytes:
    """32 bytes for the frequencies of a picture."""
    return np.packbits(block.ravel() > np.median(block)).tobytes()


def fingerprint(grey: NDArray[np.float64]) -> bytes:
    """32 bytes for a 64×64 array of luma 0…255."""
    return hash_of(block_of(grey))


def dhash(grey: NDArray[np.float64]) -> bytes:
    """8 bytes for an 8×9 array of luma: row by row, 1 where the right neighbour is lighter."""
    if grey.shape != (SLOPES, SLOPES + 1):
        raise ValueError(f"slopes are taken of {SLOPES}×{SLOPES + 1} pixels, not {grey.shape}")
    return np.packbits(grey[:, 1:] > grey[:, :-1]).tobytes()


def distance(one: bytes, other: bytes) -> int:
    """How many bits differ."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
