"""R-02 for both households: after a visit only the later of two hears of the number they share.

The same comparison as `verify.checks.same_id`, over all members that the register has in a
township; what it finds stands at the household. Source: rule R-02.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.bulk import parts
from store.records import Record, RecordType, is_a
from store.seal import SealedIndex
from verify.across import sharing, villages
from verify.checks import same_id
from verify.checks.shared import LEFT, Holder
from verify.described import Check
from verify.finding import Found
from verify.rounds import homes as places

rule = same_id.RULE


@dataclass(frozen=True, slots=True)
class Household:
    """A household with a number that stands elsewhere in the county as well."""

    unit: str
    village: str
    others: tuple[Holder, ...]
    """Where somebody of it who has not left is registered, too."""


def read(session: Session, township: str, asof: datetime) -> list[Household]:
    """As the register stands now; `asof` is of no matter to it."""
    homes = places.homes(session, township)
    found: dict[str, list[Holder]] = defaultdict(list)
    for part in parts(homes):
        numbers = _numbers(session, part)
        rows = sharing.sharers(session, {digest for _, digest in numbers})
        paths = {row.area_path for each in rows.values() for row in each}
        known = villages.villages(session, paths)
        for unit, digest in numbers:
            found[unit] += [
                Holder(row.unit, known[row.area_path], sharing.has_left(row))
                for row in rows.get(digest, ())
                if row.unit != unit
            ]
    return [Household(u, homes[u], tuple(each)) for u, each in sorted(found.items()) if each]


def _numbers(session: Session, units: Sequence[str]) -> list[tuple[str, str]]:
    """(household, keyed index of the number) of members who have not left."""
    query = (
        select(Record.unit, SealedIndex.digest, Record.doc)
        .join(SealedIndex, SealedIndex.record == Record.id)
        .where(Record.unit.in_(units), is_a(RecordType.MEMBER), Record.deleted.is_(False))
        .where(SealedIndex.path == sharing.ID)
        .order_by(Record.id)
    )
    return [
        (unit, digest)
        for unit, digest, doc in session.execute(query)
        if orjson.loads(doc).get("set", {}).get("change") not in LEFT
    ]


def judge(households: Sequence[Household], limits: Mapping[str, Any]) -> list[tuple[str, Found]]:
    """[(household, what was found)]; there is no limit to set."""
    found = []
    for household in households:
        others = [holder for holder in household.others if not holder.left]
        if others:
            found.append((household.unit, same_id.of_household(others, household.village)))
    return found


about = Check(
    "R-02",
    "两户有同一个身份证号",
    "One id number in two households",
    "全县比较身份证号的密钥指纹，不读号码本身",
    "The keyed index of the number, over the county; the number itself is not read",
    "一边已登记去世、婚出、迁出的不提示；不写出另一户是谁，有权看那一户的人才看得到",
    "Not where one side has died or moved out; the other household is shown only to those who "
    "may see it anyway",
    "rule R-02; GB 11643",
)
