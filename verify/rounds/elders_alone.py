"""R-44 old people registered alone, while a household of the village that seems theirs has assets.

All living members are `elder_age` (60) or older; another household of the same village shares their
phone, benefit account or registered address, has an adult `child_years_least` (16) to
`child_years_most` (45) years younger, and says that it has a car, a shop, a house in town or a
public salary. A phone or account of more than `phone_households_most` households, or an address of
more than two, ties nobody together. It asks whether the old people are cared for; neither household
loses anything by it. Source: rule R-44.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from verify.described import Check
from verify.finding import Found
from verify.rounds.households import Household, read

__all__ = ["Household", "about", "judge", "read", "rule"]
rule = "R-44"
SCORE = 0.2
AGE, YOUNGEST, OLDEST, PHONES, ADULT = 60, 16, 45, 3, 18
ASSETS = frozenset({"car", "shop", "town_house", "salary"})
"""Choices of the register's property `assets` that count."""
ADDRESSES = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """Years, and households to a phone; from the dated parameters."""

    age: float
    youngest: float
    oldest: float
    phones: int


def judge(households: Sequence[Household], limits: Mapping[str, Any]) -> list[tuple[str, Found]]:
    told = Limits(
        float(limits.get("elder_age", AGE)),
        float(limits.get("child_years_least", YOUNGEST)),
        float(limits.get("child_years_most", OLDEST)),
        int(limits.get("phone_households_most", PHONES)),
    )
    ties = _ties(households, told)
    found = []
    for own in households:
        if own.rec is None or not _alone(own, told):
            continue
        near = {other.unit: other for tie in _named(own) for other in ties.get(tie, ())}
        theirs = [o for o in near.values() if o.unit != own.unit and _of_children(own, o, told)]
        if theirs:
            found.append((own.rec, _found(sorted(other.unit for other in theirs), told)))
    return found


Tie = tuple[str, str, str]
"""(village, kind, value or its keyed index)"""


def _named(household: Household) -> list[Tie]:
    village = household.village
    ties = [(village, "index", digest) for digest in sorted(household.digests)]
    return ties + ([(village, "address", household.address)] if household.address else [])


def _ties(households: Sequence[Household], limits: Limits) -> dict[Tie, list[Household]]:
    """What so few share that it says something."""
    counts = Counter(tie for household in households for tie in _named(household))
    ties: dict[Tie, list[Household]] = defaultdict(list)
    for household in households:
        for tie in _named(household):
            if counts[tie] <= (ADDRESSES if tie[1] == "address" else limits.phones):
                ties[tie].append(household)
    return ties


def _alone(household: Household, limits: Limits) -> bool:
    """Everybody's birth is known, and nobody is younger."""
    births, day = household.births, household.day
    return bool(births) and all(b is not None and _years(b, day) >= limits.age for b in births)


def _of_children(elders: Household, other: Household, limits: Limits) -> bool:
    if not ASSETS & other.assets:
        return False
    adults = [b for b in other.births if b is not None and _years(b, other.day) >= ADULT]
    old = [birth for birth in elders.births if birth is not None]
    return any(
        limits.youngest <= _years(parent, child) <= limits.oldest
        for parent in old
        for child in adults
    )


def _years(birth: date, day: date) -> float:
    return (day - birth).days / 365.25


def _found(units: list[str], limits: Limits) -> Found:
    return Found(
        rule,
        SCORE,
        "待核实：这户只有老人，同村有一户和他们登记了同一个电话、账号或地址，并有车、房、商铺或财政工资；"
        "请了解是不是一家、老人有没有人照顾",
        "To be checked: only old people are registered here, and a household of the village with "
        "the same phone, account or address has a car, a house, a shop or a public salary; please "
        "find out whether they are one family, and who looks after the old people",
        "",
        {"limit": limits.age, "level": "S", "units": units},
    )


about = Check(
    "R-44",
    "老人单独一户",
    "Old people registered alone",
    "全是老人的户，同村有一户登记了同一个电话、账号或地址，有年龄相当于子女的成人，并有车、房、商铺或财政工资",
    "Only old people, and a household of the village with the same phone, account or address, "
    "an adult of their children's age, and a car, a house, a shop or a public salary",
    "许多户合用的电话、两户以上的地址不算；只为了解老人有没有人照顾，两户都不因此受影响",
    "Phones of many and addresses of more than two do not count; it asks who looks after the "
    "old people, and neither household loses by it",
    "rule R-44",
    ("elder_age", "child_years_least", "child_years_most", "phone_households_most"),
)
