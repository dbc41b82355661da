"""R-22: one set of measures everywhere, beside the village; read from real databases."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from tests.kit.cast import EAST, TOWNSHIP, Cast
from tests.verify.across.test_family import neighbours
from tests.verify.acts import visited
from verify.rounds import same_measures
from verify.rounds.same_measures import Household, judge

Sessions = sessionmaker[Session]
SAME, OTHER = frozenset({"work", "health"}), frozenset({"dibao"})
NOW = datetime(2026, 10, 20, 2, tzinfo=ZoneInfo("Asia/Shanghai"))


def group(
    visitor: str, sets: Iterable[frozenset[str]], village: str = "east", begin: int = 0
) -> list[Household]:
    return [
        Household(f"{visitor}{i}", village, visitor, f"r-{visitor}{i}", f"2026-10-{10 + i}", each)
        for i, each in enumerate(sets, start=begin)
    ]


def varied(count: int) -> list[frozenset[str]]:
    return [frozenset({f"m{i}"}) for i in range(count)]


def test_the_same_set_for_all_is_told_once_on_the_newest_of_them() -> None:
    own = group("a", [SAME] * 11)
    [(rec, found)] = judge(own + group("b", varied(10)), {})
    assert (rec, found.rule) == ("r-a10", "R-22")
    assert found.numbers == {
        "count": 11, "same": 11, "share": 1.0, "share_around": 0.0, "limit": 0.9, "level": "S"
    }  # fmt: skip


def test_nine_of_ten_is_not_over_the_limit() -> None:
    own = group("a", [SAME] * 9 + [OTHER])
    assert judge(own + group("b", varied(10)), {}) == []
    assert len(judge(own + group("b", varied(10)), {"same_measures_share": 0.85})) == 1


def test_too_few_households_say_nothing() -> None:
    assert judge(group("a", [SAME] * 9) + group("b", varied(10)), {}) == []
    assert len(judge(group("a", [SAME] * 9) + group("b", varied(10)),
                     {"same_measures_households": 9})) == 1  # fmt: skip


def test_what_the_whole_village_has_is_nobodys_finding() -> None:
    assert judge(group("a", [SAME] * 10) + group("b", [SAME] * 9 + [OTHER]), {}) == []


def test_a_village_of_one_visitor_is_held_against_the_township_and_alone_against_nothing() -> None:
    own = group("a", [SAME] * 10)
    assert judge(own, {}) == []
    assert len(judge(own + group("b", varied(10), "west"), {})) == 1
    assert judge(own + group("b", varied(9), "west"), {}) == []


def test_households_paired_with_nobody_are_only_compared_with() -> None:
    alone = [Household(f"u{i}", "east", None, f"r{i}", "2026-10-01", SAME) for i in range(12)]
    assert judge(alone + group("b", varied(10)), {}) == []


def test_no_person_is_named() -> None:
    [(_, found)] = judge(group("alice", [SAME] * 10) + group("b", varied(10)), {})
    assert "alice" not in f"{found.zh}{found.en}{dict(found.numbers)}"


def test_the_newest_visit_with_measures_of_each_household_is_read(
    sessions: Sessions, cast: Cast
) -> None:
    unit, bare = neighbours(sessions, cast, 2)
    rows = {"measures/taken": {"aaaaaaaa": {"code": "work"}, "bbbbbbbb": {"code": "health"}}}
    old = {"measures/taken": {"aaaaaaaa": {"code": "dibao"}}}
    day = NOW - timedelta(days=30)
    visited(sessions, cast, unit=unit, rows=old, at=(day - timedelta(days=9)).isoformat())
    rec = visited(sessions, cast, unit=unit, rows=rows, at=day.isoformat())
    visited(sessions, cast, unit=unit, at=(day + timedelta(days=9)).isoformat())
    visited(sessions, cast, unit=bare, rows=old, at=(day - timedelta(days=400)).isoformat())
    visited(sessions, cast, unit=bare, rows=old, at=(NOW + timedelta(days=1)).isoformat())
    with sessions() as session:
        [read] = same_measures.read(session, TOWNSHIP, NOW)
    assert (read.unit, read.rec, read.measures) == (unit, rec, SAME)
    assert (read.village, read.visitor) == (EAST, cast.users["alice"])
