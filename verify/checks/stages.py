"""R-32 the same place before and after: photos of one form that show how something was put right.

What a photo does not say of itself, its place or its time, is not looked at.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from verify.finding import Found, Judgement
from verify.geo import Point, distance

BEFORE, DURING, AFTER = "before", "during", "after"
ROLES = frozenset({BEFORE, DURING, AFTER})
"""Roles of photos that belong to one place at different times."""
RULE, SCORE = "R-32", 0.4
METRES = 30.0
ERROR = 20.0
"""Metres that a fix may be off where the photo does not say how good it was."""


@dataclass(frozen=True, slots=True)
class Staged:
    """One photo with its own time and place, as far as it has them."""

    path: str
    role: str
    at: datetime | None
    place: Point | None
    pixels: str


def check(photos: Sequence[Staged], metres: float) -> Judgement:
    """Each photo after is compared with each before; `metres` from the dated parameters."""
    first = [photo for photo in photos if photo.role == BEFORE]
    later = [photo for photo in photos if photo.role == AFTER]
    pairs = [(one, other) for one in first for other in later]
    found = [f for pair in pairs if (f := _compare(*pair, metres))]
    return Judgement(tuple(found))


def _compare(before: Staged, after: Staged, metres: float) -> Found | None:
    if before.pixels == after.pixels:
        return _told(
            after.path,
            "整改前后是同一张照片，请补拍一张现在的",
            "before and after are one and the same photo; please take one as it is now",
            {},
        )
    if before.at and after.at and after.at <= before.at:
        return _told(
            after.path,
            "整改后的照片拍得比整改前还早，请核对是不是放反了",
            "the photo after was taken before the other one; perhaps they are swapped",
            {"before": before.at.isoformat(), "after": after.at.isoformat()},
        )
    return _apart(before, after, metres)


def _apart(before: Staged, after: Staged, metres: float) -> Found | None:
    if before.place is None or after.place is None:
        return None
    errors = [place.acc or ERROR for place in (before.place, after.place)]
    apart = distance(before.place, after.place) - math.hypot(*errors)
    if apart <= metres:
        return None
    return _told(
        after.path,
        f"前后两张照片相距约 {apart:.0f} 米，请说明是不是同一个地方",
        f"the two photos are about {apart:.0f} m apart; please say whether it is one place",
        {"metres": round(apart, 1), "limit_m": metres},
    )


def _told(path: str, zh: str, en: str, numbers: dict[str, object]) -> Found:
    return Found(RULE, SCORE, f"待核实：{zh}", f"To be checked: {en}", path, numbers)
