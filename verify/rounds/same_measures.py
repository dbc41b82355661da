"""R-22 one and the same set of measures for nearly all households that one person visits.

share = households with the most frequent set / households, over `same_measures_share` (0.9), of at
least `same_measures_households` (10); and at least `same_measures_above` (0.2) over the share of
the same set among the other households of the village (of the township, where the village has too
few others), so that what a whole village was given is nobody's finding. Without enough others
nothing is said. One finding, on the newest of these visits. Source: rule R-22.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import parts
from store.units import Assignment
from verify.described import Check
from verify.finding import Found
from verify.rounds import homes as places

rule = "R-22"
SCORE = 0.3
MEASURES = "measures/taken"
SHARE, LEAST, ABOVE = 0.9, 10, 0.2


@dataclass(frozen=True, slots=True)
class Household:
    """What the newest visit with any measures wrote down; nothing of it is kept per person."""

    unit: str
    village: str
    visitor: str | None
    """Whom the household is paired with: groups visits, and is never told."""
    rec: str
    at: str
    measures: frozenset[str]


def read(session: Session, township: str, asof: datetime) -> list[Household]:
    homes = places.homes(session, township)
    newest: dict[str, Household] = {}
    visitors = _visitors(session, homes)
    for v in places.visits(session, homes, asof):
        measures = _measures(v.doc) if v.unit not in newest else None
        if measures:
            village, visitor = homes[v.unit], visitors.get(v.unit)
            newest[v.unit] = Household(v.unit, village, visitor, v.rec, v.at, measures)
    return [newest[unit] for unit in sorted(newest)]


def _visitors(session: Session, units: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts(units):
        query = select(Assignment.unit, Assignment.user_id).where(
            Assignment.unit.in_(part), Assignment.ended_seq.is_(None)
        )
        found |= {unit: user for unit, user in session.execute(query.order_by(Assignment.id))}
    return found


def _measures(doc: str) -> frozenset[str]:
    rows = orjson.loads(doc).get("rows", {}).get(MEASURES, {})
    return frozenset(str(row["code"]) for row in rows.values() if row.get("code"))


def judge(households: Sequence[Household], limits: Mapping[str, Any]) -> list[tuple[str, Found]]:
    groups: dict[tuple[str, str], list[Household]] = defaultdict(list)
    for household in households:
        if household.visitor is not None:
            groups[household.visitor, household.village].append(household)
    found = (_of_group(own, households, limits) for _, own in sorted(groups.items()))
    return [each for each in found if each is not None]


def _of_group(
    own: Sequence[Household], everybody: Sequence[Household], limits: Mapping[str, Any]
) -> tuple[str, Found] | None:
    least = int(limits.get("same_measures_households", LEAST))
    limit = float(limits.get("same_measures_share", SHARE))
    if len(own) < least:
        return None
    usual, count = min(
        Counter(h.measures for h in own).items(), key=lambda c: (-c[1], sorted(c[0]))
    )
    share, around = count / len(own), _around(own, everybody, usual, least)
    above = float(limits.get("same_measures_above", ABOVE))
    if share <= limit or around is None or share - around < above:
        return None
    newest = max((h for h in own if h.measures == usual), key=lambda h: (h.at, h.rec))
    numbers = {"count": len(own), "same": count, "share": round(share, 3)}
    numbers |= {"share_around": round(around, 3), "limit": limit}
    return newest.rec, _found(numbers)


def _around(
    own: Sequence[Household], everybody: Sequence[Household], usual: frozenset[str], least: int
) -> float | None:
    """The share of this set among the others; None where they are too few to compare with."""
    mine, village = {household.unit for household in own}, own[0].village
    others = [household for household in everybody if household.unit not in mine]
    near = [household for household in others if household.village == village]
    chosen = near if len(near) >= least else others
    if len(chosen) < least:
        return None
    return sum(household.measures == usual for household in chosen) / len(chosen)


def _found(numbers: Mapping[str, Any]) -> Found:
    count, same = numbers["count"], numbers["same"]
    around = f"{numbers['share_around']:.0%}"
    return Found(
        rule,
        SCORE,
        f"待核实：一起走访的 {count} 户中有 {same} 户登记的措施完全一样（周围其他户是 {around}）；"
        "整村推进的项目可以相同，请核对是不是按每户的情况填的",
        f"To be checked: of {count} households visited together {same} have the very same measures "
        f"({around} of the others around); a project for a whole village may be the reason. Please "
        "see whether each was noted by the household's own case",
        "",
        {**numbers, "level": "S"},
    )


about = Check(
    "R-22",
    "一起走访的户措施几乎都一样",
    "Nearly the same measures everywhere",
    "同一人在一个村走访的户中，最常见的一组措施所占的比例，与村里其他户比",
    "Share of the most frequent set of measures among the households one person visits in a "
    "village, beside the others there",
    "户数不够不比；整村都一样的不提示；说的是这些走访，不给人打分",
    "Needs enough households; not where the whole village has the same; it speaks of visits "
    "and scores nobody",
    "rule R-22",
    ("same_measures_share", "same_measures_households", "same_measures_above"),
)
