"""Error rates, SRV and reliability against figures worked out by hand."""

from typing import Any

import pytest

from verify.agreement import (
    Pair,
    by,
    differs,
    is_answer,
    reliability,
    simple_response_variance,
)


def pair(first: Any, second: Any, kind: str = "t3", question: str = "wage") -> Pair:
    return Pair(question, kind, "household_visit 2026.2", "east", first, second)


def test_the_simple_response_variance_is_half_that_of_the_differences() -> None:
    """Differences 0, 0, 0, −2: mean −0.5, sum of squares 3, variance 3/3 = 1, half of it 0.5."""
    both = [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (4.0, 6.0)]
    assert simple_response_variance(both) == pytest.approx(0.5)


def test_reliability_is_one_less_its_share_of_the_second_answers_variance() -> None:
    """Second answers 1, 2, 3, 6: mean 3, variance 14/3; 1 − 0.5/(14/3) = 25/28."""
    both = [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0), (4.0, 6.0)]
    assert reliability(both) == pytest.approx(25 / 28)


def test_a_constant_shift_is_no_variance() -> None:
    """First always 100 more: the differences do not vary, so SRV 0 and reliability 1."""
    both = [(1100.0, 1000.0), (2100.0, 2000.0), (3100.0, 3000.0)]
    assert (simple_response_variance(both), reliability(both)) == (0.0, 1.0)


def test_reliability_may_be_below_nothing() -> None:
    """Differences −2, 2: variance 8, SRV 4; second 2, 0: variance 2; 1 − 4/2 = −1."""
    assert reliability([(0.0, 2.0), (2.0, 0.0)]) == pytest.approx(-1.0)


@pytest.mark.parametrize("both", [[], [(1.0, 1.0)], [(1.0, 5.0), (2.0, 5.0)]])
def test_where_nothing_varies_there_is_no_reliability(both: list[tuple[float, float]]) -> None:
    assert reliability(both) is None


@pytest.mark.parametrize(
    ("first", "second", "kind", "differing"),
    [
        (1000, 1100, "t3", False), (1000, 1100.5, "t3", True), (1000, 900, "t3", False),
        (0, 1, "t3", True), (4, 4, "t1", False), (4, 5, "t1", True), (1000, 1001, "t2", True),
        ("tap", "tap ", "t2", False), ("tap", "well", "t2", True),
        (["a", "b"], ["b", "a"], "t2", False),
        (4, "4", "t1", False),
    ],
)  # fmt: skip
def test_amounts_may_be_a_little_off_and_nothing_else(
    first: Any, second: Any, kind: str, differing: bool
) -> None:
    assert differs(pair(first, second, kind), 0.1) is differing


def test_rates_are_told_by_type_question_and_village() -> None:
    told = [
        pair(1000, 2000), pair(500, 500), pair(4, 4, "t1", "size"), pair(3, 4, "t1", "size"),
        pair(2, 2, "t1", "size"), pair("tap", "well", "t2", "water_source"),
    ]  # fmt: skip
    lines = {line.name: line for line in by(told, lambda p: p.question, 0.1)}
    assert (lines["wage"].compared, lines["wage"].differing, lines["wage"].rate) == (2, 1, 0.5)
    assert lines["size"].rate == pytest.approx(1 / 3)
    assert lines["size"].srv == pytest.approx(1 / 6)  # 0, −1, 0: variance 1/3
    assert (lines["water_source"].srv, lines["water_source"].ratio) == (None, None)
    [village] = by(told, lambda p: p.village, 0.1, apart=False)
    assert (village.compared, village.differing, village.srv) == (6, 3, None)
    assert {line.kind: line.compared for line in by(told, lambda _: "", 0.1)} == {
        "t1": 3, "t2": 1, "t3": 2
    }  # fmt: skip


def test_an_empty_answer_is_none() -> None:
    assert [is_answer(v) for v in (None, "", [], 0, "0")] == [False, False, False, True, True]
