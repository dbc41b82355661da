"""A picture handed in again is known again; another house is another."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from benchmarks.forgeries import FORGERIES, drawn, stamped
from media.fingerprint import dhash
from media.prints import SIZE, Prints, Verdict, prints, same, slopes_of, unpacked

IMAGES = drawn(2, (640, 480))
KNOWN = [prints(image) for image in IMAGES]


@pytest.mark.parametrize("name", [name for name in FORGERIES if "15 %" not in name])
def test_a_photo_is_known_again_however_it_was_changed(name: str) -> None:
    rng = np.random.default_rng(11)
    for image, mine in zip(IMAGES, KNOWN, strict=True):
        likeness = same(mine, prints(FORGERIES[name](image, rng)))
        assert likeness.verdict is not Verdict.OTHER, likeness


def test_what_was_only_saved_or_turned_is_the_same() -> None:
    rng = np.random.default_rng(11)
    for name in ("saved anew, quality 40", "mirrored", "quarter turn", "half turn"):
        found = [
            same(mine, prints(FORGERIES[name](image, rng)))
            for image, mine in zip(IMAGES, KNOWN, strict=True)
        ]
        assert {likeness.verdict for likeness in found} == {Verdict.SAME}
        assert {likeness.turning == 0 for likeness in found} == {name.startswith("saved")}


def test_other_photos_are_never_the_same() -> None:
    pairs = [same(a, b) for a, b in combinations(KNOWN, 2)]
    assert all(pair.verdict is not Verdict.SAME for pair in pairs)
    assert min(pair.window for pair in pairs) > 62 and min(pair.waves for pair in pairs) > 62


def test_slopes_alone_make_no_likeness() -> None:
    """In a county some other photo always has the same slopes by chance."""
    other = replace(KNOWN[0], slopes=KNOWN[1].slopes)
    likeness = same(other, KNOWN[1])
    assert likeness.slopes == 0 and likeness.waves > 80 and likeness.window > 80
    assert likeness.verdict is Verdict.OTHER


def test_it_does_not_matter_which_of_two_came_first() -> None:
    other = prints(stamped(IMAGES[0], np.random.default_rng(1)))
    there, back = same(KNOWN[0], other), same(other, KNOWN[0])
    assert (there.verdict, there.slopes, there.waves, there.window) == (
        back.verdict,
        back.slopes,
        back.waves,
        back.window,
    )


def test_prints_go_into_a_column_and_come_back() -> None:
    kept = KNOWN[0].packed()
    assert len(kept) == SIZE and unpacked(kept) == KNOWN[0]
    with pytest.raises(ValueError, match=f"{SIZE} bytes"):
        unpacked(kept[:-1])


@pytest.mark.parametrize("size", [(1, 1), (50_000, 1), (1, 3000)])
def test_a_picture_of_any_shape_has_prints(size: tuple[int, int]) -> None:
    made = prints(Image.new("RGB", size, "grey"))
    assert isinstance(made, Prints) and len(made.packed()) == SIZE


def test_slopes_are_lighter_to_the_right() -> None:
    rising = np.tile(np.arange(9, dtype=np.float64), (8, 1))
    assert dhash(rising) == b"\xff" * 8 and dhash(rising[:, ::-1]) == b"\x00" * 8
    with pytest.raises(ValueError, match="8×9"):
        dhash(rising.T)
    assert slopes_of(IMAGES[0]) == dhash_of_whole(IMAGES[0])


def dhash_of_whole(image: Image.Image) -> bytes:
    """By the means of 72×72 pixels, taken another way."""
    grey = np.asarray(image.convert("L").resize((72, 72), Image.Resampling.BOX), dtype=np.float64)
    rows = np.stack([grey[9 * r : 9 * r + 9].mean(axis=0) for r in range(8)])
    return dhash(np.stack([rows[:, 8 * c : 8 * c + 8].mean(axis=1) for c in range(9)], axis=1))
