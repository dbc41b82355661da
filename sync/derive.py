"""From a submission's saved answers to edits of the register's entities. Pure.

Only answers that stand in the submission derive; a waiting value waits there, too.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forms.definition import FormDefinition
from forms.entities import allowed
from forms.flatpath import rows_around, split
from store import ids
from sync.merge import Merged
from sync.policy import Rule, Rules, fits
from sync.state import RecordState

HOUSEHOLD = "household"
MEMBER = "member"
ENTITY = "person"
"""The question of a member row that names the person, prefilled from the register."""
_NAMES = f"/{ENTITY}"


@dataclass(slots=True)
class EntityEdit:
    """What a submission says of one entity."""

    id: str
    dataset: str
    values: dict[str, Any] = field(default_factory=dict)
    deleted: bool = False
    confirmed: set[str] = field(default_factory=set)
    """Properties that the person said were unchanged."""
    row: str = ""
    """The row that says it, such as `members[ab12cd34]`; "" for the form itself."""


def edits(
    rules: Rules,
    state: RecordState,
    merged: Merged,
    gone: Mapping[str, str],
    confirmed: Collection[str] = (),
) -> list[EntityEdit]:
    """One edit per entity, in a fixed order. `gone` maps rows just deleted to whom they named:

    a person whom another row of the same op names moved, and is not taken off.
    """
    made: dict[tuple[str, str], EntityEdit] = {}
    at: dict[tuple[str, str], EntityEdit] = {}

    def edit_of(rule: Rule, path: str) -> EntityEdit | None:
        dataset, row = rule.dataset or "", path.rpartition("]")[0] + "]" if "]" in path else ""
        if not (row or dataset == HOUSEHOLD):
            return None  # a member's question without a row is nobody's
        edit = at.get((dataset, row))
        if edit is None:
            ident = entity_id(state, dataset, path)
            edit = made.setdefault((dataset, ident), EntityEdit(ident, dataset, row=row))
            at[dataset, row] = edit
        return edit

    for path, value in merged.applied.items():
        rule = rules[path]
        if rule.saves and fits(rule, value) and (edit := edit_of(rule, path)):
            edit.values[rule.save_to or ""] = value
    for path in confirmed:
        rule = rules[path]
        if rule.saves and (edit := edit_of(rule, path)):
            edit.confirmed.add(rule.save_to or "")
    named = {ident for _, ident in made}
    ended = [EntityEdit(ident, MEMBER, deleted=True) for ident in set(gone.values()) - named]
    return sorted([*made.values(), *ended], key=lambda edit: (edit.dataset, edit.id))


def may_write(
    definition: FormDefinition,
    of: RecordState,
    entity: EntityEdit,
    there: bool,
    now: datetime,
) -> bool:
    """By `create_if` where the entity is not there yet, by `update_if` where it is."""
    if entity.deleted:
        return True
    told = allowed(definition, entity.dataset, entity.row, of.values, now)
    return told.update if there else told.create


def entity_id(state: RecordState, dataset: str, path: str) -> str:
    """The household is the unit; a member is whom its row names, else one made from the row."""
    if dataset == HOUSEHOLD:
        return state.unit
    repeat, row, _ = split(path)
    return row_entity(state, f"{repeat}[{row}]")


def row_entity(state: RecordState, row: str) -> str:
    named = state.values.get(f"{row}/{ENTITY}")
    return str(named) if ids.is_uuid(named) else ids.derived(state.id, row)


def named_in(state: RecordState, row: str) -> dict[str, str]:
    """{row: whom it names} of a row and of all rows in it: these go with it."""
    around = (inner for path in state.under(row) for inner in rows_around(path))
    inside = (inner for inner in around if inner.startswith(f"{row}/"))
    return {each: row_entity(state, each) for each in dict.fromkeys((row, *inside))}


def left(
    merged: Merged, gone: Mapping[str, Mapping[str, str]], known: Collection[str]
) -> dict[str, str]:
    """{row: whom it named} of the rows that are gone; of rows in them only people who are known."""
    return {
        inner: ident
        for row in merged.rows_gone
        for inner, ident in gone[row].items()
        if inner == row or ident in known
    }


def members(state: RecordState, values: Mapping[str, Any], gone: Iterable[str]) -> set[str]:
    """Every person that an op on `state` writes to or takes off: named by it or before it."""
    rows = {path.rpartition("]")[0] + "]" for path in (*values, *gone) if "]" in path}
    before = {row_entity(state, row) for row in rows} if state.exists else set()
    for row in gone if state.exists else ():
        before |= set(named_in(state, row).values()) if row.endswith("]") else set()
    return before | candidates(state.id, None, values)


def candidates(rec: str, unit: str | None, values: Mapping[str, Any]) -> set[str]:
    """Every entity an op might touch, told from the op alone: to lock before anything is read."""
    rows, named = set(), {}
    for path, value in values.items():
        if "]" not in path:
            continue
        row, _, rest = path.rpartition("]")
        rows.add(row)
        if rest == _NAMES and ids.is_uuid(value):
            named[row] = value
    made = {ids.derived(rec, f"{row}]") for row in rows - named.keys()}
    return made | set(named.values()) | ({unit} if unit else set())
