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
    p: float | None = None
    """How often chance alone makes as much of it, where the rule reckons that; 0…1."""
    test: str = ""
    """Names the test that `p` comes from, where several records stand in one."""
    alpha: float = 1.0
    """With a `p` above this it only counts as one of the night's tests and is told nobody."""
    tried: tuple[str, ...] = ()
    """Innocent explanations that were looked for first and did not hold; see `verify.innocent`."""


def to_check(
    rule: str,
    score: float,
    zh: str,
    en: str,
    path: str = "",
    numbers: Mapping[str, Any] | None = None,
    p: float | None = None,
    test: str = "",
    alpha: float = 1.0,
    tried: tuple[str, ...] = (),
) -> Found:
    """A finding that says of itself that it is one to be checked."""
    words = f"待核实：{zh}", f"To be checked: {en}"
    return Found(rule, score, *words, path, numbers or {}, p, test, alpha, tried)


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
