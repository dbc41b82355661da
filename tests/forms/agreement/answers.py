"""Answers as people might give them, made up from a form's own shape; the same for every run."""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType
from forms.evaluate import evaluate
from forms.flatpath import flatten, unflatten
from forms.node import Item
from forms.place import Place
from forms.plan import plan

_WORDS = ("", "a", "yes", "no", "12", "3.5", "王一", "two words", "2026-10-18", "a'b", "0")
_DAYS = ("2026-10-18", "2026-10-19", "2000-02-29", "1969-12-31", "2026-01-01")
_MOMENTS = ("2026-10-18T09:30:00.000+08:00", "2026-10-17T23:59:59.000Z", "2026-10-18T12:00:00.000")
_RINGS = ("31 107 0 0;31 108 0 0;32 108 0 0;31 107 0 0", "1 2 0 0;1 3 0 0;2 3 0 0;1 2 0 0")
_LINES = {"geoshape": _RINGS, "geotrace": tuple(ring.rpartition(";")[0] for ring in _RINGS)}
_POINTS = ((31.6, 107.9), (0.0, 107.9), (31.601, 107.905), (-33.9, 18.4))


def documents(
    definition: FormDefinition, seed: str, count: int, now: datetime, lists: Mapping[str, Item]
) -> tuple[Mapping[str, Any], ...]:
    """So many documents, without answers that are not on offer: the reference engine drops them."""
    return tuple(
        _offered(definition, _document(definition, Random(f"{seed}/{number}")), now, lists)
        for number in range(count)
    )


def _document(definition: FormDefinition, chance: Random) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    _fill(plan(definition).places[0], "", definition, chance, flat)
    set_, rows = unflatten({k: v for k, v in flat.items() if k.count("[") < 2})
    nested = {k: v for k, v in flat.items() if k.count("[") > 1}
    return {"set": {**set_, **nested}, "rows": rows}


def _fill(
    place: Place, prefix: str, definition: FormDefinition, chance: Random, flat: dict[str, Any]
) -> None:
    for kid in place.kids:
        path = prefix + kid.name
        if kid.question is not None:
            value = _answer(kid.question, definition, chance)
            if value is not None:
                flat[path] = value
        elif kid.repeat:
            for number in range(chance.randint(1, 3)):
                row = f"row{number:05}"
                flat[f"{path}[{row}]/{kid.kids[0].name}"] = None
                _fill(kid, f"{path}[{row}]/", definition, chance, flat)
        else:
            _fill(kid, f"{path}/", definition, chance, flat)


def _answer(question: Question, definition: FormDefinition, chance: Random) -> Any:
    if question.calculate or question.type is QuestionType.NOTE or chance.random() < 0.15:
        return None
    names = [choice.name for choice in definition.choices.get(question.choices or "", ())]
    if question.kept_as:
        lines = _LINES.get(question.kept_as)
        return chance.choice(lines) if lines else " ".join(chance.sample(names, len(names)))
    if question.least is not None and question.most is not None:
        return chance.choice((question.least, question.most))
    if question.type is QuestionType.SELECT_ONE:
        return chance.choice(names) if names else None
    if question.type is QuestionType.SELECT_MULTIPLE:
        return [name for name in names if chance.random() < 0.5] or None
    make = _MAKERS.get(question.type)
    return make(chance) if make else chance.choice(_WORDS) or None


_MAKERS: dict[QuestionType, Callable[[Random], Any]] = {
    QuestionType.INTEGER: lambda chance: chance.choice((0, 1, 2, 3, 7, 18, 64, -4)),
    QuestionType.DECIMAL: lambda chance: chance.choice((0, 0.5, 2.5, 1e-7, 12500.5, -3.25, 36000)),
    QuestionType.DATE: lambda chance: chance.choice(_DAYS),
    QuestionType.DATETIME: lambda chance: chance.choice(_MOMENTS),
    QuestionType.TIME: lambda chance: chance.choice(("09:30:00.000", "12:00:00.000+08:00")),
    QuestionType.GEOPOINT: lambda chance: dict(
        zip(("lat", "lon"), chance.choice(_POINTS), strict=True)
    ),
    QuestionType.ACKNOWLEDGE: lambda chance: "OK",
    QuestionType.IMAGE: lambda chance: None,
    QuestionType.FILE: lambda chance: None,
}


def _offered(
    definition: FormDefinition, document: dict[str, Any], now: datetime, lists: Mapping[str, Item]
) -> Mapping[str, Any]:
    """The document without choices that a filter takes away, and with the rows that the form
    reckons, as a person filling it in would leave it."""
    while True:
        found = evaluate(definition, document, now=now, lists=lists).faults
        wrong = [fault for fault in found if fault.rule in ("choice", "rows")]
        if not wrong:
            return document
        for fault in wrong:
            if fault.rule == "choice":
                _drop(document, fault.path)
            else:
                had = document["rows"].get(fault.path, {})
                wanted = [f"row{number:05}" for number in range(fault.expected)]
                document["rows"][fault.path] = {row: had.get(row, {}) for row in wanted}


def _drop(document: dict[str, Any], path: str) -> None:
    if path in document["set"]:
        document["set"].pop(path)
        return
    flat = flatten({}, document["rows"])
    flat[path] = None
    document["rows"] = unflatten(flat)[1]
