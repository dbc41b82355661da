"""How a check tells of itself: one line of the catalogue."""

from dataclasses import dataclass


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
