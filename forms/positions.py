"""Places on the Earth: points, lines and rings, reckoned as the phone's engine reckons them."""

import math
from typing import TypeAlias

_RADIUS = 6_378_100.0
"""Metres, at the equator."""
Point: TypeAlias = tuple[float, float]
"""(latitude, longitude) in degrees"""


def point(text: str) -> Point | None:
    """`31.6 107.9 0 5` as a point; None for what is on no Earth."""
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        return None
    try:
        lat, lon = float(parts[0]), float(parts[1])
    except ValueError:
        return None
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None


def line(told: list[str]) -> list[Point] | None:
    """The points of one trace or shape, or of several positions; None unless all are points."""
    parts = told if len(told) != 1 else [p for p in told[0].split(";") if p.strip()]
    points = [point(part) for part in parts]
    return None if len(points) < 2 or None in points else [p for p in points if p is not None]


def length(points: list[Point]) -> float:
    """Metres along a line, to the centimetre."""
    return _rounded(sum(map(_between, points, points[1:])))


def _radians(degrees: float) -> float:
    """Multiplied first, as the phone does it: the last digit of centimetres depends on it."""
    return degrees * math.pi / 180


def _between(start: Point, end: Point) -> float:
    one, two = _radians(start[0]), _radians(end[0])
    turn = _radians(start[1] - end[1])
    cosine = math.sin(one) * math.sin(two) + math.cos(one) * math.cos(two) * math.cos(turn)
    return math.acos(max(-1.0, min(cosine, 1.0))) * _RADIUS


def surface(points: list[Point]) -> float:
    """Square metres within a ring; an open one is closed."""
    if len(points) < 3:
        return 0.0
    total = sum(
        _radians(end[1] - start[1])
        * (2 + math.sin(_radians(end[0])) + math.sin(_radians(start[0])))
        for start, end in zip(points, [*points[1:], points[0]], strict=True)
    )
    return abs(_rounded(total * _RADIUS * _RADIUS / 2))


def _rounded(value: float) -> float:
    return math.floor(value * 100 + 0.5) / 100


def within(place: Point, ring: list[Point]) -> bool:
    """Whether a point lies in a closed ring: how often a line to the east crosses it."""
    inside = False
    for (lat1, lon1), (lat2, lon2) in zip(ring, ring[1:], strict=False):
        crosses = (lat2 > place[0]) != (lat1 > place[0])
        if crosses and place[1] < (lon1 - lon2) * (place[0] - lat2) / (lat1 - lat2) + lon2:
            inside = not inside
    return inside


def crossing(points: list[Point]) -> bool:
    """Whether a line crosses itself: any two of its segments that are not neighbours meet."""
    segments = list(zip(points, points[1:], strict=False))
    last = len(segments) - 1
    closed = points[:1] == points[-1:]
    return any(
        _meet(*segments[one], *segments[two])
        for one in range(len(segments))
        for two in range(one + 2, len(segments))
        if not (closed and one == 0 and two == last)
    )


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the segments a–b and c–d have a point in common."""
    turns = _turn(c, d, a), _turn(c, d, b), _turn(a, b, c), _turn(a, b, d)
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((c, d, a), (c, d, b), (a, b, c), (a, b, d))
    return any(not turn and _spans(*end) for turn, end in zip(turns, ends, strict=True))


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _spans(a: Point, b: Point, c: Point) -> bool:
    return all(min(a[i], b[i]) <= c[i] <= max(a[i], b[i]) for i in (0, 1))
