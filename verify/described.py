"""How a check tells of itself: one line of the catalogue, and the words of its dated figure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Self


@dataclass(frozen=True, slots=True)
class Check:
    """One rule in words. `parameters` name the dated figures it uses."""

    rule: str
    zh: str
    en: str
    how_zh: str
    how_en: str
    care_zh: str
    care_en: str
    source: str
    parameters: tuple[str, ...] = ()
    figure: "Figure | None" = None
    """The words of a figure of its own."""
    version: str = "1"
    """Raised when the formula or the wording changes; every finding carries it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A dated figure in words; `parts` name what it consists of."""

    zh: str
    en: str
    parts: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """Starting values of a check; the dated parameter `NAME` has those that count."""

    NAME: ClassVar[str] = ""

    @classmethod
    def of(cls, figures: Mapping[str, Any]) -> Self:
        """What is in force; a part that the parameter leaves out keeps its starting value."""
        told = figures.get(cls.NAME) or {}
        return cls(**{f.name: told[f.name] for f in fields(cls) if f.name in told})
