"""D08 not at the house, D09 another map datum.

D08: d(visit, anchor) − k·√(aᵥ² + aₐ²) over a limit; k = 2, so that both fixes' errors are paid
for first. The anchor must be approved. D09 comes first: a fix that is off by just what two of
WGS-84, GCJ-02 and BD-09 differ at that place (300 to 1,500 m) is a matter of settings, not of the
visit. A place where many people meet is told in a note.
"""

import math
from dataclasses import dataclass

from verify.finding import Found, Judgement, Note
from verify.geo import Point, allowance, datum_offsets, distance, vector
from verify.innocent import ACCURACY, DATUM, MEETING

DATUM_TOLERANCE = 60.0
"""Metres between the observed offset and the datum's own."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Metres; from the dated parameters."""

    village: float = 100.0
    scattered: float = 300.0
    factor: float = 2.0


def check(
    fix: Point | None,
    anchor: Point | None,
    scattered: bool,
    limits: Limits,
    meeting: bool = False,
) -> Judgement:
    """`meeting`: the fix is where many people meet, such as the village hall."""
    if fix is None:
        return Judgement(notes=(Note("D08", "这次走访没有定位", "The visit has no GPS fix"),))
    if anchor is None:
        return Judgement(
            notes=(Note("D08", "这户还没有核准的位置", "The household has no approved position"),)
        )
    apart = distance(fix, anchor)
    budget = allowance(fix, anchor, limits.factor)
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
    datums = _datums(fix, anchor)
    if datums:
        return Judgement(found=(_datum(numbers, datums),))
    if meeting:
        told = Note(
            "D08",
            "定位在村里大家碰面的地方，不在户址，不算问题",
            "The fix is where people of the village meet, not at the house; that is fine",
        )
        return Judgement(notes=(told,))
    return Judgement(found=(_away(apart, budget, limit, numbers),))


def remote() -> Judgement:
    """A visit by phone or video has no place that could be compared."""
    told = Note("D08", "电话或视频走访，不比较位置", "By phone or video: no place to compare")
    return Judgement(notes=(told,))


def is_datum(fix: Point, anchor: Point) -> bool:
    """Whether they are apart by just what two datums differ."""
    return bool(_datums(fix, anchor))


def _datums(fix: Point, anchor: Point) -> str:
    """The two datums whose difference this is, in either direction; "" for none."""
    seen = vector(anchor, fix)
    left = {
        names: min(math.hypot(seen[0] - n, seen[1] - e), math.hypot(seen[0] + n, seen[1] + e))
        for names, (n, e) in datum_offsets(anchor).items()
    }
    nearest = min(left, key=lambda names: left[names])
    return nearest if left[nearest] < DATUM_TOLERANCE else ""


def _zh(metres: float) -> str:
    return f"{metres:.0f} 米" if round(metres) < 1000 else f"{metres / 1000:.1f} 公里"


def _en(metres: float) -> str:
    return f"{metres:.0f} m" if round(metres) < 1000 else f"{metres / 1000:.1f} km"


def _datum(numbers: dict[str, float], datums: str) -> Found:
    one, other = datums.split(", ")
    return Found(
        "D09",
        0.1,
        f"待核实：定位与户址相差 {_zh(numbers['distance_m'])}，"
        f"正好是 {one} 与 {other} 两种坐标的差，多半是坐标设置不同，不是走访的问题",
        f"To be checked: the fix is {_en(numbers['distance_m'])} from the house, just the offset "
        f"between {one} and {other}; most likely a setting, not the visit",
        "door/place",
        numbers | {"datums": datums},
        tried=(ACCURACY,),
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
        tried=(ACCURACY, DATUM, MEETING),
    )
