"""Whether a filled form may create or update an entity: ODK's `create_if` and `update_if`.

https://getodk.github.io/xforms-spec/entities
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from forms.definition import EntityMap, FormDefinition, Question, QuestionType
from forms.evaluate import evaluate
from forms.flatpath import unflatten

_TRUE = frozenset({"true", "1", 1})
_INNER = "meta/entity/"


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the form's conditions let its answers do."""

    create: bool = True
    update: bool = True


def allowed(
    definition: FormDefinition,
    dataset: str,
    row: str,
    values: Mapping[str, Any],
    now: datetime,
) -> Allowed:
    """Of the entity that a row of a repeat (`people[ab12cd34]`), or the form itself (""), writes.

    Without a condition it may do either, as the specification says of a form that has none.
    """
    entity = next((e for e in definition.entities if e.dataset == dataset), None)
    if entity is None or not (entity.create_if or entity.update_if):
        return Allowed()
    set_, rows = unflatten(values)
    told = evaluate(_asking(definition, entity), {"set": set_, "rows": rows}, now=now).values

    def holds(what: str, condition: str | None) -> bool:
        at = f"{row}/{_INNER}{what}" if entity.container else f"{_INNER}{what}"
        return condition is None or told.get(at) in _TRUE

    return Allowed(holds("create", entity.create_if), holds("update", entity.update_if))


@lru_cache(maxsize=128)
def _asking(definition: FormDefinition, entity: EntityMap) -> FormDefinition:
    """The form with its conditions as two calculations more, where their relative paths begin."""
    inside = f"{entity.container}/" if entity.container else ""
    more = tuple(
        Question(
            path=f"{inside}{_INNER}{what}",
            type=QuestionType.CALCULATE,
            repeat=entity.container or None,
            calculate=condition,
        )
        for what, condition in (("create", entity.create_if), ("update", entity.update_if))
        if condition
    )
    return replace(definition, questions=definition.questions + more)
