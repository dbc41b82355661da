"""D11 visits to houses far apart that were all filled in at one spot.

DBSCAN (Ester et al. 1996) over the fixes of one account's visits, eps 30 m, 3 at least. Of a
cluster count the households whose approved positions are more than 200 m from it and from each
other; from three on, each such visit is told of. Metres, WGS-84.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.geo import RADIUS, Point, distance, far_apart
from verify.many.check import Many, Told
from verify.reckon import Floats, dbscan
from verify.township import MET, Seen, Township

CONFERENCE = "study"


@dataclass(frozen=True)
class Elsewhere(Limits):
    NAME: ClassVar[str] = "filled_elsewhere"
    eps_m: float = 30.0
    least: int = 3
    apart_m: float = 200.0
    meetings: tuple[str, ...] = ("policy",)
    """Purposes for which many households come to one place."""


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    limits = Elsewhere.of(figures)
    by: dict[str, list[Seen]] = defaultdict(list)
    for visit in seen.visits:
        if visit.fix and visit.outcome in MET and not is_meeting(visit.answers, limits):
            by[visit.author].append(visit)
    return [each for visits in by.values() for each in _clusters(visits, seen, limits)]


def is_meeting(answers: Mapping[str, Any], limits: Elsewhere) -> bool:
    """A conference, or nothing but what many households come to one place for."""
    purposes: set[str] = set()
    for path, told in answers.items():
        if path.rpartition("/")[2] == "purpose" and told:
            purposes |= set(told if isinstance(told, list) else str(told).split())
    return CONFERENCE in purposes or (bool(purposes) and purposes <= set(limits.meetings))


def _clusters(visits: Sequence[Seen], seen: Township, limits: Elsewhere) -> Told:
    if len(visits) < limits.least:
        return []
    fixes = [visit.fix or Point(0, 0) for visit in visits]
    labels = dbscan(distances(fixes), limits.eps_m, limits.least)
    told = []
    for cluster in range(max(labels) + 1):
        members = [v for v, label in zip(visits, labels, strict=True) if label == cluster]
        away = [v for v in members if _away(v, seen.anchors, limits)]
        houses = far_apart([seen.anchors[v.unit] for v in away], limits.apart_m)
        if houses >= limits.least:
            told += [(v.id, _found(houses, len(members), limits)) for v in away]
    return told


def distances(points: Sequence[Point]) -> Floats:
    """n×n metres, on the plane that touches the first point: right to a metre within 50 km."""
    lat = np.radians([p.lat for p in points])
    lon = np.radians([p.lon for p in points])
    north = RADIUS * lat
    east = RADIUS * lon * np.cos(lat[0])
    made: Floats = np.hypot(north[:, None] - north[None, :], east[:, None] - east[None, :])
    return made


def _away(visit: Seen, anchors: Mapping[str, Point], limits: Elsewhere) -> bool:
    """Whether the visit's fix is not at its own house, both fixes' errors allowed twice."""
    anchor = anchors.get(visit.unit)
    if anchor is None or visit.fix is None:
        return False
    return distance(visit.fix, anchor) - 2 * (visit.fix.acc + anchor.acc) > limits.apart_m


def _found(houses: int, visits: int, limits: Elsewhere) -> Found:
    return to_check(
        "D11",
        0.6,
        f"这次走访与其他 {visits - 1} 次走访的定位在同一处（{limits.eps_m:.0f} 米内），"
        f"而这 {houses} 户的房子相距都在 {limits.apart_m:.0f} 米以上。"
        "请说明在哪里见的面：村委会开会、集市、地里都可以",
        f"This visit and {visits - 1} others were fixed at one spot (within {limits.eps_m:.0f} m), "
        f"while {houses} of these houses are over {limits.apart_m:.0f} m apart. Please say where "
        "you met: a meeting at the village office, the market or a field are fine",
        "door/place",
        {"visits": visits, "houses": houses, "limit_m": limits.apart_m},
    )


ABOUT = Check(
    "D11",
    "相距较远的几户在同一处填报",
    "Houses far apart, filled in at one spot",
    "同一账号的定位聚类（DBSCAN），聚在一处而户址互相远离的有几户",
    "Fixes of one account in clusters (DBSCAN); how many houses of a cluster are far apart",
    "没有核准户址的不算；开研判会的、只讲政策的走访不算；先扣除定位误差",
    "Needs approved positions; conferences and visits that only explain policy are left out; "
    "accuracy is allowed for first",
    "Ester et al. 1996 (DBSCAN)",
    (Elsewhere.NAME,),
    Figure(
        "几户在同一处填报才提示",
        "How many houses at one spot are pointed out",
        {
            "eps_m": ("同一处（米）", "one spot (m)"),
            "least": ("至少几户", "houses at least"),
            "apart_m": ("户址相距（米）", "houses apart (m)"),
            "meetings": ("会议类目的", "purposes of meetings"),
        },
    ),
)
CHECK = Many("D11", township.read, judge, ABOUT)
