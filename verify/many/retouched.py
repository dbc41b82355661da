"""D25, R-53, R-54 answers that were changed after the visit was sent, without anybody asking.

D25: answers changed later, at least so many and more than the township's 99th percentile.
R-53: one answer changed from A to B and back to A within 30 days.
R-54: most of a visit's later changes between 22:00 and 06:00, or in the last 48 hours before a
deadline (the end of a plan for sending). What follows a return is left out everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from store import clock
from store.areas import Area
from store.hours import RushPlan
from store.status import OFFICE_ONLY
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.township import Edit, Seen, Township


@dataclass(frozen=True)
class Retouched(Limits):
    NAME: ClassVar[str] = "retouched"
    answers: int = 5
    quantile: float = 0.99
    back_days: float = 30.0
    late_share: float = 0.8
    late_answers: int = 3
    night_from: int = 22
    night_until: int = 6
    deadline_h: float = 48.0


@dataclass(frozen=True, slots=True)
class Edited:
    """A township with the ends of its plans for sending."""

    seen: Township
    deadlines: tuple[datetime, ...]


def read(db: Session, township_id: str, asof: datetime) -> Edited:
    """Plans of the township, of what is above it and of what is below."""
    seen = township.read(db, township_id, asof)
    path = db.get_one(Area, township_id).path
    query = select(RushPlan.closes_at, Area.path).join(Area, Area.code == RushPlan.area)
    ends = [
        clock.parse(at).astimezone(asof.tzinfo)
        for at, other in db.execute(query.where(RushPlan.ended_at.is_(None)))
        if path.startswith(other) or other.startswith(path)
    ]
    return Edited(seen, tuple(sorted(ends)))


def own(visit: Seen) -> tuple[Edit, ...]:
    """Changes that nobody had asked for."""
    return tuple(edit for edit in visit.edits if not edit.answering and edit.changes)


def judge_many(edited: Edited, figures: Mapping[str, Any]) -> Told:
    """D25"""
    limits = Retouched.of(figures)
    counts = {v.id: len({p for e in own(v) for p in e.changes}) for v in edited.seen.visits}
    if not counts:
        return []
    usual = float(np.quantile(list(counts.values()), limits.quantile, method="higher"))
    return [
        (rec, _many(count, usual, limits))
        for rec, count in counts.items()
        if count >= limits.answers and count >= usual
    ]


def judge_back(edited: Edited, figures: Mapping[str, Any]) -> Told:
    """R-53"""
    limits = Retouched.of(figures)
    return [
        (visit.id, _back(path, days, limits))
        for visit in edited.seen.visits
        if own(visit)
        for path, days in _returned(visit, limits)
    ]


def _returned(visit: Seen, limits: Retouched) -> Iterator[tuple[str, float]]:
    """(path, days) of answers that were A, then B, then A."""
    changed = {path for edit in own(visit) for path in edit.changes}
    told = {path: [(visit.ended, visit.first.get(path))] for path in changed}
    for edit in own(visit):
        for path, value in edit.changes.items():
            told[path].append((edit.at, value))
    for path, values in sorted(told.items()):
        for (start, a), (_, b), (end, again) in zip(values, values[1:], values[2:], strict=False):
            days = (end - start) / timedelta(days=1)
            if a == again and a != b and 0 <= days <= limits.back_days:
                yield path, days
                break


def judge_late(edited: Edited, figures: Mapping[str, Any]) -> Told:
    """R-54"""
    limits = Retouched.of(figures)
    told: list[tuple[str, Found]] = []
    for visit in edited.seen.visits:
        edits = own(visit)
        late = [e for e in edits if _late(e.at, edited.deadlines, limits)]
        answers = len({p for e in late for p in e.changes})
        every = len({p for e in edits for p in e.changes})
        if answers >= limits.late_answers and answers >= limits.late_share * every:
            told.append((visit.id, _hours(answers, every, limits)))
    return told


def _late(at: datetime, deadlines: Sequence[datetime], limits: Retouched) -> bool:
    if at.hour >= limits.night_from or at.hour < limits.night_until:
        return True
    before = timedelta(hours=limits.deadline_h)
    return any(end - before <= at <= end for end in deadlines)


def _many(count: int, usual: float, limits: Retouched) -> Found:
    return to_check(
        "D25",
        0.3,
        f"上报以后自己又改了 {count} 项回答（镇里 99% 的走访不到 {max(usual, 1):.0f} 项）。"
        "请写一句为什么改；按退回意见改的不算在内",
        f"{count} answers were changed after the visit was sent (99 % of the township's visits: "
        f"below {max(usual, 1):.0f}). Please say why; what a return asked for is not counted",
        "",
        {"answers": count, "usual": usual, "limit": limits.answers},
    )


def _back(path: str, days: float, limits: Retouched) -> Found:
    return to_check(
        "R-53",
        0.3,
        f"这项回答 {days:.0f} 天内改过去又改回来，请说明哪个对、为什么改",
        f"This answer was changed and changed back within {days:.0f} days; please say which is "
        "right, and why",
        path,
        {"days": round(days, 1), "limit": limits.back_days, "level": OFFICE_ONLY},
    )


def _hours(answers: int, every: int, limits: Retouched) -> Found:
    return to_check(
        "R-54",
        0.2,
        f"上报以后改的 {every} 项回答中，{answers} 项是在夜里或截止前 {limits.deadline_h:.0f} "
        "小时改的，请写一句为什么改",
        f"Of {every} answers changed after sending, {answers} were changed at night or in the last "
        f"{limits.deadline_h:.0f} hours before the deadline; please say why",
        "",
        {"late": answers, "answers": every, "limit": limits.late_share, "level": OFFICE_ONLY},
    )


_CARE = ("按退回意见改的不算", "What a return asked for is not counted")
_FIGURE = Figure(
    "上报后改多少才提示",
    "How much changed after sending is pointed out",
    {
        "answers": ("至少几项", "answers at least"),
        "quantile": ("镇里的分位", "the township's quantile"),
        "back_days": ("改回来的天数", "days to change back"),
        "late_share": ("夜里或截止前的比例", "share at night or before a deadline"),
        "late_answers": ("至少几项是", "of them at least"),
        "night_from": ("夜里从几时", "night from (hour)"),
        "night_until": ("到几时", "until (hour)"),
        "deadline_h": ("截止前几小时", "hours before a deadline"),
    },
)
MANY = Many(
    "D25",
    read,
    judge_many,
    Check(
        "D25",
        "上报以后改了很多",
        "Much changed after sending",
        "上报以后自己改动的回答数，与全镇的 99% 分位比较",
        "Answers changed after sending, against the township's 99th percentile",
        *_CARE,
        "checks: last-minute retouching",
        (Retouched.NAME,),
        _FIGURE,
    ),
)
BACK = Many(
    "R-53",
    read,
    judge_back,
    Check(
        "R-53",
        "改过去又改回来",
        "Changed and changed back",
        "同一项回答在 30 天内 A→B→A",
        "One answer A→B→A within 30 days",
        *_CARE,
        "rule R-53",
        (Retouched.NAME,),
    ),
)
LATE = Many(
    "R-54",
    read,
    judge_late,
    Check(
        "R-54",
        "在夜里或截止前改动",
        "Changed at night or just before a deadline",
        "上报后的改动中，22 时到 6 时或截止前 48 小时的比例",
        "The share of later changes between 22:00 and 06:00 or in the last 48 hours",
        *_CARE,
        "rule R-54",
        (Retouched.NAME,),
    ),
)
