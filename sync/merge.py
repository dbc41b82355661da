"""Merging one op into one record, path by path. Pure: no session, no clock.

A path conflicts if and only if it changed after the op's base, another device changed it, and
the typed value differs. The first commit stands; the later value waits for a person.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forms.definition import Policy
from forms.flatpath import rows_around
from store.seal import Keyring
from sync.policy import Rule, Rules, combined, same
from sync.state import RecordState, Setter


@dataclass(frozen=True, slots=True)
class Edit:
    """What one op says of one record."""

    device: str
    n: int
    base: int
    """Version of the record that the device had before it; 0 for none."""
    values: Mapping[str, Any]
    """{flat path: value}; None takes a path away."""
    rows_deleted: tuple[str, ...] = ()
    """Rows taken away: `members[ab12cd34]`."""
    office: bool = False
    confirmed: frozenset[str] = frozenset()
    """Paths that the person looked at and said were unchanged since the base."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Both sides of a real disagreement."""

    path: str
    kind: str
    base: Any
    standing: Any
    waiting: Any
    sealed: bool
    by: Setter | None = None
    """Who had set what stands."""


@dataclass(slots=True)
class Merged:
    """What came of an edit."""

    applied: dict[str, Any] = field(default_factory=dict)
    rows_gone: list[str] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    witness: dict[str, Any] = field(default_factory=dict)
    superseded: dict[str, Any] = field(default_factory=dict)
    """Older values of the same device that arrived late: for the history only."""
    beside_others: bool = False
    """Another device changed the record after the base."""

    @property
    def changed(self) -> bool:
        return bool(self.applied or self.rows_gone)


BaseValue = Callable[[str], Any]
"""The value of a path at the edit's base, from the history."""


def merge(
    keys: Keyring,
    state: RecordState,
    edit: Edit,
    rules: Rules,
    disputed: Collection[str],
    base_value: BaseValue,
) -> Merged:
    """Apply `edit` to `state` in place. `disputed` are paths with an open conflict."""
    merged = Merged()
    was_new = not state.exists
    if was_new and not (state.setters or disputed):
        _begin(keys, state, edit, rules, merged)
        return merged
    merged.beside_others = any(
        s.v > edit.base and s.device != edit.device for s in state.setters.values()
    ) or (state.whole is not None and _after(state.whole, edit))
    lost_rows = _rows_lost(state, edit)
    for path, value in edit.values.items():
        if lost_rows and _lost_with(path, lost_rows):
            continue
        _merge_path(keys, state, edit, rules[path], path, value, disputed, base_value, merged)
    for path in sorted(edit.confirmed - edit.values.keys()):
        setter = state.setter(path)
        if setter is not None and _after(setter, edit):
            told = base_value(path)
            _merge_path(keys, state, edit, rules[path], path, told, disputed, base_value, merged)
    _clash_lost_rows(state, edit, rules, lost_rows, merged)
    for row in edit.rows_deleted:
        _delete_row(keys, state, edit, row, disputed, merged)
    _witness(merged)
    _stamp(keys, state, edit, rules, merged, was_new)
    return merged


def _begin(keys: Keyring, state: RecordState, edit: Edit, rules: Rules, merged: Merged) -> None:
    """A record's first op: nothing stands that its values could be weighed against."""
    for path, value in edit.values.items():
        if rules[path].calculated:
            merged.witness[path] = value
        elif value is not None:
            merged.applied[path] = value
    merged.applied |= merged.witness
    state.version, state.changed = 1, True
    state.whole = Setter(1, edit.device, edit.n)
    for path, value in merged.applied.items():
        if rules[path].sealed:
            state.put(keys, path, value, True)
        elif value is not None:
            state.values[path] = value


def _after(setter: Setter, edit: Edit) -> bool:
    return setter.v > edit.base and setter.device != edit.device


def _merge_path(
    keys: Keyring,
    state: RecordState,
    edit: Edit,
    rule: Rule,
    path: str,
    value: Any,
    disputed: Collection[str],
    base_value: BaseValue,
    merged: Merged,
) -> None:
    if rule.calculated:
        merged.witness[path] = value
        return
    standing = state.get(keys, path)
    if same(rule, standing, value):
        return
    setter = state.setter(path)
    if path in state.sealed:
        rule = replace(rule, sealed=True)
    if path in disputed:
        merged.clashes.append(_clash(rule, path, base_value(path), standing, value, setter))
    elif setter is None or setter.v <= edit.base:
        merged.applied[path] = value
    elif setter.device == edit.device:
        target = merged.superseded if edit.n < setter.n else merged.applied
        target[path] = value
    elif rule.policy is Policy.OFFICE and edit.office:
        merged.applied[path] = value
    else:
        _decide(rule, path, base_value(path), standing, value, setter, merged)


def _witness(merged: Merged) -> None:
    """A device's totals stand with its answers, and not where any of these did not stand."""
    if not (merged.clashes or merged.superseded):
        merged.applied |= merged.witness


def _decide(
    rule: Rule, path: str, base: Any, standing: Any, value: Any, by: Setter, merged: Merged
) -> None:
    decided, result = combined(rule, base, standing, value)
    if not decided:
        merged.clashes.append(_clash(rule, path, base, standing, value, by))
    elif not same(rule, standing, result):
        merged.applied[path] = result


def _clash(
    rule: Rule, path: str, base: Any, standing: Any, waiting: Any, by: Setter | None
) -> Clash:
    return Clash(path, "value", base, standing, waiting, rule.sealed, by)


def _lost_with(path: str, rows: Collection[str]) -> str | None:
    """The outermost of `rows` that a path stands in: a row takes those in it along."""
    return next((row for row in rows_around(path) if row in rows), None)


def _rows_lost(state: RecordState, edit: Edit) -> set[str]:
    """Rows that this edit writes to and that another device deleted after its base."""
    if not state.setters:
        return set()
    rows = {row for path in edit.values if "]" in path for row in rows_around(path)}
    return {
        row
        for row in rows
        if (s := state.setters.get(row)) and _after(s, edit) and not any(state.under(row))
    }


def _clash_lost_rows(
    state: RecordState, edit: Edit, rules: Rules, rows: set[str], merged: Merged
) -> None:
    lost: dict[str, dict[str, Any]] = {}
    for path, value in edit.values.items() if rows else ():
        if row := _lost_with(path, rows):
            lost.setdefault(row, {})[path] = value
    for row, values in sorted(lost.items()):
        sealed = any(rules[path].sealed for path in values)
        by = state.setters.get(row)
        merged.clashes.append(Clash(row, "delete", None, None, values, sealed, by))


def _delete_row(
    keys: Keyring,
    state: RecordState,
    edit: Edit,
    row: str,
    disputed: Collection[str],
    merged: Merged,
) -> None:
    paths = list(state.under(row))
    if not paths:
        return
    setters = [s for path in paths if (s := state.setter(path))]
    held = any(path == row or path.startswith(row + "/") for path in disputed)
    if held or any(_after(s, edit) for s in setters):
        standing = {path: state.get(keys, path) for path in paths}
        sealed = any(path in state.sealed for path in paths)
        by = max(setters, key=lambda s: s.v, default=None)
        merged.clashes.append(Clash(row, "delete", None, standing, None, sealed, by))
        return
    merged.rows_gone.append(row)


def _stamp(
    keys: Keyring, state: RecordState, edit: Edit, rules: Rules, merged: Merged, was_new: bool
) -> None:
    """Write what was applied, raise the version, remember who set what."""
    if not (merged.changed or was_new):
        return
    state.version += 1
    state.changed = True
    setter = Setter(state.version, edit.device, edit.n)
    if was_new:
        state.whole = setter
    for path, value in merged.applied.items():
        rule = rules[path]
        state.put(keys, path, value, rule.sealed or path in state.sealed)
        if not rule.calculated and (not was_new or value is None):
            state.setters[path] = setter
    for row in merged.rows_gone:
        for path in list(state.under(row)):
            state.put(keys, path, None, False)
            state.setters.pop(path, None)
        state.setters[row] = setter
