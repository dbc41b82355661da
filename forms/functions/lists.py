"""Functions that look into lists: those in the form, and those that come beside it."""

from typing import Any

from forms.code import Code, Kind, Scope, texts
from forms.functions.table import Function
from forms.node import Run
from forms.syntax import BadExpression


def _known(scope: Scope, name: str | None, function: str) -> None:
    """Raises BadExpression for a list that neither the form nor the register has."""
    form = scope.form
    if form is None or name is None:
        return
    if name not in {*form.choices, *form.lists, *(e.dataset for e in form.entities)}:
        raise BadExpression(f"{function}(): the form has no list {name!r}")
    if name not in form.choices:
        scope.beside.add(name)


def _instance(scope: Scope, arguments: list[Code]) -> Code:
    name, ask = arguments[0].constant, texts(arguments[0])
    _known(scope, name, "instance")

    def found(here: Any, run: Run) -> list[Any]:
        known = run.lists.get(ask(here, run))
        return [] if known is None else [known]

    return Code(Kind.NODES, found)


def _pulldata(scope: Scope, arguments: list[Code]) -> Code:
    """`pulldata('list', 'column', 'key column', key)`: by the list's index."""
    _known(scope, arguments[0].constant, "pulldata")
    name, column, key, value = (texts(code) for code in arguments)

    def said(here: Any, run: Run) -> str:
        known = run.lists.get(name(here, run))
        for root in known.named("root") if known is not None else ():
            for row in root.found("item", key(here, run), value(here, run)):
                for cell in row.named(column(here, run)):
                    return cell.said()
        return ""

    return Code(Kind.TEXT, said)


TABLE: dict[str, Function] = {
    "instance": Function(1, 1, _instance),
    "pulldata": Function(4, 4, _pulldata),
}
