"""From a submission's saved answers to edits of the register's entities. Pure.

Only answers that stand in the submission derive; a waiting value waits there, too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.definition import FormDefinition
from forms.flatpath import definition_path, split
from store import ids
from sync.merge import Merged
from sync.state import RecordState

HOUSEHOLD = "household"
MEMBER = "member"
ENTITY = "person"
"""The question of a member row that names the person, prefilled from the register."""


@dataclass(slots=True)
class EntityEdit:
    """What a submission says of one entity."""

    id: str
    dataset: str
    values: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False


def edits(
    definition: FormDefinition, state: RecordState, merged: Merged, gone: Mapping[str, str]
) -> list[EntityEdit]:
    """One edit per entity, in a fixed order. `gone` maps rows just deleted to whom they named:

    a person whom another row of the same op names moved, and is not taken off.
    """
    found: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for path, value in merged.applied.items():
        question = definition.by_path.get(definition_path(path))
        if question is None or question.save_to is None or question.dataset is None:
            continue
        if question.dataset != HOUSEHOLD and "[" not in path:
            continue  # a member's question without a row is nobody's
        ident = entity_id(state, question.dataset, path)
        found[(question.dataset, ident)][question.save_to] = value
    made = [EntityEdit(ident, dataset, values) for (dataset, ident), values in found.items()]
    named = {ident for _, ident in found}
    made += [EntityEdit(ident, MEMBER, deleted=True) for ident in set(gone.values()) - named]
    return sorted(made, key=lambda edit: (edit.dataset, edit.id))


def entity_id(state: RecordState, dataset: str, path: str) -> str:
    """The household is the unit; a member is whom its row names, else one made from the row."""
    if dataset == HOUSEHOLD:
        return state.unit
    repeat, row, _ = split(path)
    return row_entity(state, f"{repeat}[{row}]")


def row_entity(state: RecordState, row: str) -> str:
    named = state.values.get(f"{row}/{ENTITY}")
    return str(named) if ids.is_uuid(named) else ids.derived(state.id, row)


def members(state: RecordState, values: Mapping[str, Any], gone: Iterable[str]) -> set[str]:
    """Every person that an op on `state` writes to or takes off: named by it or before it."""
    rows = {path.partition("]")[0] + "]" for path in (*values, *gone) if "]" in path}
    before = {row_entity(state, row) for row in rows}
    return before | {v for p, v in values.items() if p.endswith(f"]/{ENTITY}") and ids.is_uuid(v)}


def candidates(rec: str, unit: str | None, values: Mapping[str, Any]) -> set[str]:
    """Every entity an op might touch, told from the op alone: to lock before anything is read."""
    rows = {path.partition("]")[0] + "]" for path in values if "]" in path}
    named = {v for p, v in values.items() if p.endswith(f"]/{ENTITY}") and ids.is_uuid(v)}
    return {ids.derived(rec, row) for row in rows} | named | ({unit} if unit else set())
