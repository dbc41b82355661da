"""D08 not at the house, D09 another map datum.

D08: d(visit, anchor) − k·√(aᵥ² + aₐ²) over a limit; k = 2, so that both fixes' errors are paid
for first. The anchor must be approved. D09 comes first: a fix that is off by just what GCJ-02
differs from WGS-84 at that place (300–600 m) is a matter of settings, not of the visit.
"""

import math
from dataclasses import dataclass

from verify.finding import Found, Judgement, Note
from verify.geo import Point, datum_offset, distance, vector

DATUM_TOLERANCE = 60.0
"""Metres between the observed offset and the datum's own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Metres; from the dated parameters."""

    village: float = 100.0
    scattered: float = 300.0
    factor: float = 2.0


def check(fix: Point | None, anchor: Point | None, scattered: bool, limits: Limits) -> Judgement:
    if fix is None:
        return Judgement(notes=(Note("D08", "这次走访没有定位", "The visit has no GPS fix"),))
    if anchor is None:
        return Judgement(
            notes=(Note("D08", "这户还没有核准的位置", "The household has no approved position"),)
        )
    apart = distance(fix, anchor)
    budget = limits.factor * math.hypot(fix.acc, anchor.acc)
    limit = limits.scattered if scattered else limits.village
    if apart - budget <= limit:
        return Judgement()
    numbers = {
        "distance_m": round(apart, 1),
        "accuracy_visit_m": fix.acc,
        "accuracy_anchor_m": anchor.acc,
        "budget_m": round(budget, 1),
        "limit_m": limit,
    }
    if is_datum(fix, anchor):
        return Judgement(found=(_datum(numbers),))
    return Judgement(found=(_away(apart, budget, limit, numbers),))


def remote() -> Judgement:
    """A visit by phone or video has no place that could be compared."""
    told = Note("D08", "电话或视频走访，不比较位置", "By phone or video: no place to compare")
    return Judgement(notes=(told,))


def is_datum(fix: Point, anchor: Point) -> bool:
    seen = vector(anchor, fix)
    north, east = datum_offset(anchor)
    return (
        math.hypot(seen[0] - north, seen[1] - east) < DATUM_TOLERANCE
        or math.hypot(seen[0] + north, seen[1] + east) < DATUM_TOLERANCE
    )


def _zh(metres: float) -> str:
    return f"{metres:.0f} 米" if round(metres) < 1000 else f"{metres / 1000:.1f} 公里"


def _en(metres: float) -> str:
    return f"{metres:.0f} m" if round(metres) < 1000 else f"{metres / 1000:.1f} km"


def _datum(numbers: dict[str, float]) -> Found:
    return Found(
        "D09",
        0.1,
        f"待核实：定位与户址相差 {_zh(numbers['distance_m'])}，正好是两种地图坐标的差，"
        "多半是坐标设置不同，不是走访的问题",
        f"To be checked: the fix is {_en(numbers['distance_m'])} from the house, just the offset "
        "between two map datums; most likely a setting, not the visit",
        "door/place",
        numbers,
    )


def _away(apart: float, budget: float, limit: float, numbers: dict[str, float]) -> Found:
    beyond = apart - budget - limit
    score = round(min(0.95, 0.5 + beyond / 4000), 3)
    return Found(
        "D08",
        score,
        f"待核实：定位离户址 {_zh(apart)}，扣除定位误差 {_zh(budget)}后仍超过 {_zh(limit)}。"
        "请说明走访地点（村委会、地里、亲戚家都可以）",
        f"To be checked: the fix is {_en(apart)} from the house, over {_en(limit)} after "
        f"{_en(budget)} for accuracy. Please say where you met "
        "(village office, field, relatives are fine)",
        "door/place",
        numbers,
    )
