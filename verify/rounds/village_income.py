"""R-19 net income per person far from the village's median, up or down.

z = 0.6745 · (ln x − median) / MAD, median and median absolute deviation of ln x over the village's
households; |z| over `income_median_z` (3.5), of at least `income_median_households` (20). In
logarithms, because incomes are skewed: of honest ones 2 in 100 would be over the limit otherwise.
x is the server's own calculation, yuan a person and year, above 0. Source: rule R-19; robust z
after Iglewicz and Hoaglin (1993).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import parts
from store.findings import Evaluation
from verify.described import Check
from verify.finding import Found
from verify.reckon import robust_z
from verify.rounds import homes as places

rule = "R-19"
SCORE = 0.2
PATH, TOTAL = "income/per_capita", "income/total"
Z, LEAST = 3.5, 20


@dataclass(frozen=True, slots=True)
class Income:
    """The newest calculation of a household in a year."""

    village: str
    rec: str
    each: float
    """Yuan a person and year, net."""


def read(session: Session, township: str, asof: datetime) -> list[Income]:
    homes = places.homes(session, township)
    visits = [(v.unit, v.rec, v.version) for v in places.visits(session, homes, asof)]
    known = _calculated(session, {rec: version for _, rec, version in visits})
    newest: dict[str, Income] = {}
    for unit, rec, _ in visits:
        if rec in known and unit not in newest:
            newest[unit] = Income(homes[unit], rec, known[rec])
    return [newest[unit] for unit in sorted(newest)]


def _calculated(session: Session, versions: Mapping[str, int]) -> dict[str, float]:
    found = {}
    for part in parts(versions):
        query = select(Evaluation.rec, Evaluation.version, Evaluation.results)
        for rec, version, text in session.execute(query.where(Evaluation.rec.in_(part))):
            each = _each(orjson.loads(text))
            if version == versions[rec] and each is not None:
                found[rec] = each
    return found


def _each(results: Mapping[str, Any]) -> float | None:
    """None where the visit did not ask, or nothing was earned."""
    values, hidden = results.get("values", {}), results.get("irrelevant", ())
    each, total = values.get(PATH), values.get(TOTAL)
    if PATH in hidden or not all(isinstance(v, int | float) and v > 0 for v in (each, total)):
        return None
    return float(each)


def judge(incomes: Sequence[Income], limits: Mapping[str, Any]) -> list[tuple[str, Found]]:
    villages: dict[str, list[Income]] = defaultdict(list)
    for income in incomes:
        villages[income.village].append(income)
    return [each for _, own in sorted(villages.items()) for each in _of_village(own, limits)]


def _of_village(own: Sequence[Income], limits: Mapping[str, Any]) -> list[tuple[str, Found]]:
    limit = float(limits.get("income_median_z", Z))
    if len(own) < int(limits.get("income_median_households", LEAST)):
        return []
    usual = median(income.each for income in own)
    scores = robust_z([math.log(income.each) for income in own])
    return [
        (income.rec, _found(income.each, usual, z, limit, len(own)))
        for income, z in zip(own, scores, strict=True)
        if abs(z) > limit
    ]


def _found(each: float, usual: float, z: float, limit: float, count: int) -> Found:
    zh, en = ("高", "above") if z > 0 else ("低", "below")
    numbers = {"value": round(each, 2), "village_median": round(usual, 2), "z": round(z, 2)}
    return Found(
        rule,
        SCORE,
        f"待核实：人均纯收入 {each:,.0f} 元，比全村中位数 {usual:,.0f} 元{zh}得多；"
        "新就业、一次性补偿、生病、受灾都可能，请核对单位和人数",
        f"To be checked: {each:,.0f} yuan a person is far {en} the village's median of "
        f"{usual:,.0f}; a new job, a compensation, illness or a disaster may be the reason. Please "
        "check the unit and the number of people",
        PATH,
        numbers | {"limit": limit, "count": count, "level": "S"},
    )


about = Check(
    "R-19",
    "人均纯收入与全村中位数",
    "Income per person and the village's median",
    "人均纯收入的对数与全村中位数的稳健 z 值（0.6745 × 差 ÷ 绝对中位差），每晚比较",
    "Robust z of the logarithm, 0.6745 × distance from the village's median ÷ median absolute "
    "deviation, nightly",
    "户数不够不比；新就业、补偿、生病、受灾都可能",
    "Needs enough households; a new job, a compensation, illness or a disaster may be why",
    "rule R-19; Iglewicz and Hoaglin (1993)",
    ("income_median_z", "income_median_households"),
)
