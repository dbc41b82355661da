"""Small statistics against worked figures."""

import numpy as np
import pytest

from verify.reckon import (
    benjamini_hochberg,
    beta_binomial_tail,
    dbscan,
    edits_between,
    robust_z,
)


def test_a_robust_z_is_not_moved_by_what_is_far() -> None:
    z = robust_z([1, 2, 3, 4, 1000])
    assert z[:4] == pytest.approx([-1.349, -0.6745, 0, 0.6745]) and z[4] > 600
    assert robust_z([5, 5, 5, 9]) == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("x", "n", "a", "b", "p"),
    [(0, 5, 1, 1, 1.0), (5, 5, 1, 1, 1 / 6), (3, 5, 1, 1, 1 / 2), (1, 1, 2, 3, 0.4)],
)
def test_the_beta_binomial_tail(x: int, n: int, a: float, b: float, p: float) -> None:
    assert beta_binomial_tail(x, n, a, b) == pytest.approx(p)


def test_benjamini_and_hochbergs_own_example() -> None:
    """Their table of 1995: at 0.05 the first four of fifteen are kept."""
    p = (0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
         0.5719, 0.6528, 0.7590, 1.0)  # fmt: skip
    q = benjamini_hochberg(dict(enumerate(p)))
    assert [test for test, value in sorted(q.items()) if value <= 0.05] == [0, 1, 2, 3]
    assert q[0] == pytest.approx(0.0015) and q[14] == 1.0
    assert benjamini_hochberg({}) == {}


def test_clusters_and_points_alone() -> None:
    line = np.array([0.0, 10, 20, 500, 1000, 1010, 1020, 1030])
    apart = np.abs(line[:, None] - line[None, :])
    assert dbscan(apart, 15, 3) == [0, 0, 0, -1, 1, 1, 1, 1]
    assert dbscan(apart, 15, 5) == [-1] * 8


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("王芳", "王芳", 0), ("张小明", "张晓明", 1), ("", "abc", 3), ("kitten", "sitting", 3)],
)
def test_edits_between_two_names(one: str, other: str, edits: int) -> None:
    assert edits_between(one, other) == edits_between(other, one) == edits
