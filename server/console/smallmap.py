"""A small map as plain shapes for an inline SVG: the house, the fix, and how sure each is."""

import math
from dataclasses import dataclass

from verify.evidence import Place
from verify.geo import Point, vector

SIDE = 320.0
"""Units of the drawing's view box, both ways; north is up."""
MARGIN = 28.0
STEPS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 500_000)
"""Metres that the scale may stand for."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A place in the drawing; `ring` is the radius of its accuracy circle."""

    kind: str
    """approved | proposed | fix"""
    x: float
    y: float
    ring: float
    acc: float
    """Metres."""


@dataclass(frozen=True, slots=True)
class Drawing:
    dots: tuple[Dot, ...]
    scale: float
    """Length of the scale's line in units."""
    metres: int
    """What that line stands for."""


def of_place(place: Place) -> Drawing | None:
    """None where there are not two places to compare."""
    house = next((a for a in place.anchors if a.state == "approved"), None)
    house = house or next(iter(place.anchors), None)
    if house is None or place.fix is None:
        return None
    return drawing(Point(house.lat, house.lon, house.acc), house.state, place.fix)


def drawing(house: Point, state: str, fix: Point) -> Drawing:
    """The house in one place, the fix where it was from there; whole circles fit in where they can.

    A circle larger than the distance is cut by the drawing's edge rather than shrinking both.
    """
    north, east = vector(house, fix)
    apart = math.hypot(north, east)
    reach = max(apart, min(max(house.acc, fix.acc), 2 * apart), 20.0)
    unit = (SIDE - 2 * MARGIN) / (2 * reach)
    middle = SIDE / 2
    dots = tuple(
        Dot(
            kind=kind,
            x=round(middle + sign * east / 2 * unit, 1),
            y=round(middle - sign * north / 2 * unit, 1),
            ring=round(point.acc * unit, 1),
            acc=point.acc,
        )
        for kind, point, sign in ((state, house, -1), ("fix", fix, 1))
    )
    metres = max((step for step in STEPS if step * unit <= SIDE / 2), default=STEPS[0])
    return Drawing(dots, round(metres * unit, 1), metres)
