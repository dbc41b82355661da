"""D01 and D07 with worked figures, on both sides of each limit."""

from dataclasses import replace
from typing import Any

import pytest

from devices.photos import Lens, dark_photo
from media.inspect import inspect
from tests.media.pictures import PLACE, TAKEN, encoded, house, plain
from verify.checks.photos import Limits, Photo, check

GOOD = Photo("evidence/photo_front", "house_front", 1280, 960, 120.0, 45.0, 200.0)
LIMITS = Limits()


def found(**changes: Any) -> list[tuple[str, str]]:
    judged = check([replace(GOOD, **changes)], LIMITS)
    return [(f.rule, f.path) for f in judged.found]


def looked(data: bytes) -> Photo:
    facts = inspect(data)
    seen = (facts.width, facts.height, facts.luma_mean, facts.luma_sd, facts.sharpness)
    return Photo("p", "house_front", *seen)


def test_a_good_photo_is_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("luma_mean", 25.0, 24.99),
        ("luma_mean", 245.0, 245.01),
        ("luma_sd", 6.0, 5.99),
        ("sharpness", 4.0, 3.99),
        ("width", 320, 319),
        ("height", 320, 319),
    ],
)
def test_a_photo_that_shows_nothing_comes_back_at_its_limit(
    name: str, good: float, bad: float
) -> None:
    assert found(**{name: good}) == []
    assert found(**{name: bad}) == [("D07", "evidence/photo_front")]


def test_one_reason_is_enough_and_carries_its_figures() -> None:
    [one] = check([replace(GOOD, luma_mean=4.0, luma_sd=1.0, sharpness=0.1)], LIMITS).found
    assert one.numbers == {"value": 4.0, "limit": 25.0}
    assert "太暗" in one.zh and "too dark" in one.en


def test_photos_as_phones_take_them_are_told_apart() -> None:
    assert check([looked(house(str(seed))) for seed in range(4)], LIMITS).found == ()
    dark = looked(dark_photo("1", TAKEN, PLACE, Lens(size=(480, 360))))
    [one] = check([dark], LIMITS).found
    assert "too dark" in one.en
    [one] = check([looked(encoded(plain(200, (640, 480))))], LIMITS).found
    assert "blank" in one.en


def test_a_photo_that_cannot_be_opened_is_asked_for_again() -> None:
    [one] = check([], LIMITS, ["evidence/photo_paper"]).found
    assert (one.rule, one.path) == ("D07", "evidence/photo_paper")


def test_the_same_photo_at_another_household_names_it() -> None:
    [one] = check([replace(GOOD, elsewhere=("H2010002",))], LIMITS).found
    assert one.rule == "D01" and one.score == 0.9
    assert one.numbers == {"households": ["H2010002"], "count": 1}
    assert "H2010002" in one.zh and "H2010002" in one.en


def test_a_photo_used_everywhere_names_three_and_counts_all() -> None:
    codes = tuple(f"H{n}" for n in range(40))
    [one] = check([replace(GOOD, elsewhere=codes)], LIMITS).found
    assert one.numbers == {"households": list(codes[:10]), "count": 40}
    assert "H2" in one.zh and "H3" not in one.zh


def test_signatures_are_neither_compared_nor_judged() -> None:
    empty = replace(GOOD, role="signature", luma_mean=255.0, luma_sd=0.0, elsewhere=("H1",))
    assert check([empty], LIMITS).found == ()


def test_a_dark_reused_photo_is_both() -> None:
    assert [rule for rule, _ in found(luma_mean=1.0, elsewhere=("H1",))] == ["D01", "D07"]
