"""D18 answers that stand as they stood in the last round.

Of the answers given both now and in the household's last visit of the same form at least half a
year before: share unchanged above 95 % and above 3 times the village's median; or every amount the
same to the yuan. What was confirmed as unchanged with a photo of what was looked at is left out.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, ClassVar

from forms.definition import FormDefinition, QuestionType
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.many.copied import ASKED
from verify.township import MET, Seen, Township

PROOF = frozenset({"checked_thing", "evidence"})
"""Roles of photos that show what was looked at."""


@dataclass(frozen=True)
class Carried(Limits):
    NAME: ClassVar[str] = "carried_over"
    days: float = 180.0
    share: float = 0.95
    times: float = 3.0
    answers: int = 10
    amounts: int = 4


@dataclass(frozen=True, slots=True)
class Rounds:
    """One household in two rounds."""

    visit: Seen
    share: float
    both: int
    amounts: int
    """Amounts above 0 in both; 0 where one of them differs."""


def judge(seen: Township, figures: Mapping[str, Any]) -> Told:
    limits = Carried.of(figures)
    villages: dict[str, list[Rounds]] = defaultdict(list)
    for visit, before in _pairs(seen.visits, limits):
        villages[visit.village].append(_compare(visit, before, seen.definitions.get(visit.form)))
    return [each for rounds in villages.values() for each in _village(rounds, limits)]


def _pairs(visits: Sequence[Seen], limits: Carried) -> list[tuple[Seen, Seen]]:
    """(a household's last visit, the last one that is half a year older)"""
    homes: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for visit in visits:
        if visit.outcome in MET:
            homes[visit.unit, visit.form[0]].append(visit)
    pairs = []
    for each in homes.values():
        older = [v for v in each if (each[-1].ended - v.ended).days >= limits.days]
        if older:
            pairs.append((each[-1], older[-1]))
    return pairs


def _compare(visit: Seen, before: Seen, form: FormDefinition | None) -> Rounds:
    proven = bool(visit.roles & PROOF)
    paths = [
        q.path
        for q in (form.questions if form else ())
        if q.type in ASKED
        and not (q.repeat or q.calculated or q.read_only)
        and q.path in visit.answers
        and q.path in before.answers
        and not (proven and q.path in visit.confirmed)
    ]
    same = [visit.answers[p] == before.answers[p] for p in paths]
    money = [
        p for p in paths
        if form and form.by_path[p].type is QuestionType.DECIMAL and _above(visit.answers[p])
    ]  # fmt: skip
    equal = all(visit.answers[p] == before.answers[p] for p in money)
    return Rounds(visit, sum(same) / max(1, len(same)), len(paths), len(money) if equal else 0)


def _above(value: Any) -> bool:
    return isinstance(value, int | float) and value > 0


def _village(rounds: Sequence[Rounds], limits: Carried) -> Told:
    usual = median(each.share for each in rounds)
    told: list[tuple[str, Found]] = []
    for each in rounds:
        much = each.share > limits.share and each.share > limits.times * usual
        if each.both >= limits.answers and (much or each.amounts >= limits.amounts):
            told.append((each.visit.id, _found(each, usual, limits)))
    return told


def _found(each: Rounds, usual: float, limits: Carried) -> Found:
    same = round(each.share * each.both)
    return to_check(
        "D18",
        0.4,
        f"与上一轮相比，{each.both} 项回答中 {same} 项没有变（村里一般 {usual:.0%}），"
        f"其中 {each.amounts} 项金额一元不差。"
        "确实没有变化的，请逐项点“已问过，没有变化”并拍一张核实的照片",
        f"{same} of {each.both} answers are those of the last round (usual in the village: "
        f"{usual:.0%}), {each.amounts} amounts to the yuan. Where nothing changed, please confirm "
        "it topic by topic, with a photo of what was looked at",
        "",
        {"equal": same, "answers": each.both, "usual": round(usual, 3), "amounts": each.amounts,
         "limit": limits.share},
    )  # fmt: skip


ABOUT = Check(
    "D18",
    "与上一轮一模一样",
    "Just as in the last round",
    "与半年前那次走访相比没有变的比例，以及金额是否全部相等",
    "The share unchanged since the visit half a year ago, and whether all amounts are equal",
    "逐项确认“没有变化”并有照片的不算；村里大家都没变的不算；收入少于四项的不看金额",
    "Left out: what was confirmed as unchanged with a photo, villages where little changed for "
    "anybody, incomes of fewer than four amounts",
    "carry-over between rounds",
    (Carried.NAME,),
    Figure(
        "与上一轮相同多少才提示",
        "How much as in the last round is pointed out",
        {
            "days": ("相隔天数", "days apart"),
            "share": ("没有变的比例", "share unchanged"),
            "times": ("是村里一般的几倍", "times the village's usual"),
            "answers": ("至少几项回答", "answers at least"),
            "amounts": ("至少几项金额", "amounts at least"),
        },
    ),
)
CHECK = Many("D18", township.read, judge, ABOUT)
