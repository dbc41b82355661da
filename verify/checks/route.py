"""D12 two visits that one account cannot both have made as told.

v = (d − 2·√(a₁² + a₂²)) / (arrival₂ − arrival₁) over a limit: a fix is taken on arrival. Or two
visits overlap in part by more than a limit, at places apart; one that lies wholly within another is
a form that was left open. Metres, seconds; times as the server corrects them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from verify.described import Check, Figure, Limits
from verify.finding import Found, Judgement, to_check
from verify.geo import Point, allowance, distance


@dataclass(frozen=True)
class Route(Limits):
    NAME: ClassVar[str] = "travel"
    m_s: float = 30.0
    overlap_s: float = 60.0
    apart_m: float = 200.0


@dataclass(frozen=True, slots=True)
class Stop:
    """One visit on somebody's way."""

    rec: str
    unit: str
    begun: datetime
    ended: datetime
    received: str
    fix: Point | None


def check(own: Stop | None, others: Sequence[Stop], limits: Route) -> Judgement:
    """`others`: visits of the same account around it. Of two that came together the later one is
    told of, else the one that came last."""
    if own is None:
        return Judgement()
    told = [
        f for o in others if o.unit != own.unit and _mine(own, o) and (f := _pair(own, o, limits))
    ]
    return Judgement(tuple(sorted(told, key=lambda f: -f.score)[:1]))


def _mine(own: Stop, other: Stop) -> bool:
    if own.received == other.received:
        return (own.begun, own.rec) > (other.begun, other.rec)
    return own.received > other.received


def _pair(own: Stop, other: Stop, limits: Route) -> Found | None:
    first, second = sorted((own, other), key=lambda stop: (stop.begun, stop.rec))
    apart = _apart(first, second)
    if apart is None:
        return None
    seconds = (second.begun - first.begun).total_seconds()
    if apart > limits.m_s * seconds and apart > limits.apart_m:
        return _fast(apart, seconds, limits)
    shared = (min(first.ended, second.ended) - second.begun).total_seconds()
    partly = first.ended < second.ended
    if partly and shared > limits.overlap_s and apart > limits.apart_m:
        return _overlap(apart, shared, limits)
    return None


def _apart(first: Stop, second: Stop) -> float | None:
    """Metres between the fixes, twice their joint error allowed; None without both."""
    if first.fix is None or second.fix is None:
        return None
    return distance(first.fix, second.fix) - allowance(first.fix, second.fix)


def _fast(apart: float, seconds: float, limits: Route) -> Found:
    minutes = seconds / 60
    return to_check(
        "D12",
        0.5,
        f"与同一账号的另一次走访相距 {apart / 1000:.1f} 公里，到达时间只差 {minutes:.0f} 分钟。"
        "请核对到达时间；两个人用一个账号的，请各用各的",
        f"Another visit of this account is {apart / 1000:.1f} km away, with {minutes:.0f} minutes "
        "between both arrivals. Please look at the time; two people need two accounts",
        "door/arrived_at",
        {"distance_m": round(apart, 1), "minutes": round(minutes, 1), "limit_m_s": limits.m_s},
    )


def _overlap(apart: float, shared: float, limits: Route) -> Found:
    return to_check(
        "D12",
        0.3,
        f"与同一账号在 {apart:.0f} 米外的另一次走访重叠 {shared / 60:.0f} 分钟。"
        "到了下一户才填完上一户的，请说明",
        f"It overlaps by {shared / 60:.0f} minutes with another visit of this account "
        f"{apart:.0f} m away. If the one was finished at the other's door, please say so",
        "door/arrived_at",
        {"distance_m": round(apart, 1), "overlap_s": round(shared), "limit_s": limits.overlap_s},
    )


ABOUT = Check(
    "D12",
    "两次走访的时间对不上",
    "The times of two visits do not fit",
    "同一账号两次到达之间需要的速度（先扣除定位误差）；两次走访部分重叠",
    "The speed that two arrivals of one account would take, accuracy allowed for; visits that "
    "overlap in part",
    "没有定位的不比；相距不到 200 米的不比；整个包含在另一次之内的，是表单没有关，不算；时钟已校正",
    "Needs both fixes over 200 m apart; a visit wholly within another is a form left open and no "
    "finding; clocks were corrected",
    "checks: impossible travel",
    (Route.NAME,),
    Figure(
        "多快、重叠多久才提示",
        "Which speed and overlap are pointed out",
        {
            "m_s": ("米每秒", "m/s"),
            "overlap_s": ("重叠（秒）", "overlap (s)"),
            "apart_m": ("相距（米）", "apart (m)"),
        },
    ),
)
