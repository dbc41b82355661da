"""Small statistics that several checks share: pure, without anything of this project."""

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
K = TypeVar("K", bound=Hashable)
TO_SIGMA = 0.6745
"""The median absolute deviation of a normal distribution, in standard deviations."""


def robust_z(values: Sequence[float]) -> list[float]:
    """0.6745 (x − median) / MAD of each (Iglewicz & Hoaglin 1993); zeros where MAD is 0."""
    told = np.asarray(values, dtype=float)
    apart = told - np.median(told)
    mad = float(np.median(np.abs(apart)))
    return [0.0] * len(values) if mad == 0 else [float(z) for z in TO_SIGMA * apart / mad]


def beta_binomial_tail(x: int, n: int, a: float, b: float) -> float:
    """P(X ≥ x) of n draws whose chance is itself drawn from Beta(a, b)."""
    return min(1.0, math.fsum(math.exp(_log_mass(k, n, a, b)) for k in range(x, n + 1)))


def _log_mass(k: int, n: int, a: float, b: float) -> float:
    choose = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return choose + _log_beta(k + a, n - k + b) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def benjamini_hochberg(tests: Mapping[K, float]) -> dict[K, float]:
    """{test: q} (Benjamini & Hochberg 1995): keeping q ≤ α keeps the share of those that chance
    made among the kept at α."""
    order = sorted(tests, key=lambda test: tests[test])
    kept: dict[K, float] = {}
    least = 1.0
    for rank in range(len(order), 0, -1):
        least = min(least, tests[order[rank - 1]] * len(order) / rank)
        kept[order[rank - 1]] = least
    return kept


def dbscan(apart: Floats, eps: float, least: int) -> list[int]:
    """The cluster of each point, −1 for none (Ester et al. 1996); `apart` is the n×n distance."""
    near = apart <= eps
    core = near.sum(axis=1) >= least
    labels = [-1] * len(apart)
    found = 0
    for start in range(len(apart)):
        if labels[start] >= 0 or not core[start]:
            continue
        reached = [start]
        while reached:
            point = reached.pop()
            if labels[point] >= 0:
                continue
            labels[point] = found
            if core[point]:
                reached += [int(j) for j in np.flatnonzero(near[point]) if labels[j] < 0]
        found += 1
    return labels


def edits_between(one: str, other: str) -> int:
    """The Levenshtein distance: letters put in, left out or changed."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, row[0] = row[0], i
        for j, theirs in enumerate(other, start=1):
            changed = before + (letter != theirs)
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, changed)
    return row[-1]
