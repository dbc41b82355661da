"""Pictures that look alike are near each other; others are about half the bits away."""

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from media.fingerprint import BITS, distance, fingerprint
from media.inspect import inspect
from tests.media.pictures import encoded, house


def of(data: bytes) -> bytes:
    return bytes.fromhex(inspect(data).fingerprint)


def test_saving_anew_resizing_and_brightening_change_few_bits() -> None:
    image = Image.open(io.BytesIO(house()))
    one = of(house())
    assert distance(one, of(encoded(image, quality=40))) <= 16
    assert distance(one, of(encoded(image.resize((320, 240))))) <= 16
    assert distance(one, of(encoded(ImageEnhance.Brightness(image).enhance(1.15)))) <= 24


def test_different_houses_are_far_apart() -> None:
    prints = [of(house(str(seed))) for seed in range(8)]
    assert min(distance(a, b) for a, b in combinations(prints, 2)) > 60


def test_a_fingerprint_has_256_bits_half_of_them_set() -> None:
    made = of(house())
    assert len(made) * 8 == BITS == 256
    assert int.from_bytes(made).bit_count() == 128


def test_distance_counts_bits() -> None:
    assert distance(b"\x00" * 32, b"\x00" * 31 + b"\x07") == 3
    assert distance(b"\xff" * 32, b"\x00" * 32) == 256


def test_a_fingerprint_is_taken_of_64_by_64_pixels() -> None:
    with pytest.raises(ValueError, match="64×64"):
        fingerprint(np.zeros((32, 32)))
