"""What is known of a P1 value that stands in more than one place: never the value itself."""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT = frozenset({"died", "married_out", "moved_out"})
"""Reasons for which somebody is no longer of a household, though its register still has them."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Another household in which the same value stands, by its keyed index."""

    unit: str
    village: str
    """The code of its village."""
    left: bool = False
    """The person has died there, or moved out: only the register remembers."""


@dataclass(frozen=True, slots=True)
class Told:
    """One P1 value of a visit: where it stands there, and who else has the same."""

    path: str
    holders: Sequence[Holder]
    left: bool = False
    """The visit itself says that this person died or moved out."""


def units(holders: Sequence[Holder]) -> list[str]:
    """Each household once, in the order of their ids."""
    return sorted({holder.unit for holder in holders})
