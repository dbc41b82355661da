"""D14 visits much shorter than such visits take.

r = log T − f, f a least-squares fit of log T on log(1 + members) and log(1 + answers), by form and
over the visits with other phones; the median and the MAD are theirs, too.
Robust z = 0.6745 (r − median)/MAD below the limit, or T below a share of what f expects. T in
minutes, from arrival to the form's end. Source: ESS Belgium's use of control charts (2019).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from forms.flatpath import split
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.reckon import TO_SIGMA, Floats
from verify.township import MET, Seen, Township


@dataclass(frozen=True)
class Pace(Limits):
    NAME: ClassVar[str] = "visit_pace"
    z: float = -3.5
    share: float = 0.3
    visits: int = 20
    """Fewest visits of a form that say what is usual."""
    together: int = 3
    """One short visit has many reasons; so many with one phone are told of."""
    chars_per_s: float = 6.0
    least_share: float = 1.0
    """Of the time that reading takes; below it a single visit is told of."""


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    limits = Pace.of(figures)
    forms: dict[str, list[Seen]] = defaultdict(list)
    for visit in seen.visits:
        if visit.outcome in MET and (visit.minutes or 0) > 0:
            forms[visit.form[0]].append(visit)
    told = [each for visits in forms.values() for each in _short(visits, limits)]
    phone = {visit.id: visit.device for visit in seen.visits}
    count: dict[str, int] = defaultdict(int)
    for rec, _ in told:
        count[phone[rec]] += 1
    return [each for each in told if count[phone[each[0]]] >= limits.together]


def _short(visits: Sequence[Seen], limits: Pace) -> Told:
    """Each phone against the others: its own visits do not say what is usual."""
    told: list[tuple[str, Found]] = []
    for device in sorted({visit.device for visit in visits}):
        others = [visit for visit in visits if visit.device != device]
        if len(others) >= limits.visits:
            told += _against([v for v in visits if v.device == device], others, limits)
    return told


def _against(own: Sequence[Seen], others: Sequence[Seen], limits: Pace) -> Told:
    fit = np.linalg.lstsq(_sizes(others), _times(others), rcond=None)[0]
    rest = _times(others) - _sizes(others) @ fit
    middle = float(np.median(rest))
    mad = float(np.median(np.abs(rest - middle)))
    if mad == 0:
        return []
    expected = _sizes(own) @ fit + middle
    z = TO_SIGMA * (_times(own) - expected) / mad
    return [
        (visit.id, _found(visit.minutes or 0.0, usual, float(each), limits))
        for visit, usual, each in zip(own, np.exp(expected).tolist(), z, strict=True)
        if each < limits.z or (visit.minutes or 0.0) < limits.share * usual
    ]


def _times(visits: Sequence[Seen]) -> Floats:
    return np.log([visit.minutes or 1.0 for visit in visits])


def _sizes(visits: Sequence[Seen]) -> Floats:
    return np.array([[1.0, *np.log1p(_size(visit))] for visit in visits])


def _size(visit: Seen) -> tuple[int, int]:
    """(rows of repeats, such as members; answers)"""
    rows = {split(path)[:2] for path in visit.answers if "[" in path}
    return len(rows), len(visit.answers)


def _found(minutes: float, usual: float, z: float, limits: Pace) -> Found:
    return to_check(
        "D14",
        0.2,
        f"这次走访用了 {minutes:.0f} 分钟，同样大小的走访一般用 {usual:.0f} 分钟。"
        "情况没有变化、事先填好的，都会快一些；请说明",
        f"This visit took {minutes:.0f} minutes; visits of its size usually take {usual:.0f}. "
        "Where nothing changed, or much was prepared, it is quicker; please say so",
        "door/arrived_at",
        {"minutes": round(minutes, 1), "usual_minutes": round(usual, 1), "z": round(z, 2),
         "limit": limits.z},
    )  # fmt: skip


ABOUT = Check(
    "D14",
    "走访时间很短",
    "A very short visit",
    "到达至填完的时间，与读完所答问题需要的时间比较；每夜再与同样大小的走访比较（稳健 z 值）",
    "From arrival to the form's end, against what reading its answered questions takes; nightly "
    "against visits of its size, too (robust z)",
    "没有变化而整段确认的题不算；与别的走访比较时，同一手机有三次以上才提示；填得久从不提示",
    "Sections confirmed as unchanged need no reading; against other visits one alone is not told; "
    "long visits never are",
    "robust z (Iglewicz & Hoaglin 1993); reading at 6 characters a second",
    (Pace.NAME,),
    Figure(
        "走访多短才提示",
        "How short a visit is pointed out",
        {
            "z": ("稳健 z 值低于", "robust z below"),
            "share": ("不到一般用时的", "share of the usual time"),
            "visits": ("至少走访次数", "visits at least"),
            "together": ("同一手机至少几次", "with one phone at least"),
            "chars_per_s": ("每秒读字", "characters read a second"),
            "least_share": ("不到读完用时的", "share of the reading time"),
        },
    ),
)
CHECK = Many("D14", township.read, judge, ABOUT)
