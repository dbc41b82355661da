"""R-32: before and after are of one place, in this order, and two photos."""

from datetime import UTC, datetime, timedelta

import pytest

from verify.checks.stages import Staged, check
from verify.geo import Point

DAY = datetime(2026, 5, 1, tzinfo=UTC)
HOUSE = Point(31.6, 107.9, 5.0)
METRE = 1 / 111_195
"""Degrees of latitude."""


def photo(role: str, days: int = 0, north: float = 0.0, pixels: str = "") -> Staged:
    place = Point(HOUSE.lat + north * METRE, HOUSE.lon, 5.0)
    return Staged(role, role, DAY + timedelta(days=days), place, pixels or f"{role}{days}")


def found(*photos: Staged) -> list[str]:
    return [one.en for one in check(photos, 30.0).found]


def test_the_same_place_later_is_as_it_should_be() -> None:
    assert found(photo("before"), photo("after", days=60, north=30)) == []


def test_another_place_is_asked_about_with_its_distance() -> None:
    [told] = check([photo("before"), photo("after", days=60, north=200)], 30.0).found
    assert told.rule == "R-32" and told.path == "after" and "193 m apart" in told.en
    assert told.numbers == {"metres": 192.9, "limit_m": 30.0}


@pytest.mark.parametrize(("limit", "count"), [(30.0, 1), (200.0, 0)])
def test_the_limit_is_the_countys(limit: float, count: int) -> None:
    pair = [photo("before"), photo("after", days=1, north=200)]
    assert len(check(pair, limit).found) == count


def test_a_photo_after_that_is_older_may_be_swapped() -> None:
    [told] = found(photo("before", days=9), photo("after", days=1))
    assert "swapped" in told


def test_one_photo_for_both_is_asked_for_again() -> None:
    [told] = found(photo("before", pixels="x"), photo("after", days=60, pixels="x"))
    assert "one and the same" in told


def test_what_a_photo_does_not_say_is_not_looked_at() -> None:
    bare = Staged("after", "after", None, None, "y")
    assert found(photo("before"), bare) == []


@pytest.mark.parametrize("roles", [("before",), ("after",), ("during", "after"), ()])
def test_without_a_pair_there_is_nothing_to_compare(roles: tuple[str, ...]) -> None:
    assert found(*(photo(role, north=900.0 * at) for at, role in enumerate(roles))) == []
