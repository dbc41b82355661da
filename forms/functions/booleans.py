"""Functions that say yes or no, and those that choose."""

from collections.abc import Callable
from typing import Any

from forms.code import Code, Kind, Scope, numbers, texts, truths
from forms.functions.table import Function, plain
from forms.node import Run
from forms.syntax import BadExpression
from forms.values import number_of, truth_of


def _if(scope: Scope, arguments: list[Code]) -> Code:
    test, yes, no = truths(arguments[0]), arguments[1], arguments[2]
    kind = yes.kind if yes.kind is no.kind else Kind.ANY
    yes_ask, no_ask = yes.ask, no.ask
    return Code(kind, lambda here, run: (yes_ask if test(here, run) else no_ask)(here, run))


def _coalesce(scope: Scope, arguments: list[Code]) -> Code:
    asks = [texts(code) for code in arguments]
    if len(asks) == 2:
        one, two = asks
        return Code(Kind.TEXT, lambda here, run: one(here, run) or two(here, run))
    return Code(Kind.TEXT, lambda here, run: next((t for a in asks if (t := a(here, run))), ""))


def _once(scope: Scope, arguments: list[Code]) -> Code:
    """What stands there already, else what is worked out now."""
    ask = texts(arguments[0])

    def once(here: Any, run: Run) -> str:
        return (here.text or _given(here)) or ask(here, run)

    return Code(Kind.TEXT, once)


def _given(here: Any) -> str:
    given = getattr(here, "given", None)
    return given if isinstance(given, str) else ""


def _true_answers(code: Code) -> Callable[[Any, Run], list[bool]]:
    ask = code.ask

    def said(here: Any, run: Run) -> list[bool]:
        value = ask(here, run)
        return [bool(n.said()) for n in value] if isinstance(value, list) else [truth_of(value)]

    return said


def _bounds(least: float, most: float) -> tuple[float, float]:
    """-1 stands for no bound."""
    return (least, float("inf")) if most == -1 else (least, most)


def _checklist(scope: Scope, arguments: list[Code]) -> Code:
    low, high = numbers(arguments[0]), numbers(arguments[1])
    asks = [_true_answers(code) for code in arguments[2:]]

    def holds(here: Any, run: Run) -> bool:
        least, most = _bounds(low(here, run), high(here, run))
        return least <= sum(sum(ask(here, run)) for ask in asks) <= most

    return Code(Kind.TRUTH, holds)


def _weighted(scope: Scope, arguments: list[Code]) -> Code:
    if len(arguments) % 2:
        raise BadExpression("weighted-checklist() needs a weight for every answer")
    low, high = numbers(arguments[0]), numbers(arguments[1])
    pairs = [
        (_true_answers(answer), weight.ask)
        for answer, weight in zip(arguments[2::2], arguments[3::2], strict=True)
    ]

    def weigh(ask: Any, weight: Any, here: Any, run: Run) -> float:
        heavy = weight(here, run)
        each = heavy if isinstance(heavy, list) else [heavy]
        weights = [number_of([w] if isinstance(heavy, list) else w, run.shift) for w in each]
        return sum(w for yes, w in zip(ask(here, run), weights, strict=False) if yes)

    def holds(here: Any, run: Run) -> bool:
        least, most = _bounds(low(here, run), high(here, run))
        return least <= sum(weigh(*pair, here, run) for pair in pairs) <= most

    return Code(Kind.TRUTH, holds)


TABLE: dict[str, Function] = {
    "true": Function(0, 0, lambda scope, _: Code(Kind.TRUTH, lambda here, run: True)),
    "false": Function(0, 0, lambda scope, _: Code(Kind.TRUTH, lambda here, run: False)),
    "not": plain(Kind.TRUTH, lambda value: not value, truths),
    "boolean": plain(Kind.TRUTH, lambda value: value, truths),
    "boolean-from-string": plain(Kind.TRUTH, lambda text: text in ("1", "true"), texts),
    "if": Function(3, 3, _if),
    "coalesce": Function(2, None, _coalesce),
    "once": Function(1, 1, _once),
    "checklist": Function(2, None, _checklist),
    "weighted-checklist": Function(2, None, _weighted),
}
