"""D08 and D09 with worked figures, on both sides of each limit."""

import math

import pytest

from tests.verify.test_geo import HOUSE, moved
from verify.checks import place
from verify.checks.place import DATUM_TOLERANCE, Limits, check
from verify.geo import Point, datum_offset, datum_offsets, gcj02

LIMITS = Limits()
ANCHOR = Point(HOUSE.lat, HOUSE.lon, 6.0)


def away(metres: float, acc: float = 8.0) -> Point:
    return moved(HOUSE, metres, 0, acc)


def rules(fix: Point | None, anchor: Point | None = ANCHOR, scattered: bool = False) -> list[str]:
    return [f.rule for f in check(fix, anchor, scattered, LIMITS).found]


def test_two_kilometres_away_is_to_be_checked_with_every_figure() -> None:
    [found] = check(away(2000), ANCHOR, False, LIMITS).found
    assert found.rule == "D08" and found.path == "door/place"
    assert found.numbers == {
        "distance_m": pytest.approx(2000, abs=0.5),
        "accuracy_visit_m": 8.0,
        "accuracy_anchor_m": 6.0,
        "budget_m": 20.0,
        "limit_m": 100.0,
    }


def test_a_long_way_is_told_in_kilometres() -> None:
    [far] = check(away(2040), ANCHOR, False, LIMITS).found
    assert "离户址 2.0 公里，扣除定位误差 20 米" in far.zh and "is 2.0 km from" in far.en
    [near] = check(away(999.4), ANCHOR, False, LIMITS).found
    assert "离户址 999 米" in near.zh and "is 999 m from" in near.en


def test_the_score_grows_with_the_distance_beyond_the_limit() -> None:
    """1000 − 20 − 100 m beyond, on 4000: 0.5 + 0.22."""
    [found] = check(away(1000), ANCHOR, False, LIMITS).found
    assert found.score == pytest.approx(0.72, abs=0.001)


@pytest.mark.parametrize(
    ("metres", "found"), [(0, []), (119, []), (119.9, []), (120.2, ["D08"]), (121, ["D08"])]
)
def test_the_limit_begins_after_both_accuracies(metres: float, found: list[str]) -> None:
    """2·√(8² + 6²) = 20 m, and 100 m in a village."""
    assert rules(away(metres)) == found


@pytest.mark.parametrize(("metres", "found"), [(319.5, []), (320.5, ["D08"])])
def test_scattered_houses_have_the_wider_limit(metres: float, found: list[str]) -> None:
    assert rules(away(metres), scattered=True) == found


def test_a_poor_fix_pays_for_itself() -> None:
    assert rules(away(450, acc=8)) == ["D08"]
    assert rules(away(450, acc=200)) == []


def test_a_score_never_reaches_certainty() -> None:
    [found] = check(away(80_000), ANCHOR, False, LIMITS).found
    assert found.score == 0.95


def test_without_an_approved_position_there_is_a_note_and_no_finding() -> None:
    judged = check(away(2000), None, False, LIMITS)
    assert judged.found == () and [n.rule for n in judged.notes] == ["D08"]
    assert judged.notes[0].zh == "这户还没有核准的位置"


def test_without_a_fix_there_is_a_note_and_no_finding() -> None:
    judged = check(None, ANCHOR, False, LIMITS)
    assert judged.found == () and judged.notes[0].zh == "这次走访没有定位"


def test_a_call_has_no_place() -> None:
    judged = place.remote()
    assert judged.found == () and [n.rule for n in judged.notes] == ["D08"]


def test_another_datum_is_a_setting_and_takes_d08s_place() -> None:
    shifted = gcj02(ANCHOR)
    [found] = check(Point(shifted.lat, shifted.lon, 8.0), ANCHOR, False, LIMITS).found
    assert found.rule == "D09" and found.score == 0.1
    assert found.numbers["distance_m"] > 300


def test_a_fix_in_wgs84_against_an_anchor_in_gcj02_is_the_same_setting() -> None:
    shifted = gcj02(ANCHOR)
    assert rules(ANCHOR, Point(shifted.lat, shifted.lon, 6.0)) == ["D09"]


@pytest.mark.parametrize(
    ("beside", "rule"), [(DATUM_TOLERANCE - 2, "D09"), (DATUM_TOLERANCE + 2, "D08")]
)
def test_the_datum_is_recognised_within_its_tolerance(beside: float, rule: str) -> None:
    north, east = datum_offset(ANCHOR)
    length = math.hypot(north, east)
    across = (-east / length * beside, north / length * beside)
    assert rules(moved(HOUSE, north + across[0], east + across[1], 8.0)) == [rule]


def test_the_same_distance_in_another_direction_is_no_datum() -> None:
    north, east = datum_offset(ANCHOR)
    assert rules(moved(HOUSE, east, -north, 8.0)) == ["D08"]


@pytest.mark.parametrize("names", ["GCJ-02, WGS-84", "BD-09, WGS-84", "BD-09, GCJ-02"])
@pytest.mark.parametrize("way", [1, -1])
def test_every_two_datums_are_recognised_both_ways_and_named(names: str, way: int) -> None:
    north, east = datum_offsets(ANCHOR)[names]
    [found] = check(moved(HOUSE, way * north, way * east, 8.0), ANCHOR, False, LIMITS).found
    assert (found.rule, found.numbers["datums"], found.tried) == ("D09", names, ("accuracy",))
    assert all(name in found.zh and name in found.en for name in names.split(", "))


def test_a_meeting_place_is_a_note_and_what_was_tried_is_named() -> None:
    told = check(away(2000), ANCHOR, False, LIMITS, meeting=True)
    assert told.found == () and "碰面" in told.notes[0].zh
    [found] = check(away(2000), ANCHOR, False, LIMITS).found
    assert found.tried == ("accuracy", "datum", "meeting")
    near = check(away(10), ANCHOR, False, LIMITS, meeting=True)
    assert near.found == near.notes == ()
