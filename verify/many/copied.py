"""D17 two interviews of which one was perhaps copied from the other.

Fellegi–Sunter: over the answers that two visits share, Σ log[(1 − ε + ε p) / p], with p how usual
that answer is in the village, shrunk to the township; an answer that differs counts log ε. Two
visits are told when the sum is above log(pairs) + log(100). A fixed share of equal answers (85 %)
is not used: it points at 63 to 99 % of honest households where villages are alike.
Source: Fellegi & Sunter 1969; Kuriakose & Robbins 2016 and Pew's reply to it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from forms.definition import FormDefinition, QuestionType
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.township import MET, Seen, Township

ASKED = frozenset(
    {
        QuestionType.SELECT_ONE,
        QuestionType.SELECT_MULTIPLE,
        QuestionType.INTEGER,
        QuestionType.DECIMAL,
    }
)


@dataclass(frozen=True)
class Copied(Limits):
    """ε: share of answers that whoever copies changes. Fewest answers that both have."""

    NAME: ClassVar[str] = "copied_interviews"
    changed: float = 0.2
    answers: int = 15
    odds: float = 100.0
    shrink: float = 20.0
    """Households of the township that count as much as the village's own."""


@dataclass(frozen=True, slots=True)
class Interview:
    """The answers of one household that may be compared."""

    rec: str
    unit: str
    village: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two interviews that are alike beyond what the village explains."""

    one: int
    other: int
    log_odds: float
    threshold: float
    equal: int
    both: int


def pairs(interviews: Sequence[Interview], limits: Copied) -> list[Pair]:
    """Every pair above the threshold; n households cost n² bytes for each answer."""
    count = len(interviews)
    if count < 2:
        return []
    scores = np.zeros((count, count), dtype=np.float32)
    equal = np.zeros((count, count), dtype=np.int16)
    both = np.zeros((count, count), dtype=np.int16)
    for path in sorted({path for one in interviews for path in one.answers}):
        codes, gain = _weighed(interviews, path, limits)
        known = codes >= 0
        shared = known[:, None] & known[None, :]
        same = shared & (codes[:, None] == codes[None, :])
        # Two villages: what is rarer in the one than in the other is the better sign of a copy,
        # what is more usual the safer one. The safer one counts.
        scores += np.where(same, np.minimum(gain[:, None], gain[None, :]), 0)
        scores += np.where(shared & ~same, math.log(limits.changed), 0)
        equal += same
        both += shared
    threshold = math.log(count * (count - 1) / 2) + math.log(limits.odds)
    told = np.triu((scores > threshold) & (both >= limits.answers), 1)
    return [
        Pair(int(i), int(j), float(scores[i, j]), threshold, int(equal[i, j]), int(both[i, j]))
        for i, j in np.argwhere(told)
        if interviews[i].unit != interviews[j].unit
    ]


def _weighed(
    interviews: Sequence[Interview], path: str, limits: Copied
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(a number for each answer, −1 for none; what agreeing on it is worth in its village)"""
    given = [one.answers.get(path) for one in interviews]
    names = {value: at for at, value in enumerate(dict.fromkeys(v for v in given if v is not None))}
    codes = np.array([-1 if v is None else names[v] for v in given], dtype=np.int32)
    everywhere = Counter(v for v in given if v is not None)
    here: dict[str, Counter[str]] = defaultdict(Counter)
    for one, value in zip(interviews, given, strict=True):
        if value is not None:
            here[one.village][value] += 1
    total, e = sum(everywhere.values()), limits.changed
    gain = np.zeros(len(given), dtype=np.float32)
    for at, value in enumerate(given):
        if value is None:
            continue
        own = here[interviews[at].village]
        usual = everywhere[value] / total
        p = (own[value] + limits.shrink * usual) / (sum(own.values()) + limits.shrink)
        gain[at] = math.log((1 - e + e * p) / p)
    return codes, gain


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    """The later visit of each pair is told of; of several pairs the one most alike."""
    limits = Copied.of(figures)
    told: list[tuple[str, Found]] = []
    for visits in _comparable(seen.visits):
        interviews = [_interview(v, seen.definitions.get(v.form)) for v in visits]
        for pair in pairs(interviews, limits):
            later = visits[max(pair.one, pair.other)]
            earlier = visits[min(pair.one, pair.other)]
            told.append((later.id, _found(seen.codes.get(earlier.unit, ""), pair)))
    return told


def _comparable(visits: Sequence[Seen]) -> list[list[Seen]]:
    """The last visit of each household at which somebody was met, by form."""
    last: dict[str, dict[str, Seen]] = defaultdict(dict)
    for visit in visits:
        if visit.outcome in MET:
            last[visit.form[0]].pop(visit.unit, None)
            last[visit.form[0]][visit.unit] = visit
    return [list(each.values()) for each in last.values()]


def _interview(visit: Seen, form: FormDefinition | None) -> Interview:
    asked = form.questions if form else ()
    paths = {
        q.path
        for q in asked
        if q.type in ASKED and not (q.repeat or q.calculated or q.read_only or q.section == "door")
    }
    answers = {p: _text(v) for p, v in visit.answers.items() if p in paths and v not in (None, [])}
    return Interview(visit.id, visit.unit, visit.village, answers)


def _text(value: Any) -> str:
    return " ".join(sorted(map(str, value))) if isinstance(value, list) else f"{value}"


def _found(code: str, pair: Pair) -> Found:
    share = pair.equal / pair.both
    numbers = {
        "household": code,
        "equal": pair.equal,
        "answers": pair.both,
        "log_odds": round(pair.log_odds, 2),
        "threshold": round(pair.threshold, 2),
    }
    return to_check(
        "D17",
        round(min(0.9, 0.5 + (pair.log_odds - pair.threshold) / 100), 3),
        f"这次走访与 {code} 户有 {pair.equal} 项回答相同（共 {pair.both} 项，{share:.0%}），"
        "已按村里常见的回答折算。请核对是不是各户各问；刚分户的、同住的，写明即可",
        f"{pair.equal} of {pair.both} answers ({share:.0%}) are those of household {code}, more "
        "than what is usual in the village explains. Please see that each was asked at its own "
        "door; households that split lately or live together: a remark is enough",
        numbers=numbers,
    )


ABOUT = Check(
    "D17",
    "两户的回答几乎一样",
    "Two households' answers are nearly the same",
    "按村里各项回答的常见程度加权，计算两户回答一致的对数似然比",
    "The log-likelihood ratio of their agreement, weighed by how usual each answer is there",
    "不用“相同 85%”这样的固定线：同村情况本来相近；常见的回答几乎不计分，金额才有分量",
    "No fixed share of equal answers: neighbours are alike. Usual answers hardly count, amounts do",
    "Fellegi & Sunter 1969, frequencies shrunk to the township",
    (Copied.NAME,),
    Figure(
        "两户回答相同多少才提示",
        "How alike two households' answers must be",
        {
            "changed": ("改动比例", "share changed"),
            "answers": ("至少共有回答", "answers at least"),
            "odds": ("胜率", "odds"),
            "shrink": ("向全镇收缩（户）", "shrunk by (households)"),
        },
    ),
)
CHECK = Many("D17", township.read, judge, ABOUT)
