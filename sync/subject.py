"""Whose answers an op holds: a household's, a village's, or those of where its author works."""

from collections.abc import Mapping
from typing import Any

from forms.definition import FormDefinition, Subject
from store import areas, ids
from sync.scope import WRITING, Who

_LONGEST = 20
"""Digits of an official code, with room for groups."""


def unit(definition: FormDefinition, values: Mapping[str, Any], who: Who) -> str | None:
    """The unit, whether or not it is there; None where the answers name none."""
    named = values.get(definition.unit_path)
    if definition.subject is Subject.HOUSEHOLD:
        return named if ids.is_uuid(named) else None
    if definition.subject is Subject.VILLAGE:
        return areas.unit_of(str(named)) if _is_code(named) else None
    return _home(who)


def _is_code(named: object) -> bool:
    return isinstance(named, str) and named.isascii() and named.isdigit() and len(named) <= _LONGEST


def _home(who: Who) -> str | None:
    """The deepest area in which somebody may write."""
    given = [g for g in who.grants if g.role in WRITING]
    return areas.unit_of(max(given, key=lambda g: (len(g.path), g.path)).area) if given else None
