"""Every finding and note of the checks that compare households or forms, to read their words."""

from datetime import date

from verify.checks import (
    after_death,
    same_id,
    shared_account,
    shared_phone,
    village_facts,
    village_water,
)
from verify.checks.after_death import Meeting, Person
from verify.checks.shared import Holder, Told
from verify.checks.village_facts import FACTS, Answer
from verify.checks.village_water import Certificate
from verify.finding import Found, Judgement
from verify.rounds import elders_alone, same_measures, village_income
from verify.rounds.households import Household
from verify.rounds.village_income import Income

DAY = date(2026, 10, 18)
VILLAGES: list[dict[str, object]] = [
    {"base/households": 5, "works/lit_households": 5, "works/tap_households": 5},
    {"works/facilities": ["clinic"]},
]


def judgements() -> list[Judgement]:
    others = [Holder(f"u{i}", "west") for i in range(4)]
    near = [Holder("u", "east")]
    dead = Person("王福", True, date(2026, 3, 1))
    old = Certificate("safe", date(2025, 1, 1), date(2026, 1, 1))
    answers = {f.name: Answer(sorted(f.against)[0], f.name) for f in FACTS}
    return [
        same_id.check([Told("p", others), Told("q", near)], "east"),
        shared_phone.check(Told("p", others)),
        shared_account.check(Told("p", others)),
        after_death.check([dead], [Meeting(DAY, True, "", "p")]),
        village_water.check("safe", "p", DAY, [old]),
        village_water.check("safe", "p", DAY, [Certificate("unsafe", None, DAY)]),
        village_water.check("safe", "p", DAY, []),
        village_water.check("safe", "p", DAY, [], True),
        *(village_facts.check(answers, village) for village in VILLAGES),
        Judgement((same_id.of_household(others, "east"),)),
        *(Judgement((found,)) for found in _rounds()),
    ]


def _rounds() -> list[Found]:
    sets = [frozenset({"work"})] * 10 + [frozenset({str(i)}) for i in range(10)]
    measures = [
        same_measures.Household(str(i), "east", "ab"[i // 10], str(i), "2026", each)
        for i, each in enumerate(sets)
    ]
    incomes = [Income("east", str(i), 9_000 * 1.01**i) for i in range(21)]
    incomes += [Income("east", "high", 1e6), Income("east", "low", 10.0)]
    tie = frozenset({"p"})
    elders = Household("e", "east", DAY, "e", (date(1950, 1, 1),), tie, "", frozenset())
    family = Household("c", "east", DAY, "c", (date(1980, 1, 1),), tie, "", frozenset({"car"}))
    told = [
        *same_measures.judge(measures, {}),
        *village_income.judge(incomes, {}),
        *elders_alone.judge([elders, family], {}),
    ]
    return [found for _, found in told]
