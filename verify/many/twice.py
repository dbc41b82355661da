"""D26 one person who perhaps stands in two households of a village.

Same name and date of birth; or names of three letters and more that differ in one (Levenshtein),
same sex and date of birth. Numbers of ids, phones and accounts are other rules' (R-02, R-08, R-09).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from store.records import Record, RecordType
from verify import reading, township
from verify.described import Check, Figure, Limits
from verify.finding import Found, to_check
from verify.many.check import Many, Told
from verify.reckon import edits_between

SURE = 0.4
"""Above it the names are the same."""


@dataclass(frozen=True)
class Twice(Limits):
    NAME: ClassVar[str] = "person_twice"
    letters: int = 3
    """A shorter name must be just the same."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a household as the register has them."""

    unit: str
    code: str
    """The household's number that people know."""
    village: str
    name: str
    birth: str
    sex: str


def read(db: Session, township_id: str, asof: datetime) -> tuple[Member, ...]:
    """Members that did not leave or die."""
    villages = township.villages_of(db, township_id)
    query = select(Record.unit, Record.area, Record.doc).where(
        Record.type == RecordType.MEMBER.value,
        Record.area.in_(villages),
        Record.deleted.is_(False),
    )
    rows = [(row, orjson.loads(row.doc).get("set", {})) for row in db.execute(query)]
    codes = reading.household_codes(db, sorted({row.unit for row, _ in rows}))
    return tuple(
        Member(
            row.unit,
            codes[row.unit],
            villages[row.area],
            str(told.get("full_name") or "").replace(" ", ""),
            str(told.get("birth") or ""),
            str(told.get("sex") or ""),
        )
        for row, told in rows
        if not told.get("change") or told.get("change") in STAYED
    )


STAYED = frozenset({"born", "married_in", "moved_in", "released", "added"})
"""Changes after which somebody belongs to the household."""


def judge(members: Sequence[Member], figures: Mapping[str, Any]) -> Told:
    """Both households are told of, each with the other's number."""
    limits = Twice.of(figures)
    same: dict[tuple[str, str], list[Member]] = defaultdict(list)
    for member in members:
        if member.birth and member.name:
            same[member.village, member.birth].append(member)
    told: list[tuple[str, Found]] = []
    for each in same.values():
        for at, one in enumerate(each):
            for other in each[:at]:
                score = _alike(one, other, limits)
                if score:
                    told += [(one.unit, _found(other, score)), (other.unit, _found(one, score))]
    return told


def _alike(one: Member, other: Member, limits: Twice) -> float:
    if one.unit == other.unit:
        return 0.0
    if one.name == other.name:
        return SURE + 0.1
    long = min(len(one.name), len(other.name)) >= limits.letters
    close = one.sex == other.sex and edits_between(one.name, other.name) <= 1
    return 0.2 if long and close else 0.0


def _found(other: Member, score: float) -> Found:
    same = score > SURE
    zh, en = ("相同", "the same name") if same else ("只差一字", "a name but one letter other")
    return to_check(
        "D26",
        score,
        f"这户有一人与 {other.code} 户一人出生日期相同、姓名{zh}。"
        "请核对是不是同一个人：分户、婚嫁后没有转走的，请更正；双胞胎请备注",
        f"A member has {en} and the same "
        f"date of birth as one of household {other.code}. Please see whether it is one person "
        "(a household that split, a marriage); for twins a remark is enough",
        "",
        {"household": other.code},
    )


ABOUT = Check(
    "D26",
    "两户里可能是同一个人",
    "Perhaps one person in two households",
    "同村两户成员：姓名和出生日期相同，或三字以上的姓名只差一字、性别和出生日期相同",
    "Members of two households of a village: same name and birth, or longer names that differ in "
    "one letter with same sex and birth",
    "同户不比；两个字的姓名必须完全相同；双胞胎、分户可以备注；不比较证件号（另有规则）",
    "Not within a household; short names must be equal; twins and split households can be noted; "
    "id numbers are another rule's",
    "Levenshtein 1965",
    (Twice.NAME,),
    Figure(
        "姓名多长才允许差一字",
        "How long a name must be to differ in a letter",
        {"letters": ("至少几个字", "letters at least")},
    ),
)
CHECK = Many("D26", read, judge, ABOUT)
