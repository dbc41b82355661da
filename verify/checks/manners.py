"""R-50 how a visit is to be made; R-51 that what the round is about was looked at.

R-50: who was met is one of the members where the form says so; not below the least minutes of its
form; photos, unless the household declined; a fix, or the tick that there was none. No record of
trainings is kept, so "not before training" is not looked at.
R-51: each focus question that applies has an answer, was confirmed as unchanged, or is listed as
missing with its reason.

Both are of level S: the office looks at them, and asks the cadre by a return where need be.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, ClassVar

from forms.definition import FormDefinition
from store.status import OFFICE_ONLY
from verify.described import Check, Figure, Limits
from verify.finding import Found, Judgement, to_check
from verify.township import MET

FORM = "household_visit"
"""R-50 is about visits to a household."""


@dataclass(frozen=True)
class Manners(Limits):
    NAME: ClassVar[str] = "visit_policy"
    minutes: Mapping[str, float] = field(default_factory=lambda: {"household_visit": 3})
    """{form: least minutes at a house where somebody was met}"""
    photos: int = 1
    fix: bool = True


@dataclass(frozen=True, slots=True)
class Made:
    """One visit: its answers by flat path, its photos without signatures."""

    form: str
    outcome: str
    minutes: float | None
    answers: Mapping[str, Any]
    photos: int
    located: bool


def check(made: Made, limits: Manners) -> Judgement:
    if made.outcome not in MET:
        return Judgement()
    told = (_who(made), _short(made, limits), _photos(made, limits), _fix(made, limits))
    return Judgement(tuple(found for found in told if found))


def _who(made: Made) -> Found | None:
    name = str(made.answers.get("people/met_name") or "").replace(" ", "")
    if made.answers.get("people/met_who") != "member" or not name:
        return None
    known = {
        str(value).replace(" ", "")
        for path, value in made.answers.items()
        if path.startswith("people/members[") and path.endswith("]/full_name")
    }
    if not known or name in known:
        return None
    return to_check(
        "R-50", 0.2,
        "见到的家人不在成员名单里，请核对姓名；亲戚、邻居代答的，请改选",
        "Who was met is not among the members; please look at the name, or choose relative or "
        "neighbour",
        "people/met_name",
        {"level": OFFICE_ONLY},
    )  # fmt: skip


def _short(made: Made, limits: Manners) -> Found | None:
    least = limits.minutes.get(made.form, 0)
    if made.minutes is None or not 0 <= made.minutes < least:
        return None
    return to_check(
        "R-50", 0.2,
        f"这类走访一般不少于 {least:g} 分钟，这次是 {made.minutes:.1f} 分钟，请核对到达时间",
        f"Such a visit takes {least:g} minutes at least, this one {made.minutes:.1f}; please look "
        "at the time of arrival",
        "door/arrived_at",
        {"minutes": round(made.minutes, 1), "limit_minutes": least, "level": OFFICE_ONLY},
    )  # fmt: skip


def _photos(made: Made, limits: Manners) -> Found | None:
    declined = made.answers.get("evidence/photo_refused") == "yes"
    if declined or made.photos >= limits.photos:
        return None
    return to_check(
        "R-50", 0.2,
        "这次走访没有照片。家人不愿拍的，请勾选“家人不愿拍照”",
        "The visit has no photo. If the household declines, please tick that",
        "evidence/photo_front",
        {"count": made.photos, "limit": limits.photos, "level": OFFICE_ONLY},
    )  # fmt: skip


def _fix(made: Made, limits: Manners) -> Found | None:
    if not limits.fix or made.located or made.answers.get("door/no_fix") == "yes":
        return None
    return to_check(
        "R-50", 0.1,
        "这次走访没有定位，也没有勾选“没有定位”，请补一项",
        "The visit has no fix, and “no GPS fix” is not ticked; please do one of both",
        "door/place",
        {"level": OFFICE_ONLY},
    )  # fmt: skip


def check_focus(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    irrelevant: Set[str],
    confirmed: Set[str],
) -> Judgement:
    """R-51, for questions outside repeats; all that were left out in one finding."""
    asked = [q for q in definition.questions if q.focus and not q.repeat and not q.calculated]
    listed = {
        str(path)
        for q in definition.questions
        if q.missing and isinstance(answers.get(q.path), list)
        for path in answers[q.path]
    }
    left = [
        q for q in asked
        if q.path not in irrelevant
        and answers.get(q.path) in (None, "", [])
        and q.path not in confirmed
        and q.path not in listed
        and q.path.rpartition("/")[2] not in listed
    ]  # fmt: skip
    if not left:
        return Judgement()
    zh = "、".join(q.label.get("zh", q.path) for q in left[:5])
    found = to_check(
        "R-51",
        0.3,
        f"本轮重点有 {len(left)} 项没有看：{zh}。问过没有变化的，请点“已问过，没有变化”",
        f"{len(left)} of this round's focus questions were not looked at: "
        f"{', '.join(q.label.get('en', q.path) for q in left[:5])}. If asked and unchanged, please "
        "tick that",
        left[0].path,
        {"count": len(left), "of": len(asked), "level": OFFICE_ONLY},
    )
    return Judgement((found,))


ABOUT = Check(
    "R-50",
    "走访的做法",
    "How a visit is made",
    "见到的人在不在名单里；时间够不够；有没有照片和定位",
    "Who was met is a member; long enough; photos and a fix",
    "家人不愿拍照、没有信号，勾选了就不算；没见到人的走访不看；没有培训记录，不看培训",
    "Declined photos and missing signal count once ticked; visits without anybody met are left "
    "out; trainings are not recorded and not looked at",
    "rule R-50",
    (Manners.NAME,),
    Figure(
        "一次走访至少要有什么",
        "What a visit has at least",
        {"minutes": ("分钟", "minutes"), "photos": ("照片", "photos"), "fix": ("要定位", "a fix")},
    ),
)
FOCUS = Check(
    "R-51",
    "本轮重点没有看全",
    "Focus questions of the round were left out",
    "表单标为重点、这次适用而没有回答、没有确认、也没有写明原因的题",
    "Questions marked as focus that apply and were neither answered, confirmed nor given a reason",
    "点了“已问过，没有变化”的算看过；名册带出来的答案算看过",
    "Confirmed as unchanged counts as looked at, and so do answers that came from the register",
    "rule R-51",
)
