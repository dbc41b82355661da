"""Distances on the ground, and the offsets of China's map datums. WGS-84 degrees, metres."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

RADIUS = 6_371_008.8
_A = 6378245.0
_EE = 0.00669342162296594323


@dataclass(frozen=True, slots=True)
class Point:
    """A place with its accuracy in metres (one standard deviation, as phones report it)."""

    lat: float
    lon: float
    acc: float = 0.0


def distance(one: Point, other: Point) -> float:
    """Great-circle metres (haversine; within 0.05 % of the geodesic)."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    dlat, dlon = lat2 - lat1, math.radians(other.lon - one.lon)
    h = math.sin(dlat / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(dlon / 2) ** 2
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(h)))


def allowance(one: Point, other: Point, factor: float = 2.0) -> float:
    """k·√(a² + b²): metres by which the errors of both fixes may set them apart."""
    return factor * math.hypot(one.acc, other.acc)


def far_apart(places: Iterable[Point], metres: float) -> int:
    """How many of these places are that far from each other, taken as they come."""
    chosen: list[Point] = []
    for place in places:
        if all(distance(place, other) > metres for other in chosen):
            chosen.append(place)
    return len(chosen)


def gcj02(point: Point) -> Point:
    """The same place as a GCJ-02 map says it (the public approximation of the datum)."""
    x, y = point.lon - 105.0, point.lat - 35.0
    dlat, dlon = _lat_shift(x, y), _lon_shift(x, y)
    rad = math.radians(point.lat)
    magic = 1 - _EE * math.sin(rad) ** 2
    root = math.sqrt(magic)
    dlat = dlat * 180.0 / (_A * (1 - _EE) / (magic * root) * math.pi)
    dlon = dlon * 180.0 / (_A / root * math.cos(rad) * math.pi)
    return Point(point.lat + dlat, point.lon + dlon, point.acc)


def bd09(point: Point) -> Point:
    """The same place as a BD-09 map says it: GCJ-02 moved once more (the public approximation)."""
    at = gcj02(point)
    turn = math.pi * 3000.0 / 180.0
    reach = math.hypot(at.lon, at.lat) + 0.00002 * math.sin(at.lat * turn)
    angle = math.atan2(at.lat, at.lon) + 0.000003 * math.cos(at.lon * turn)
    lat, lon = reach * math.sin(angle) + 0.006, reach * math.cos(angle) + 0.0065
    return Point(lat, lon, point.acc)


def _lat_shift(x: float, y: float) -> float:
    shift = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    return shift + _waves(x, (20.0, 20.0)) + _long(y, (20.0, 40.0, 160.0, 320.0), (1, 3, 12, 30))


def _lon_shift(x: float, y: float) -> float:
    shift = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    return shift + _waves(x, (20.0, 20.0)) + _long(x, (20.0, 40.0, 150.0, 300.0), (1, 3, 12, 30))


def _waves(x: float, size: tuple[float, float]) -> float:
    one, two = math.sin(6.0 * x * math.pi), math.sin(2.0 * x * math.pi)
    return (size[0] * one + size[1] * two) * 2.0 / 3.0


def _long(v: float, size: tuple[float, ...], span: tuple[int, ...]) -> float:
    waves = (s * math.sin(v / p * math.pi) for s, p in zip(size, span, strict=True))
    return sum(waves) * 2.0 / 3.0


def datum_offset(at: Point) -> tuple[float, float]:
    """(metres north, metres east) by which a GCJ-02 reading of this place is off."""
    shifted = gcj02(at)
    return vector(at, shifted)


def datum_offsets(at: Point) -> dict[str, tuple[float, float]]:
    """{datums: (metres north, metres east)} by which a reading of this place is off when the
    house is told in one of the two and the fix in the other."""
    chinese, baidu = gcj02(at), bd09(at)
    return {
        "GCJ-02, WGS-84": vector(at, chinese),
        "BD-09, WGS-84": vector(at, baidu),
        "BD-09, GCJ-02": vector(chinese, baidu),
    }


def vector(start: Point, end: Point) -> tuple[float, float]:
    """(metres north, metres east) from one place to another nearby."""
    north = math.radians(end.lat - start.lat) * RADIUS
    east = math.radians(end.lon - start.lon) * RADIUS * math.cos(math.radians(start.lat))
    return north, east
