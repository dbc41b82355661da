"""XForms XPath, compiled to closures: once per version of a form, by the form's own shape.

A path such as `../age` or `/data/people/size` is settled when it is compiled, so that asking is a
look-up. What this server does not evaluate is refused by name, never silently wrong.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

from forms.code import Code, Kind, Scope, nodes, numbers, truths
from forms.functions import FUNCTIONS
from forms.node import Run
from forms.paths import path
from forms.syntax import BadExpression, Binary, Call, Number, Path, Text, Tree, parse
from forms.values import NAN, differ, figures, same
from forms.walk import in_order

__all__ = ["BadExpression", "UnsupportedFunction", "compiled"]


class UnsupportedFunction(BadExpression):
    """A function that this server does not evaluate; named in the message."""


def compiled(expression: str, scope: Scope) -> Code:
    """The code of an expression, and in `scope` what it leans on. Raises BadExpression."""
    try:
        return _compile(parse(expression), scope)
    except BadExpression as fault:
        told = str(fault)
        raise type(fault)(told if expression in told else f"`{expression}`: {told}") from fault


def _compile(tree: Tree, scope: Scope) -> Code:
    if isinstance(tree, Path):
        return path(tree, scope, _compile)
    if isinstance(tree, Call):
        return _call(tree, scope)
    if isinstance(tree, Binary):
        return _binary(tree, scope)
    if isinstance(tree, Text):
        words = tree.value
        return Code(Kind.TEXT, lambda here, run: words, constant=words)
    if isinstance(tree, Number):
        amount = tree.value
        return Code(Kind.NUMBER, lambda here, run: amount)
    operand = numbers(_compile(tree.operand, scope))
    return Code(Kind.NUMBER, lambda here, run: -operand(here, run))


def _call(tree: Call, scope: Scope) -> Code:
    function = FUNCTIONS.get(tree.name)
    if function is None:
        raise UnsupportedFunction(f"the function {tree.name}() is not evaluated by this server")
    given = len(tree.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        raise BadExpression(f"{tree.name}() cannot take {given} arguments")
    return function.build(scope, [_compile(each, scope) for each in tree.arguments])


def _binary(tree: Binary, scope: Scope) -> Code:
    left, right = _compile(tree.left, scope), _compile(tree.right, scope)
    if tree.sign in _ARITHMETIC:
        return _arithmetic(_ARITHMETIC[tree.sign], left, right)
    if tree.sign in _ORDER:
        return _ordered(_ORDER[tree.sign], left, right)
    if tree.sign == "|":
        one, other = nodes(left, "|"), nodes(right, "|")
        return Code(Kind.NODES, lambda here, run: in_order(one(here, run) + other(here, run)))
    if tree.sign in ("and", "or"):
        return _joined(tree.sign, truths(left), truths(right))
    return _equality(tree.sign, left, right)


def _joined(sign: str, one: Callable[..., bool], two: Callable[..., bool]) -> Code:
    if sign == "and":
        return Code(Kind.TRUTH, lambda here, run: one(here, run) and two(here, run))
    return Code(Kind.TRUTH, lambda here, run: one(here, run) or two(here, run))


def _arithmetic(work: Callable[[float, float], float], left: Code, right: Code) -> Code:
    one, two = numbers(left), numbers(right)
    return Code(Kind.NUMBER, lambda here, run: work(one(here, run), two(here, run)))


def _divided(one: float, two: float) -> float:
    if two:
        return one / two
    if not one or math.isnan(one) or math.isnan(two):
        return NAN
    return math.copysign(math.inf, one) * math.copysign(1.0, two)


def _rest(one: float, two: float) -> float:
    """With the sign of what is divided."""
    try:
        return math.fmod(one, two)
    except ValueError:
        return NAN


def _ordered(work: Callable[[float, float], bool], left: Code, right: Code) -> Code:
    if _single(left) and _single(right):
        one, two = numbers(left), numbers(right)
        return Code(Kind.TRUTH, lambda here, run: work(one(here, run), two(here, run)))
    first, second = left.ask, right.ask

    def holds(here: Any, run: Run) -> bool:
        ours = figures(first(here, run), run.shift)
        theirs = figures(second(here, run), run.shift)
        run.visit(len(ours) * len(theirs))
        return any(work(a, b) for a in ours for b in theirs)

    return Code(Kind.TRUTH, holds)


def _single(code: Code) -> bool:
    return code.one is not None or code.kind not in (Kind.NODES, Kind.ANY)


def _equality(sign: str, left: Code, right: Code) -> Code:
    quick = _quick(sign, left, right) or _quick(sign, right, left)
    if quick is not None:
        return quick
    work, first, second = same if sign == "=" else differ, left.ask, right.ask

    def holds(here: Any, run: Run) -> bool:
        ours, theirs = first(here, run), second(here, run)
        if isinstance(ours, list) and isinstance(theirs, list):
            run.visit(len(ours) * len(theirs))
        return work(ours, theirs, run.shift)

    return Code(Kind.TRUTH, holds)


def _quick(sign: str, left: Code, right: Code) -> Code | None:
    """One node against words or a number: nearly every condition of a form. None otherwise."""
    one, equal = left.one, sign == "="
    if one is None:
        return None
    if right.constant is not None:
        words = right.constant

        def says(here: Any, run: Run) -> bool:
            node = one(here, run)
            return node is not None and (node.said() == words) is equal

        return Code(Kind.TRUTH, says)
    if right.kind is not Kind.NUMBER:
        return None
    amount, figure = numbers(left), right.ask

    def counts(here: Any, run: Run) -> bool:
        if one(here, run) is None:
            return False
        return (amount(here, run) == figure(here, run)) is equal

    return Code(Kind.TRUTH, counts)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": _divided,
    "mod": _rest,
}
_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
