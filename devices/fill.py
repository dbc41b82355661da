"""Plausible answers for any form: relevance first, the shipped form's questions by name, the rest
by type.

An answer depends on the household and the question alone, never on who asks or when: two phones
at one door write the same, unless the plan of the demo says otherwise.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from devices.drafts import Draft
from devices.expressions import Place, Unknown, evaluate, number, truth

PASSES = 3  # an answer may make another question relevant
UNASKED = ("note", "calculate", "hidden")
CODES_FOR_NOTHING = ("unknown", "refused", "not_asked", "other", "none", "nothing")
Question = Mapping[str, Any]


@dataclass(frozen=True)
class Doorstep:
    """One arrival at a door. `given` are answers the plan prescribes, by definition path."""

    key: str
    outcome: str
    arrived: datetime
    fix: Mapping[str, Any] | None
    given: Mapping[str, Any] = field(default_factory=dict)


def fill(
    form: Mapping[str, Any], draft: Draft, step: Doorstep, shoot: Callable[[Question, str], None]
) -> None:
    """Answer what is relevant, drop what is not; `shoot(question, flat path)` takes a photo and
    writes its facts into the draft."""
    for _ in range(PASSES):
        for question in form["questions"]:
            for flat, place in places(question, draft):
                if not relevant(form, question, place, draft, step):
                    draft.clear(flat)
                elif question.get("type") == "image":
                    if flat not in draft.values:
                        shoot(question, flat)
                else:
                    answer(form, question, flat, place, draft, step)


def places(question: Question, draft: Draft) -> list[tuple[str, Place]]:
    """Where the question stands in this draft: once, or once in each row of its repeat."""
    path, repeat = question["path"], question.get("repeat")
    if not repeat:
        return [(path, Place(path))]
    inner = path.removeprefix(repeat + "/")
    return [
        (f"{flat}[{row}]/{inner}", Place(path, flat, row))
        for flat in draft.repeats(repeat)
        for row in draft.rows(flat)
    ]


def relevant(
    form: Mapping[str, Any], question: Question, place: Place, draft: Draft, step: Doorstep
) -> bool:
    conditions = [
        (section["path"], section["relevant"])
        for section in form["sections"]
        if section.get("relevant") and place.path.startswith(section["path"] + "/")
    ]
    if question.get("relevant"):
        conditions.append((place.path, question["relevant"]))
    for path, expression in conditions:
        try:
            at = Place(path, place.repeat, place.row)
            if not truth(evaluate(expression, at, draft.values, step.arrived.date().isoformat())):
                return False
        except Unknown:
            continue
    return True


def recalculate(form: Mapping[str, Any], draft: Draft, today: str) -> None:
    """Totals as this phone sees them: witnesses for the server, which reckons by itself."""
    for question in form["questions"]:
        if question.get("calculate"):
            for flat, place in places(question, draft):
                _calculate(question["calculate"], flat, place, draft, today)


def _calculate(expression: str, flat: str, place: Place, draft: Draft, today: str) -> None:
    try:
        value = evaluate(expression, place, draft.values, today)
    except Unknown:
        return
    reckoned = number(value)
    if math.isnan(reckoned):
        draft.clear(flat)
    else:
        draft.set(flat, int(reckoned) if reckoned.is_integer() else round(reckoned, 6))


def answer(
    form: Mapping[str, Any],
    question: Question,
    flat: str,
    place: Place,
    draft: Draft,
    step: Doorstep,
) -> None:
    """Write what this household says to a question that applies, unless it is answered."""
    path = question["path"]
    if question.get("calculate"):
        _calculate(question["calculate"], flat, place, draft, step.arrived.date().isoformat())
    elif path in step.given:
        draft.set(flat, step.given[path])
    elif flat not in draft.values and _is_asked(question):
        rng = random.Random(f"{step.key}/{flat}")
        value = ANSWERS[path](rng, draft, step) if path in ANSWERS else _by_type(
            form, question, rng, step
        )  # fmt: skip
        if value is not None:
            draft.set(flat, value)


def _is_asked(question: Question) -> bool:
    """Nobody on these phones leaves an answer open, so nothing is marked as unknown."""
    unasked = question.get("missing") or question.get("read_only")
    return question.get("type") not in UNASKED and not unasked


def _by_type(
    form: Mapping[str, Any], question: Question, rng: random.Random, step: Doorstep
) -> Any:
    """For a question this file does not know by name. What is sealed is never invented."""
    if question.get("sensitivity") == "P1":
        return None
    choices = [c["name"] for c in form["choices"].get(question.get("choices"), ())]
    usual = [name for name in choices if name not in CODES_FOR_NOTHING] or choices
    match question.get("type"):
        case "select_one":
            return rng.choice(usual) if usual and len(choices) > 1 else None
        case "select_multiple":
            return sorted(rng.sample(usual, min(len(usual), rng.randint(1, 2))))
        case "integer":
            return rng.randint(0, 9)
        case "decimal":
            return rng.randint(0, 90) / 10
        case "date":
            return step.arrived.date().isoformat()
        case "dateTime":
            return step.arrived.isoformat(timespec="milliseconds")
        case "time":
            return step.arrived.strftime("%H:%M:%S.000%z")
        case "geopoint":
            return dict(step.fix) if step.fix else None
        case "acknowledge":
            return "OK"
        case "text":
            return rng.choice(REMARKS) if question.get("required") else None
    return None


def _people(draft: Draft, leaf: str) -> list[Any]:
    return [value for path, value in draft.values.items() if path.endswith("]/" + leaf)]


def _wage(rng: random.Random, draft: Draft, step: Doorstep) -> int:
    working = sum(answer in ("skilled", "ordinary") for answer in _people(draft, "labour"))
    return sum(rng.randrange(9_000, 36_000, 100) for _ in range(min(working, 2)))


def _business(rng: random.Random, draft: Draft, step: Doorstep) -> int:
    return rng.randrange(3_000, 26_000, 50)


def _pension(rng: random.Random, draft: Draft, step: Doorstep) -> int:
    year = step.arrived.year
    elders = sum(year - int(str(birth)[:4]) >= 60 for birth in _people(draft, "birth"))
    return elders * rng.randrange(1_320, 2_400, 12)


def _cost(rng: random.Random, draft: Draft, step: Doorstep) -> int:
    return int(float(draft.values.get("income/business") or 0) * rng.uniform(0.2, 0.5))


def _housing(rng: random.Random, draft: Draft, step: Doorstep) -> str:
    return "graded_safe" if draft.values.get("living/housing_grade") in ("A", "B") else "waiting"


def _water(rng: random.Random, draft: Draft, step: Doorstep) -> str:
    return "safe" if draft.values.get("living/water_source") == "tap" else "basic"


def _minutes(rng: random.Random, draft: Draft, step: Doorstep) -> int:
    return 0 if draft.values.get("living/water_source") == "tap" else rng.randrange(2, 25)


def _sometimes(
    chance: float, *words: str
) -> Callable[[random.Random, Draft, Doorstep], str | None]:
    return lambda rng, draft, step: rng.choice(words) if rng.random() < chance else None


REMARKS = (
    "家里今年种了药材，收成还可以。",
    "孩子在县城上学，周末回家。",
    "老人身体不错，常去地里。",
    "冬天用水偶尔压力小。",
)
PROBLEMS = (
    "厨房屋顶有一处漏雨，需要修补。",
    "入户路有一段雨后湿滑。",
    "慢性病用药报销手续不清楚，想问一问。",
)
ANSWERS: Mapping[str, Callable[[random.Random, Draft, Doorstep], Any]] = {
    "door/outcome": lambda rng, draft, step: step.outcome,
    "door/no_fix": lambda rng, draft, step: None if step.fix else "yes",
    "door/away_note": lambda rng, draft, step: rng.choice(
        ("邻居说傍晚才回来", "外出务工，月底回来")
    ),
    "door/refused_note": lambda rng, draft, step: "说今天忙，改日再来",
    "door/purpose": lambda rng, draft, step: ["verify"],
    "door/also": lambda rng, draft, step: None,
    "people/members/work_place": lambda rng, draft, step: "none",
    "people/members/change": lambda rng, draft, step: None,
    "people/members/post": lambda rng, draft, step: None,
    "people/head_name": lambda rng, draft, step: None,
    "people/met_who": lambda rng, draft, step: rng.choice(("head", "head", "head", "member")),
    "people/met_name": lambda rng, draft, step: next(iter(_people(draft, "full_name")[1:]), None),
    "people/registered_address": lambda rng, draft, step: None,
    "people/actual_address": lambda rng, draft, step: None,
    "people/members/no_id": lambda rng, draft, step: None,
    "income/wage": _wage,
    "income/business": _business,
    "income/property": lambda rng, draft, step: rng.choice((0, 0, 400, 800, 1_500)),
    "income/dibao": lambda rng, draft, step: rng.choice((0, 0, 0, 0, 4_320)),
    "income/pension": _pension,
    "income/transfer_other": lambda rng, draft, step: rng.randrange(200, 3_000, 20),
    "income/asset_dividend": lambda rng, draft, step: rng.choice((0, 0, 0, 600)),
    "income/family_planning": lambda rng, draft, step: 0,
    "income/tekun": lambda rng, draft, step: 0,
    "income/aid_months": lambda rng, draft, step: None,
    "income/eco": lambda rng, draft, step: rng.choice((0, 0, 120, 240)),
    "income/business_cost": _cost,
    "living/housing_defects": lambda rng, draft, step: [
        rng.choice(("nothing", "nothing", "nothing", "crack", "leak"))
    ],
    "living/water_minutes": _minutes,
    "living/elders_in_old": lambda rng, draft, step: None,
    "living/housing_conclusion": _housing,
    "living/water_conclusion": _water,
    "evidence/photo_refused": lambda rng, draft, step: None,
    "finish/problem": lambda rng, draft, step: "yes" if rng.random() < 0.12 else "no",
    "finish/problem_text": lambda rng, draft, step: rng.choice(PROBLEMS),
    "finish/remark": _sometimes(0.4, *REMARKS),
}
