"""Functions of choices and of the form's own words."""

from typing import Any

from forms.code import LOOSE, Code, Kind, Scope, numbers, texts
from forms.definition import FormDefinition, Text
from forms.functions.table import Function, plain
from forms.node import Run
from forms.place import Place
from forms.syntax import BadExpression, Path, parse


def _selected(scope: Scope, arguments: list[Code]) -> Code:
    chosen, wanted = texts(arguments[0]), arguments[1].constant
    if wanted is not None:
        name = wanted.strip()
        return Code(Kind.TRUTH, lambda here, run: name in chosen(here, run).split())
    ask = texts(arguments[1])
    return Code(Kind.TRUTH, lambda here, run: ask(here, run).strip() in chosen(here, run).split())


def _selected_at(chosen: str, place: float) -> str:
    parts = chosen.split()
    return parts[int(place)] if 0 <= place < len(parts) else ""


def _choice_name(scope: Scope, arguments: list[Code]) -> Code:
    """`jr:choice-name(value, 'path')`: the words of a choice of the question at the path."""
    scope.traits.add(LOOSE)
    form, question = scope.form, _question(scope, arguments[1].constant)
    value = texts(arguments[0])
    if form is None or question is None or question.question is None:
        raise BadExpression("jr:choice-name() needs the path of a choice question in quotes")
    words = {c.name: c.label for c in form.choices.get(question.question.choices or "", ())}

    def said(here: Any, run: Run) -> str:
        return _in_language(words.get(value(here, run)), run)

    return Code(Kind.TEXT, said)


def _question(scope: Scope, path: str | None) -> Place | None:
    """The place that a path of plain names leads to, from the asking question or the root."""
    tree = parse(path) if path else None
    if not isinstance(tree, Path) or tree.start is not None:
        return None
    here: Place | None = None if tree.absolute else scope.here
    for number, step in enumerate(tree.steps):
        if step.axis == "parent":
            here = here.parent if here else None
        elif step.axis == "child" and tree.absolute and number == 0:
            here = scope.root if step.test == scope.root.name else None
        elif step.axis == "child":
            here = here.kid(step.test) if here else None
    return here


def _itext(scope: Scope, arguments: list[Code]) -> Code:
    scope.traits.add(LOOSE)
    known: FormDefinition | None = scope.form
    words = known.texts if known else {}
    ask = texts(arguments[0])
    return Code(Kind.TEXT, lambda here, run: _in_language(words.get(ask(here, run)), run))


def _in_language(words: Text | None, run: Run) -> str:
    if not words:
        return ""
    return words.get(run.language) or next(iter(words.values()))


TABLE: dict[str, Function] = {
    "selected": Function(2, 2, _selected),
    "selected-at": plain(Kind.TEXT, _selected_at, texts, numbers),
    "count-selected": plain(Kind.NUMBER, lambda chosen: float(len(chosen.split())), texts),
    "jr:choice-name": Function(2, 2, _choice_name),
    "jr:itext": Function(1, 1, _itext),
}
