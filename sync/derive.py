"""From a submission's saved answers to edits of the register's entities. Pure.

Only answers that stand in the submission derive; a waiting value waits there, too.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forms.definition import FormDefinition
from forms.entities import Allowed, allowed
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
    confirmed: set[str] = field(default_factory=set)
    """Properties that the person said were unchanged."""
    allowed: Allowed = Allowed()
    """What the form's `create_if` and `update_if` say."""


def edits(
    definition: FormDefinition,
    state: RecordState,
    merged: Merged,
    gone: Mapping[str, str],
    confirmed: Collection[str] = (),
    now: datetime | None = None,
) -> list[EntityEdit]:
    """One edit per entity, in a fixed order. `now` is the time that conditions are asked at;
    without it, they are not. `gone` maps rows just deleted to whom they named:

    a person whom another row of the same op names moved, and is not taken off.
    """
    found: dict[tuple[str, str], EntityEdit] = {}

    def edit_of(path: str) -> tuple[EntityEdit, str] | None:
        question = definition.by_path.get(definition_path(path))
        if question is None or question.save_to is None or question.dataset is None:
            return None
        if question.dataset != HOUSEHOLD and "[" not in path:
            return None  # a member's question without a row is nobody's
        ident = entity_id(state, question.dataset, path)
        key = (question.dataset, ident)
        if key not in found:
            found[key] = EntityEdit(ident, question.dataset)
            if now is not None:
                row = path.partition("]")[0] + "]" if "]" in path else ""
                found[key].allowed = allowed(definition, question.dataset, row, state.values, now)
        return found[key], question.save_to

    for path, value in merged.applied.items():
        if edit := edit_of(path):
            edit[0].values[edit[1]] = value
    for path in confirmed:
        if edit := edit_of(path):
            edit[0].confirmed.add(edit[1])
    named = {ident for _, ident in found}
    made = [EntityEdit(ident, MEMBER, deleted=True) for ident in set(gone.values()) - named]
    return sorted([*found.values(), *made], key=lambda edit: (edit.dataset, edit.id))


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
