"""How often a rule was right to ask, from reviewers' verdicts. Pure; about rules and visits only.

With h hits and m misses the precision of a rule is Beta(1 + h, 1 + m): the uniform prior and its
binomial evidence. A finding's probability starts at the rule's own score, worth two verdicts, and
moves to what the verdicts say: (2·score + h) / (2 + h + m). A visit's risk is the noisy-OR
1 − Π(1 − p) over its rules, each rule once with its largest p.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

PRIOR = 2.0
"""Verdicts that a rule's own score is worth."""
LEVEL = 0.9
"""Of the upper bound by which a rule falls silent (one-sided)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Verdicts on one rule."""

    hits: int = 0
    misses: int = 0

    @property
    def reviews(self) -> int:
        return self.hits + self.misses

    @property
    def mean(self) -> float:
        return (1 + self.hits) / (2 + self.reviews)

    @property
    def upper(self) -> float:
        return quantile(LEVEL, 1 + self.hits, 1 + self.misses)

    @property
    def lower(self) -> float:
        return quantile(1 - LEVEL, 1 + self.hits, 1 + self.misses)


def falls_silent(tally: Tally, reviews: int, below: float) -> bool:
    """After so many verdicts, where even the upper bound of the precision is below the limit."""
    return tally.reviews >= reviews and tally.upper < below


def probability(score: float, tally: Tally) -> float:
    """That a finding of this rule deserves a person's look, 0 to 1."""
    return (PRIOR * score + tally.hits) / (PRIOR + tally.reviews)


def risk(found: Iterable[tuple[str, float]]) -> float:
    """Noisy-OR of one visit's (rule, probability); of one rule the largest counts, once."""
    largest: dict[str, float] = {}
    for rule, chance in found:
        largest[rule] = max(chance, largest.get(rule, 0.0))
    return 1.0 - math.prod(1.0 - chance for chance in largest.values())


def cumulative(x: float, a: int, b: int) -> float:
    """P(Beta(a, b) ≤ x) for whole a, b ≥ 1, as the binomial tail P(Bin(a+b−1, x) ≥ a)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    n = a + b - 1
    logs = (
        math.lgamma(n + 1) - math.lgamma(j + 1) - math.lgamma(n - j + 1)
        + j * math.log(x) + (n - j) * math.log1p(-x)
        for j in range(a, n + 1)
    )  # fmt: skip
    return min(1.0, math.fsum(math.exp(one) for one in logs))


def quantile(share: float, a: int, b: int) -> float:
    """x with P(Beta(a, b) ≤ x) = share, by halving, to 1e-9."""
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if cumulative(middle, a, b) < share else (low, middle)
    return (low + high) / 2
