"""R-19: income far from the village's median, by a robust z of logarithms."""

import math
import random
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session, sessionmaker

from store.errors import NotFound
from tests.kit.cast import EAST, TOWNSHIP, Cast
from tests.verify.acts import accept, visited
from verify.rounds import village_income
from verify.rounds.village_income import Income, judge

Sessions = sessionmaker[Session]
NOW = datetime(2026, 10, 20, 2, tzinfo=ZoneInfo("Asia/Shanghai"))


def village(*extra: float, count: int = 21) -> list[Income]:
    """Incomes around 10,000 in steps of 1 %."""
    steps = [1.01**step for step in range(-(count // 2), count // 2 + 1)]
    each = [10_000 * step for step in steps]
    return [Income("east", f"r{i}", x) for i, x in enumerate([*each, *extra])]


def test_what_is_far_above_and_far_below_is_told_with_its_figures() -> None:
    found = dict(judge(village(20_000, 5_000), {}))
    assert set(found) == {"r21", "r22"}
    high, low = found["r21"], found["r22"]
    assert high.numbers["village_median"] == 10_000 and high.numbers["count"] == 23
    spread = 6 * math.log(1.01)
    assert high.numbers["z"] == round(0.6745 * math.log(2) / spread, 2) == -low.numbers["z"]
    assert "高" in high.zh and "低" in low.zh and high.path == "income/per_capita"


def test_the_limit_and_the_number_of_households_are_the_countys() -> None:
    assert judge(village(20_000), {"income_median_z": 9}) == []
    assert judge(village(20_000, count=17), {}) == []
    assert len(judge(village(20_000, count=17), {"income_median_households": 18})) == 1


def test_a_village_of_equal_incomes_has_no_measure() -> None:
    same = [Income("east", f"r{i}", 9_000.0) for i in range(30)]
    assert judge([*same, Income("east", "x", 30_000.0)], {}) == []


def test_villages_are_not_mixed() -> None:
    west = [Income("west", f"w{i}", 20_000 * 1.01**i) for i in range(21)]
    assert judge(village() + west, {}) == []


def test_honest_incomes_are_hardly_ever_told() -> None:
    draw = random.Random(7)
    homes = [Income("east", str(i), draw.lognormvariate(9.3, 0.6)) for i in range(2_000)]
    assert len(judge(homes, {})) <= 4


def test_the_servers_own_calculation_of_the_newest_visit_counts(
    sessions: Sessions, cast: Cast
) -> None:
    rows = {"people/members": {f"aaaaaaa{i}": {"full_name": f"王{i}"} for i in (1, 2)}}
    more = {"door__also": ["income"], "income__per_capita": 1, "rows": rows}
    old = visited(sessions, cast, at="2026-03-01T04:00:00Z", income__wage=8_000, **more)
    new = visited(sessions, cast, at="2026-09-01T04:00:00Z", income__wage=30_000, **more)
    nothing = visited(sessions, cast, "charlie", cast.other_unit, at="2026-09-01T04:00:00Z")
    for rec in (old, new, nothing):
        accept(sessions, cast, rec)
    with sessions() as session:
        assert village_income.read(session, TOWNSHIP, NOW) == [Income(EAST, new, 15_000.0)]


def test_an_area_that_is_not_there_is_said(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session, pytest.raises(NotFound):
        village_income.read(session, "000000000000", NOW)
