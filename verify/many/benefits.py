"""D27 what a household's last visit says of benefits does not fit together, in several ways.

The pack's own rules (R-10 … R-21) have pointed at each place by themselves. Where two or more of
them speak in one visit the household is told of as a whole, with both sides of each: one alone is
often a slip, several are often an entitlement that was missed.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from store import verdicts
from store.findings import Finding
from verify import township
from verify.described import Check, Figure, Limits
from verify.finding import to_check
from verify.many.check import Many, Told

RULES = frozenset(
    {"R-10", "R-11", "R-12", "R-13", "R-14", "R-15", "R-16", "R-17", "R-20", "R-21", "R-43", "R-44"}
)
FORM = "household_visit"


@dataclass(frozen=True)
class Benefits(Limits):
    NAME: ClassVar[str] = "benefits_unfit"
    rules: int = 2


def read(db: Session, township_id: str, asof: datetime) -> Mapping[str, Mapping[str, str]]:
    """{household: {rule: the path it points at}} of each household's last visit, without rules
    that fell silent and without what a person has decided."""
    seen = township.read(db, township_id, asof)
    last = {visit.unit: visit.id for visit in seen.visits if visit.form[0] == FORM}
    homes = {rec: unit for unit, rec in last.items()}
    query = select(Finding.rec, Finding.rule, Finding.path).where(
        Finding.rec.in_(homes),
        Finding.rule.in_(RULES - verdicts.muted(db).keys()),
        Finding.state == "open",
    )
    decided = verdicts.given(db, homes)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for rec, rule, path in db.execute(query.order_by(Finding.rule, Finding.path)):
        if (rec, rule, path) not in decided:
            found[homes[rec]].setdefault(rule, path)
    return found


def judge(found: Mapping[str, Mapping[str, str]], figures: Mapping[str, Any]) -> Told:
    limits = Benefits.of(figures)
    return [
        (
            unit,
            to_check(
                "D27",
                0.4,
                f"这户最近一次走访有 {len(rules)} 处关于收入、待遇和措施的内容互相对不上"
                f"（{'、'.join(rules)}）。请与部门名册核对，也看看有没有该享受而没有享受的",
                f"At {len(rules)} places of the last visit income, benefits and measures do not "
                f"fit ({', '.join(rules)}). Please compare with the departments' lists, and see "
                "whether anything is due that did not come",
                "",
                {"rules": dict(rules), "limit": limits.rules},
            ),
        )
        for unit, rules in sorted(found.items())
        if len(rules) >= limits.rules
    ]


ABOUT = Check(
    "D27",
    "待遇的几处内容互相对不上",
    "What is said of benefits does not fit",
    "最近一次走访里，表单规则（R-10 至 R-21 等）同时提示了几处",
    "How many of the form's own rules on benefits (R-10 to R-21 …) speak in the last visit",
    "规则只写一次，这里只是合起来看；一处不提示；两边的说法都列出",
    "The rules are written once, here they are put together; one alone is not told; both sides are "
    "shown",
    "rules R-10 … R-21, R-43, R-44",
    (Benefits.NAME,),
    Figure(
        "几处对不上才提示",
        "How many places are pointed out",
        {"rules": ("至少几条", "rules at least")},
    ),
)
CHECK = Many("D27", read, judge, ABOUT)
