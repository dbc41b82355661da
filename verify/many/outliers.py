"""D23 an amount far from what is usual in the village.

For each village and amount above 0: robust z of its logarithm, 0.6745 (x − median)/MAD, beyond the
limit, outside [q₁ − m·IQR, q₃ + m·IQR] on the same scale, and so many times the usual, or less than
one part in so many of it. Yuan. A slip of the unit or a nought is a factor of ten; what is only
unusual is the household's own business: by z alone the evidence lab had one honest visit in 25
asked.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from forms.definition import QuestionType
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.reckon import robust_z
from verify.township import MET, Seen, Township


@dataclass(frozen=True)
class Outliers(Limits):
    NAME: ClassVar[str] = "amount_outlier"
    z: float = 3.5
    iqr: float = 2.2
    """Hoaglin & Iglewicz 1987: 1.5 points at too many of small villages."""
    households: int = 12
    times: float = 5


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    limits = Outliers.of(figures)
    given: dict[tuple[str, str], list[tuple[Seen, float]]] = defaultdict(list)
    for visit in _last(seen.visits):
        form = seen.definitions.get(visit.form)
        for asked in form.questions if form else ():
            value = visit.answers.get(asked.path)
            amount = asked.type is QuestionType.DECIMAL and not (asked.repeat or asked.calculated)
            if amount and isinstance(value, int | float) and value > 0:
                given[visit.village, asked.path].append((visit, float(value)))
    return [each for (_, path), values in given.items() for each in _far(path, values, limits)]


def _last(visits: Sequence[Seen]) -> list[Seen]:
    """Each household's last visit of a form at which somebody was met."""
    return list({(v.unit, v.form[0]): v for v in visits if v.outcome in MET}.values())


def _far(path: str, values: Sequence[tuple[Seen, float]], limits: Outliers) -> Told:
    if len(values) < limits.households:
        return []
    logs = np.log([value for _, value in values])
    low, middle, high = np.quantile(logs, (0.25, 0.5, 0.75))
    reach = limits.iqr * (high - low)
    return [
        (visit.id, _found(path, value, float(np.exp(middle)), z, limits))
        for (visit, value), log, z in zip(values, logs, robust_z(list(logs)), strict=True)
        if abs(z) > limits.z
        and abs(log - middle) > np.log(limits.times)
        and not low - reach <= log <= high + reach
    ]


def _found(path: str, value: float, usual: float, z: float, limits: Outliers) -> Found:
    return to_check(
        "D23",
        0.2,
        f"这一项是 {value:g}，村里填了这一项的户一般是 {usual:.0f}。"
        "请核对单位和位数；确实如此，写一句说明即可",
        f"This is {value:g}; of the village's households that have it the usual is {usual:.0f}. "
        "Please look at unit and digits; if it is so, a remark is enough",
        path,
        {"value": value, "usual": round(usual, 2), "z": round(z, 2), "limit": limits.z},
    )


ABOUT = Check(
    "D23",
    "金额与村里差得很远",
    "An amount far from the village's",
    "同村同一项金额取对数后的稳健 z 值和四分位距，并且相差几倍以上",
    "Robust z and interquartile range of the logarithm, by village and amount; and many times the "
    "usual",
    "只是请核对单位和位数；同村不到 12 户填这一项的不看",
    "Only asks to look at unit and digits; needs 12 households of the village with that amount",
    "Iglewicz & Hoaglin 1993; Tukey 1977",
    (Outliers.NAME,),
    Figure(
        "金额差多少才提示",
        "How far an amount is pointed out",
        {
            "z": ("稳健 z 值", "robust z"),
            "iqr": ("四分位距倍数", "interquartile ranges"),
            "households": ("至少几户", "households at least"),
            "times": ("与一般相差几倍", "times the usual"),
        },
    ),
)
CHECK = Many("D23", township.read, judge, ABOUT)
