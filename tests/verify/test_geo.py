"""Distances against worked figures, and the offset of China's map datum."""

import math

import pytest

from verify.geo import RADIUS, Point, bd09, datum_offset, datum_offsets, distance, gcj02, vector

HOUSE = Point(31.6245, 107.938)


def moved(start: Point, north: float, east: float, acc: float = 0.0) -> Point:
    """The place so many metres north and east."""
    lat = start.lat + math.degrees(north / RADIUS)
    lon = start.lon + math.degrees(east / RADIUS / math.cos(math.radians(start.lat)))
    return Point(lat, lon, acc)


def test_a_degree_along_a_meridian_is_111_195_metres() -> None:
    assert distance(Point(30, 107), Point(31, 107)) == pytest.approx(111_195.1, abs=0.2)


def test_a_degree_along_the_sixtieth_parallel_is_half_as_long() -> None:
    assert distance(Point(60, 10), Point(60, 11)) == pytest.approx(55_595, abs=10)


def test_a_place_is_nowhere_but_where_it_is() -> None:
    assert distance(HOUSE, HOUSE) == 0.0
    assert distance(Point(0, 0), Point(0, 180)) == pytest.approx(math.pi * RADIUS)


@pytest.mark.parametrize(("north", "east"), [(300, 0), (0, 300), (-180, 240), (5, -12)])
def test_a_vector_leads_from_one_place_to_the_other(north: float, east: float) -> None:
    end = moved(HOUSE, north, east)
    assert vector(HOUSE, end) == pytest.approx((north, east), abs=0.01)
    assert distance(HOUSE, end) == pytest.approx(math.hypot(north, east), rel=1e-4)


def test_the_datum_is_the_publicly_known_one() -> None:
    """The figures that coordtransform and other public converters give for Beijing."""
    shifted = gcj02(Point(39.915, 116.404))
    assert shifted.lat == pytest.approx(39.91640428150164, abs=1e-9)
    assert shifted.lon == pytest.approx(116.41024449916938, abs=1e-9)


@pytest.mark.parametrize(("lat", "lon"), [(31.90, 102.22), (33.07, 107.02), (25.40, 114.36)])
def test_in_the_hills_the_datum_is_off_by_three_to_six_hundred_metres(
    lat: float, lon: float
) -> None:
    at = Point(lat, lon)
    assert 290 < distance(at, gcj02(at)) < 600
    assert math.hypot(*datum_offset(at)) == pytest.approx(distance(at, gcj02(at)), rel=1e-3)


def test_the_datum_keeps_a_fixs_accuracy() -> None:
    assert gcj02(Point(31, 107, 12.5)).acc == 12.5


def test_the_second_datum_is_the_publicly_known_one() -> None:
    """What the public converters give for Beijing: GCJ-02 39.915, 116.404 is BD-09
    39.92133699351021, 116.41036949371029."""
    at = next_to(Point(39.915, 116.404))
    shifted = bd09(at)
    assert shifted.lat == pytest.approx(39.92133699351021, abs=1e-7)
    assert shifted.lon == pytest.approx(116.41036949371029, abs=1e-7)


def next_to(chinese: Point) -> Point:
    """The place that GCJ-02 calls so, found by stepping back."""
    at = chinese
    for _ in range(8):
        there = gcj02(at)
        at = Point(at.lat + chinese.lat - there.lat, at.lon + chinese.lon - there.lon)
    return at


def test_the_three_datums_differ_by_hundreds_of_metres_each() -> None:
    apart = {names: math.hypot(*v) for names, v in datum_offsets(HOUSE).items()}
    assert 300 < apart["GCJ-02, WGS-84"] < 650
    assert 700 < apart["BD-09, WGS-84"] < 1600
    assert 500 < apart["BD-09, GCJ-02"] < 1100
