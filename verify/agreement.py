"""A visit and its back-check held side by side. Pure; by question, form and village, by nobody.

As IPA's `ipabcstats` reckons: error rate = differing / compared; SRV = Var(first − second) / 2;
reliability ratio = 1 − SRV / Var(second). Variances have n − 1 below. A pair is compared where both
answers are there (its option `excludemissing`). Amounts of type T3 may differ by a share of the
first answer (its option `okrange`), which touches the error rate and neither of the other two.
"""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

TYPES = ("t1", "t2", "t3")


@dataclass(frozen=True, slots=True)
class Pair:
    """One question, answered twice."""

    question: str
    """Its last name, which both forms share."""
    kind: str
    """t1 | t2 | t3"""
    form: str
    village: str
    first: Any
    second: Any

    @property
    def numbers(self) -> tuple[float, float] | None:
        """Both as numbers; None where one is none."""
        given = (self.first, self.second)
        if any(isinstance(v, bool) or not isinstance(v, int | float) for v in given):
            return None
        return float(self.first), float(self.second)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What some pairs come to."""

    name: str
    kind: str
    compared: int
    differing: int
    rate: float
    srv: float | None
    """Simple response variance; None for words and for fewer than two pairs."""
    ratio: float | None
    """Reliability; None where the second answers do not vary."""


def differs(pair: Pair, ok_share: float) -> bool:
    both = pair.numbers
    if both is None:
        return bool(_plain(pair.first) != _plain(pair.second))
    allowed = ok_share * abs(both[0]) if pair.kind == "t3" else 0.0
    return abs(both[0] - both[1]) > allowed + 1e-9


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(sorted(str(one) for one in value))
    return str(value).strip()


def is_answer(value: Any) -> bool:
    return value not in (None, "", [])


def simple_response_variance(pairs: Sequence[tuple[float, float]]) -> float | None:
    if len(pairs) < 2:
        return None
    return statistics.variance(first - second for first, second in pairs) / 2


def reliability(pairs: Sequence[tuple[float, float]]) -> float | None:
    srv = simple_response_variance(pairs)
    if srv is None:
        return None
    spread = statistics.variance(second for _, second in pairs)
    return 1.0 - srv / spread if spread > 0 else None


def by(
    pairs: Iterable[Pair], name: Callable[[Pair], str], ok_share: float, apart: bool = True
) -> list[Agreement]:
    """Pairs of one name and type together; `apart` False leaves the types unsplit."""
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[(name(pair), pair.kind if apart else "")].append(pair)
    return [_of(*key, each, ok_share) for key, each in sorted(found.items())]


def _of(name: str, kind: str, pairs: Sequence[Pair], ok_share: float) -> Agreement:
    differing = sum(differs(pair, ok_share) for pair in pairs)
    numbers = [both for pair in pairs if (both := pair.numbers)]
    told = numbers if len(numbers) == len(pairs) and len({p.question for p in pairs}) == 1 else []
    return Agreement(
        name=name,
        kind=kind,
        compared=len(pairs),
        differing=differing,
        rate=differing / len(pairs),
        srv=simple_response_variance(told),
        ratio=reliability(told),
    )
