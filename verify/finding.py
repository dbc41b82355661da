"""What a check finds, and the notes of checks that could not run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """Something to be checked by a person. Not a verdict, and about a visit, never a person."""

    rule: str
    score: float
    """0…1, how sure the rule is that a person should look."""
    zh: str
    en: str
    path: str = ""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """Every figure the rule used, with the threshold."""
    tried: tuple[str, ...] = ()
    """Innocent explanations that were looked for first and did not hold; see `verify.innocent`."""


@dataclass(frozen=True, slots=True)
class Note:
    """A check that did not run, and why; nothing to be done about it."""

    rule: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one family of checks says of one version of a visit."""

    found: tuple[Found, ...] = ()
    notes: tuple[Note, ...] = ()
