"""Visits as checks over many see them, short enough for a table."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from forms.definition import FormDefinition, Question, QuestionType
from tests.verify.test_geo import HOUSE, moved
from verify.geo import Point
from verify.many.check import Told
from verify.township import Edit, Seen, Township

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 10, 18, 12, 0, tzinfo=ZONE)
FORM = ("household_visit", "1")
KINDS = {
    "wage": QuestionType.DECIMAL,
    "farm": QuestionType.DECIMAL,
    "rent": QuestionType.DECIMAL,
    "dibao": QuestionType.DECIMAL,
    "note": QuestionType.TEXT,
} | {f"c{i}": QuestionType.SELECT_ONE for i in range(12)}
SAID = "王大爷说今年雨水多，玉米倒了一半，想请农技员来看一看地里的情况"
"""A note that is long enough to be compared."""
FIVE = {f"c{i}": "2" for i in range(5)}
DEFINITION = FormDefinition(
    "household_visit", "1", {}, ("zh",), "household",
    tuple(Question(path, kind) for path, kind in KINDS.items()), (), (), {},
)  # fmt: skip


def seen(name: str, minute: float = 0, minutes: float = 30, **more: Any) -> Seen:
    """A visit that ended `minute` after noon; its household is named after it."""
    ended = NOON + timedelta(minutes=minute)
    told: dict[str, Any] = {
        "id": name, "version": 1, "unit": f"home {name}", "village": "east", "author": "a",
        "device": "p", "form": FORM, "outcome": "met", "begun": ended - timedelta(minutes=minutes),
        "ended": ended, "answers": {}, "fix": None,
    }  # fmt: skip
    return Seen(**(told | more))


def town(
    visits: Sequence[Seen], anchors: Mapping[str, Point] | None = None, **figures: Any
) -> Township:
    return Township(
        "town", NOON, tuple(visits), {FORM: DEFINITION}, anchors or {},
        {v.unit: f"H-{v.unit}" for v in visits}, figures,
    )  # fmt: skip


def east(metres: float, acc: float = 5.0) -> Point:
    """A place so far east of the first house."""
    there = moved(HOUSE, 0, metres)
    return Point(there.lat, there.lon, acc)


def edit(hours: float, asked: bool = False, **changes: Any) -> Edit:
    return Edit(NOON + timedelta(hours=hours), changes, asked)


def recs(told: Told) -> list[str]:
    """The records that are told of."""
    return sorted({rec for rec, _ in told})
