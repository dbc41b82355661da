"""Answers given to an old version, as the newest version would hold them. Pure.

Nothing is lost: what has no place in the newer version, or does not fit its type, is kept beside,
under its old path, in its old words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.definition import FormDefinition, Question
from forms.definition import QuestionType as T
from forms.flatpath import definition_path, placed
from forms.lineage import heirs, repeats_above

_ROW = re.compile(r"\[([^\]]+)\]")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOST = object()
"""What a conversion answers where the value does not fit."""


@dataclass(slots=True)
class Evolved:
    """`values` in the newest version's paths; `kept` is the rest, {old flat path: value}."""

    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)


def evolve(versions: Sequence[FormDefinition], values: Mapping[str, Any]) -> Evolved:
    """`values` are flat answers of the first of `versions`; the answer is in the last one's words.

    The versions stand in the order in which they were published: `was` speaks of the one before.
    """
    told = Evolved(dict(values))
    for old, new in zip(versions, versions[1:], strict=False):
        told = _step(old, new, told)
    return told


def _step(old: FormDefinition, new: FormDefinition, before: Evolved) -> Evolved:
    lives = heirs(old, new)
    after = Evolved(kept=dict(before.kept))
    for flat, value in before.values.items():
        path = definition_path(flat)
        moved = _moved(old, new, flat, lives[path]) if path in lives else None
        made = _LOST
        if moved is not None:
            made = converted(old.question(path), new.question(lives[path]), new, value)
        if moved is None or made is _LOST:
            after.kept[flat] = value
        else:
            after.values[moved] = made
    return after


def _moved(old: FormDefinition, new: FormDefinition, flat: str, path: str) -> str | None:
    """The flat path in the new version, rows and all; None where rows came or went."""
    question = new.question(path)
    around = repeats_above(new, question)
    rows = _ROW.findall(flat)
    if len(rows) != len(around) or len(rows) != len(
        repeats_above(old, old.question(definition_path(flat)))
    ):
        return None
    return placed(path, around, rows)


def converted(old: Question, new: Question, definition: FormDefinition, value: Any) -> Any:
    """The value as the new question holds it; `fits(…)` is False for one that does not."""
    if old.type is new.type or value is None:
        return value
    change = _CHANGES.get((old.type, new.type)) or _TO.get(new.type)
    made = change(value) if change else _LOST
    names = definition.choice_names.get(new.choices or "")
    if made is not _LOST and names is not None and new.type in (T.SELECT_ONE, T.SELECT_MULTIPLE):
        chosen = made if isinstance(made, list) else [made]
        return made if names.issuperset(chosen) else _LOST
    return made


def fits(value: Any) -> bool:
    """Whether `converted` found a value."""
    return value is not _LOST


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return _LOST
    if isinstance(value, int | float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        figure = float(value)
        return int(figure) if figure.is_integer() else figure
    return _LOST


def _whole(value: Any) -> Any:
    figure = _number(value)
    return int(figure) if fits(figure) and float(figure).is_integer() else _LOST


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return str(value) if isinstance(value, str | int | float) else _LOST


def _day(value: Any) -> Any:
    found = _DAY.match(value) if isinstance(value, str) else None
    return found[0] if found else _LOST


def _one(value: Any) -> Any:
    if isinstance(value, list):
        return value[0] if len(value) == 1 else _LOST
    return _text(value)


def _several(value: Any) -> Any:
    return value if isinstance(value, list) else [_text(value)]


_TO: Mapping[T, Callable[[Any], Any]] = {
    T.INTEGER: _whole,
    T.DECIMAL: _number,
    T.TEXT: _text,
    T.BARCODE: _text,
    T.DATE: _day,
    T.SELECT_ONE: _one,
    T.SELECT_MULTIPLE: _several,
    T.CALCULATE: lambda value: value,
    T.HIDDEN: lambda value: value,
    T.ACKNOWLEDGE: _one,
}
_CHANGES: Mapping[tuple[T, T], Callable[[Any], Any]] = {
    (T.DATE, T.DATETIME): lambda value: f"{value}T00:00:00" if fits(_day(value)) else _LOST,
    (T.IMAGE, T.FILE): lambda value: value,
    (T.FILE, T.IMAGE): lambda value: value,
}
