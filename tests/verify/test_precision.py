"""Beta and noisy-OR against figures worked out by hand or in closed form."""

import math

import pytest

from verify.precision import Tally, cumulative, falls_silent, probability, quantile, risk


def test_the_distribution_is_that_of_closed_forms() -> None:
    for x in (0.1, 0.37, 0.9):
        assert cumulative(x, 1, 1) == pytest.approx(x)
        assert cumulative(x, 3, 1) == pytest.approx(x**3)
        assert cumulative(x, 1, 31) == pytest.approx(1 - (1 - x) ** 31)
        assert cumulative(x, 2, 2) == pytest.approx(3 * x**2 - 2 * x**3)
    assert (cumulative(0.0, 2, 2), cumulative(1.0, 2, 2)) == (0.0, 1.0)


def test_the_upper_bound_after_thirty_misses_is_known() -> None:
    """1 − (1 − x)³¹ = 0.9 at x = 1 − 0.1^(1/31)."""
    assert Tally(0, 30).upper == pytest.approx(1 - 0.1 ** (1 / 31), abs=1e-8)
    assert quantile(0.5, 1, 1) == pytest.approx(0.5)
    assert cumulative(Tally(700, 900).upper, 701, 901) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("hits", "misses", "silent"),
    [(0, 29, False), (0, 30, True), (3, 27, False), (2, 28, True), (15, 15, False)],
)
def test_a_rule_falls_silent_only_when_it_is_surely_poor(
    hits: int, misses: int, silent: bool
) -> None:
    assert falls_silent(Tally(hits, misses), 30, 0.2) is silent


def test_a_probability_begins_at_the_score_and_follows_the_verdicts() -> None:
    assert probability(0.9, Tally()) == pytest.approx(0.9)
    assert probability(0.9, Tally(1, 3)) == pytest.approx((1.8 + 1) / 6)
    assert probability(0.9, Tally(100, 900)) == pytest.approx(0.1, abs=0.01)


def test_risks_are_joined_by_rule_and_never_summed() -> None:
    assert risk([]) == 0.0
    assert risk([("D01", 0.5), ("D08", 0.5)]) == pytest.approx(0.75)
    assert risk([("R-01", 0.4), ("R-01", 0.4), ("R-01", 0.2)]) == pytest.approx(0.4)
    assert math.isclose(risk([("A", 1.0), ("B", 0.0)]), 1.0)
