"""Answers at a door: by the form, by what is usual in the village, by what was so last year."""

import random
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from benchmarks.evidence.place import Place
from benchmarks.evidence.visits import Made
from devices.drafts import Draft, nested, prefilled
from devices.fill import ANSWERS, PASSES, UNASKED, Doorstep, answer, places
from devices.mirror import Mirrored
from forms.definition import FormDefinition, Question, QuestionType
from forms.evaluate import evaluate

ASKED = frozenset(
    {
        QuestionType.SELECT_ONE,
        QuestionType.SELECT_MULTIPLE,
        QuestionType.INTEGER,
        QuestionType.DECIMAL,
    }
)
KEPT = ("door/", "evidence/", "finish/", "people/", "notice/")
"""Groups whose answers belong to the visit itself."""
CLOSING = ("_unknown", "_refused", "_unchanged")
HOW_USUAL = {True: 0.85, False: 0.5}
"""{homogeneous village: share of answers that are the village's usual one}"""
STAYS, SAME_AMOUNT = 0.8, 0.1
"""Of last year's answers this share still holds; of amounts, to the yuan."""
WHO = ("老人", "户主", "儿媳", "大儿子", "孙女", "女儿", "老伴")
WHAT = (
    "腿脚不便，上山要人扶", "在镇上打零工", "说去年的玉米卖得早", "想把猪圈修一修",
    "问到医保怎么报销", "刚从外地回来", "在家带孩子", "说水管冬天冻过一次",
    "打算明年种天麻", "在学开挖掘机", "说路灯坏了两盏", "提到屋后的边坡",
)  # fmt: skip
WHEN = ("上月", "开春", "前几天", "今年夏天", "过了中秋", "插秧以后", "国庆前")


class Doors:
    """Answers for the visits of one township."""

    def __init__(self, definition: FormDefinition, place: Place, seed: int) -> None:
        self.definition, self._place, self._seed = definition, place, seed
        self._form = definition.to_json()
        self._open = [
            q
            for q in self._form["questions"]
            if not q.get("calculate") and q.get("type") not in ("image", *UNASKED)
        ]

    @cached_property
    def compared(self) -> tuple[Question, ...]:
        """What is asked about the household and may be copied from another's."""
        return tuple(
            q
            for q in self.definition.questions
            if q.type in ASKED
            and not (q.repeat or q.calculated or q.read_only or q.missing)
            and not q.path.startswith(KEPT)
            and not q.path.endswith(CLOSING)
        )

    def answer(
        self,
        visit: Made,
        household: Mirrored,
        members: Iterable[Mirrored],
        last: Mapping[str, Any] | None,
    ) -> None:
        """Fill the visit in; `last`: the same household's answers a year ago."""
        values, visit.seen = prefilled(self._form, household, members)
        draft = Draft(visit.key, household.id, self.definition.form_id, self.definition.version)
        draft.values = {p: v for p, v in values.items() if p not in {q.path for q in self.compared}}
        self._fill(visit, draft, self._given(visit, last))

    def again(self, visit: Made) -> None:
        """Reckon totals and drop what does not apply, after answers were changed."""
        unit = str(visit.values["household"])
        draft = Draft(visit.key, unit, self.definition.form_id, self.definition.version)
        draft.values = visit.values
        self._fill(visit, draft, {})

    def _fill(self, visit: Made, draft: Draft, given: Mapping[str, Any]) -> None:
        """What applies is answered, what does not is dropped; the server's engine says which."""
        key, at = f"{self._seed}/{visit.key}", visit.told(visit.arrive)
        step = Doorstep(key, visit.outcome, at, visit.fix, given)
        for _ in range(PASSES):
            set_, rows = nested(draft.values)
            said = evaluate(self.definition, {"set": set_, "rows": rows}, now=at)
            draft.values = {p: v for p, v in draft.values.items() if p not in said.irrelevant}
            draft.values |= {p: v for p, v in said.values.items() if v not in (None, "")}
            for question in self._open:
                for flat, place in places(question, draft):
                    if flat not in said.irrelevant:
                        answer(self._form, question, flat, place, draft, step)
        visit.values = draft.values

    def _given(self, visit: Made, last: Mapping[str, Any] | None) -> dict[str, Any]:
        rng = random.Random(f"given/{self._seed}/{visit.key}")
        given: dict[str, Any] = {"door/purpose": visit.purpose, "finish/remark": remark(rng)}
        given["finish/problem_text"] = remark(rng)
        usual = HOW_USUAL[visit.home.village in self._place.alike]
        for question in self.compared:
            old = (last or {}).get(question.path)
            if old is not None:
                value = _a_year_later(question, old, rng)
            elif question.type is QuestionType.DECIMAL:
                value = None if question.path in ANSWERS else _amount(question.path, rng)
            elif rng.random() < usual:
                value = self._usual(visit.home.village, question)
            else:
                value = None
            if value is not None:
                given[question.path] = value
        return given

    def _usual(self, village: str, question: Question) -> Any:
        """The answer that most of the village gives."""
        rng = random.Random(f"usual/{self._seed}/{village}/{question.path}")
        names = [c.name for c in self.definition.choices.get(question.choices or "", ())]
        names = [n for n in names if n not in ("unknown", "refused", "other")]
        if question.type is QuestionType.INTEGER:
            return rng.randint(0, 9)
        if not names:
            return None
        chosen = rng.choice(names[:3])
        return [chosen] if question.type is QuestionType.SELECT_MULTIPLE else chosen


def _amount(path: str, rng: random.Random) -> float:
    """About as large everywhere; how large depends on what is asked."""
    middle = random.Random(f"amount/{path}").choice((4, 60, 400, 2_000))
    return round(middle * rng.lognormvariate(0, 0.5), 1 if middle < 50 else 0)


def _a_year_later(question: Question, old: Any, rng: random.Random) -> Any:
    if question.type is QuestionType.DECIMAL and isinstance(old, int | float) and old > 0:
        if rng.random() < SAME_AMOUNT:
            return old
        return max(10, round(old * rng.lognormvariate(0.05, 0.25) / 10) * 10)
    return old if rng.random() < STAYS else None


def remark(rng: random.Random) -> str:
    """What somebody notes in their own words; no two are alike by design."""
    parts = [f"{rng.choice(WHO)}{rng.choice(WHEN)}{rng.choice(WHAT)}" for _ in range(2)]
    return f"{parts[0]}；{parts[1]}，{rng.randint(1, 12)}月再看。"
