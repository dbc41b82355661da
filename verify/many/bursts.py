"""D15 many visits finished at once, or begun at night.

k visits to houses apart that one phone finished within 10 minutes at one place (the phone's own
times: that they travel together says nothing); or begun between 22:00 and 06:00 where more than
20 % of that phone's visits are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.geo import distance, far_apart
from verify.many.check import Many, Told
from verify.township import MET, Seen, Township


@dataclass(frozen=True)
class Bursts(Limits):
    NAME: ClassVar[str] = "filled_at_once"
    minutes: float = 10.0
    visits: int = 4
    place_m: float = 50.0
    apart_m: float = 200.0
    night_share: float = 0.2
    night_visits: int = 10
    night_from: int = 22
    night_until: int = 6


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    limits = Bursts.of(figures)
    phones: dict[str, list[Seen]] = defaultdict(list)
    for visit in seen.visits:
        if visit.outcome in MET:
            phones[visit.device].append(visit)
    told: list[tuple[str, Found]] = []
    for visits in phones.values():
        told += [*_at_once(visits, seen, limits), *_at_night(visits, limits)]
    return told


def _at_once(visits: Sequence[Seen], seen: Township, limits: Bursts) -> Told:
    """A house without an approved position is not known to be apart from any other."""
    found: dict[str, Found] = {}
    known = [v for v in visits if v.unit in seen.anchors]
    for at, first in enumerate(known):
        burst = [v for v in known[at:] if _together(first, v, limits)]
        houses = far_apart((seen.anchors[v.unit] for v in burst), limits.apart_m)
        if houses >= limits.visits:
            for visit in burst:
                found.setdefault(visit.id, _burst(len(burst), limits))
    return list(found.items())


def _together(first: Seen, later: Seen, limits: Bursts) -> bool:
    """Soon after it, and at one place as far as the fixes tell."""
    minutes = (later.ended - first.ended).total_seconds() / 60
    near = not (first.fix and later.fix) or distance(first.fix, later.fix) <= limits.place_m
    return minutes <= limits.minutes and near


def _at_night(visits: Sequence[Seen], limits: Bursts) -> Told:
    night = [v for v in visits if v.begun and _is_night(v.begun.hour, limits)]
    known = [v for v in visits if v.begun]
    if len(known) < limits.night_visits or len(night) <= limits.night_share * len(known):
        return []
    return [(v.id, _late(v, len(night), len(known), limits)) for v in night]


def _is_night(hour: int, limits: Bursts) -> bool:
    return hour >= limits.night_from or hour < limits.night_until


def _burst(count: int, limits: Bursts) -> Found:
    return to_check(
        "D15",
        0.5,
        f"同一手机在 {limits.minutes:.0f} 分钟内填完了 {count} 次走访，而这几户不在一处。"
        "白天记在本子上、晚上一起录入的，请说明",
        f"One phone finished {count} visits within {limits.minutes:.0f} minutes, to houses that "
        "are not at one place. If they were noted on paper first and typed in later, please say so",
        "",
        {"visits": count, "limit_minutes": limits.minutes, "limit": limits.visits},
    )


def _late(visit: Seen, night: int, known: int, limits: Bursts) -> Found:
    hour = visit.begun.hour if visit.begun else 0
    return to_check(
        "D15",
        0.2,
        f"这次走访的到达时间在夜里（{hour} 时），同一手机 {known} 次走访中有 {night} 次在夜里。"
        "请核对到达时间；农忙时晚上才在家的，请说明",
        f"Arrival is at night (hour {hour}); {night} of {known} visits with this phone are. Please "
        "look at the time; if people are home only then, say so",
        "door/arrived_at",
        {"night": night, "of": known, "limit": limits.night_share},
    )


ABOUT = Check(
    "D15",
    "短时间内填完多户，或在夜里到达",
    "Many visits finished at once, or at night",
    "同一手机十分钟内填完的走访数；夜里到达的比例",
    "Visits that one phone finished within ten minutes; the share with arrival at night",
    "用填写的时间，不用上传的时间；相邻的、没有核准户址的房子不算；没见到人的不算；白天记录晚上录入的可以说明",
    "Uses the time of filling in, not of sending; houses side by side or without an approved "
    "position and doors where nobody was home are left out; typing in from paper can be explained",
    "Bredl, Winker & Kötschau 2012",
    (Bursts.NAME,),
    Figure(
        "多少次一起填完、夜里多少才提示",
        "How many at once, or at night, are pointed out",
        {
            "minutes": ("分钟", "minutes"),
            "visits": ("至少几次", "visits at least"),
            "place_m": ("同一处（米）", "one place (m)"),
            "apart_m": ("户址相距（米）", "houses apart (m)"),
            "night_share": ("夜里比例", "share at night"),
            "night_visits": ("至少走访次数", "visits in all at least"),
            "night_from": ("夜里从几时", "night from (hour)"),
            "night_until": ("到几时", "until (hour)"),
        },
    ),
)
CHECK = Many("D15", township.read, judge, ABOUT)
