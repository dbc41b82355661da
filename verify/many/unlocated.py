"""D13 a phone that has no fix where other phones have one.

Visits of one phone in one village: x of n without a fix, X of N of the village's other phones.
p = P(K ≥ x) with K beta-binomial(n; X + ½, N − X + ½), the prediction from the others under
Jeffreys' prior. Told where p is below the limit and stays so among all tests of the night.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.reckon import beta_binomial_tail
from verify.township import MET, Seen, Township


@dataclass(frozen=True)
class Unlocated(Limits):
    NAME: ClassVar[str] = "fix_missing"
    visits: int = 10
    p: float = 0.001


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    limits = Unlocated.of(figures)
    villages: dict[str, list[Seen]] = defaultdict(list)
    for visit in seen.visits:
        if visit.outcome in MET:
            villages[visit.village].append(visit)
    return [each for visits in villages.values() for each in _phones(visits, limits)]


def _phones(visits: list[Seen], limits: Unlocated) -> Told:
    """One test for each phone; a house where nobody has a fix says nothing about a phone."""
    told: list[tuple[str, Found]] = []
    for device in sorted({visit.device for visit in visits}):
        own = [v for v in visits if v.device == device]
        others = [v for v in visits if v.device != device]
        deaf = _deaf(own, others)
        own = [v for v in own if v.unit not in deaf]
        peers = [v for v in others if v.unit not in deaf]
        without = [v for v in own if v.fix is None]
        if len(own) < limits.visits or len(peers) < limits.visits or not without:
            continue
        missing = sum(v.fix is None for v in peers)
        p = beta_binomial_tail(len(without), len(own), missing + 0.5, len(peers) - missing + 0.5)
        counts = (len(without), len(own), missing, len(peers))
        told += [
            (visit.id, _found(counts, p, f"{own[0].village} {device}", limits)) for visit in without
        ]
    return told


def _deaf(own: list[Seen], others: list[Seen]) -> set[str]:
    """Houses of this phone's where other phones were and had no fix either."""
    both = {v.unit for v in own} & {v.unit for v in others}
    return both - {v.unit for v in others if v.fix}


def _found(counts: tuple[int, int, int, int], p: float, test: str, limits: Unlocated) -> Found:
    x, n, others, of = counts
    return to_check(
        "D13",
        0.3,
        f"这次走访没有定位。同村用这台手机的 {n} 次走访有 {x} 次没有，"
        f"其他手机 {of} 次里只有 {others} 次没有。请先看手机的定位权限和开关；手机坏了也请说明",
        f"This visit has no fix. In this village {x} of {n} visits with this phone have none, of "
        f"{of} with other phones {others}. Please look at the phone's location setting first; "
        "if it is broken, say so",
        "door/place",
        {"without": x, "of": n, "others_without": others, "others_of": of, "limit": limits.p},
        p,
        test,
        limits.p,
    )


ABOUT = Check(
    "D13",
    "这台手机总是没有定位",
    "A phone that never has a fix",
    "与同村其他手机比较没有定位的次数，贝塔二项分布的尾概率",
    "How often it has none, against the village's other phones: a beta-binomial tail",
    "只比同一个村（山谷）；谁也定位不到的房子不算；比的是手机，不是人；整夜的检验一起做 FDR 控制",
    "Compares within the village only (valleys); houses where nobody has a fix are left out; it is "
    "about the phone, not the person; of all tests of a night few may be by chance",
    "beta-binomial prediction under Jeffreys' prior; Benjamini & Hochberg 1995",
    (Unlocated.NAME,),
    Figure(
        "没有定位到什么程度才提示",
        "When missing fixes are pointed out",
        {"visits": ("至少走访次数", "visits at least"), "p": ("概率低于", "chance below")},
    ),
)
CHECK = Many("D13", township.read, judge, ABOUT)
