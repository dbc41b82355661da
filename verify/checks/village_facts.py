"""R-34 what the village's form says of all, and what a household says of itself (F19).

Each fact is one line of FACTS: it speaks only where the village's form leaves no room for the
household's answer, such as "all households have electricity" and "no". An outlying hamlet, or a
change since the village's form, explains it; so both sides are asked. Source: rule R-34.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from verify.finding import Found, Judgement

RULE, SCORE = "R-34", 0.3
Village = Mapping[str, Any]
"""Answers of the newest `village_base`, by path."""
FACILITIES = "works/facilities"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the visit says of the household, and where."""

    value: Any
    path: str


@dataclass(frozen=True, slots=True)
class Fact:
    """`name`: the register's property; `against`: answers that the village's form rules out."""

    name: str
    village: Callable[[Village], bool]
    against: frozenset[str]
    zh: str
    en: str


def _all(path: str) -> Callable[[Village], bool]:
    """As many households as there are in the village."""

    def holds(village: Village) -> bool:
        count, whole = village.get(path), village.get("base/households")
        return isinstance(count, int) and isinstance(whole, int) and 0 < whole <= count

    return holds


def _has(facility: str) -> Callable[[Village], bool]:
    return lambda village: facility in _chosen(village)


def _lacks(facility: str) -> Callable[[Village], bool]:
    """The question was answered, without this."""
    return lambda village: bool(_chosen(village)) and facility not in _chosen(village)


def _chosen(village: Village) -> list[str]:
    told = village.get(FACILITIES) or ()
    return told.split() if isinstance(told, str) else [str(one) for one in told]


FACTS = (
    Fact("electricity", _all("works/lit_households"), frozenset({"no"}),
         "村表上户户通电，这户填的是没有", "the village's form has electricity in every house"),
    Fact("water_source", _all("works/tap_households"),
         frozenset({"well", "open_well", "river", "rain"}),
         "村表上户户通自来水，这户填的不是自来水",
         "the village's form has tap water in every house"),
    Fact("clinic_near", _has("clinic"), frozenset({"no"}),
         "村表上有卫生室，这户填的是看病不方便", "the village's form has a clinic"),
    Fact("road", _lacks("road"), frozenset({"concrete", "asphalt"}),
         "村表上没有硬化路，这户填的入户路是硬化的", "the village's form has no paved road"),
    Fact("broadband", _lacks("broadband"), frozenset({"yes"}),
         "村表上没有通宽带，这户填的是有", "the village's form has no broadband"),
)  # fmt: skip


def check(household: Mapping[str, Answer], village: Village) -> Judgement:
    """`household`: {property: answer} of one visit; only what it says is compared."""
    found = [
        _found(fact, household[fact.name])
        for fact in FACTS
        if fact.name in household
        and household[fact.name].value in fact.against
        and fact.village(village)
    ]
    return Judgement(tuple(found))


def _found(fact: Fact, answer: Answer) -> Found:
    return Found(
        RULE,
        SCORE,
        f"待核实：{fact.zh}；可能住得偏远，或村表以后有了变化，请核对两边",
        f"To be checked: {fact.en}, and this household answers otherwise; they may live far out, "
        "or things changed since. Please check both",
        answer.path,
        {"given": answer.value, "level": "S"},
    )
