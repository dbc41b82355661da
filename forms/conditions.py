"""Conditions in brackets; those that look a list's row up by a column use an index."""

from collections.abc import Callable
from typing import Any, TypeAlias

from forms.code import Code, Kind, Scope, truths
from forms.node import Item, Run
from forms.syntax import Binary, Call, Negative, Number, Path, Step, Tree
from forms.values import Day, truth_of
from forms.walk import Narrow

Compile: TypeAlias = Callable[[Tree, Scope], Code]
_OF_CONTEXT = frozenset({"position", "last", "string", "number", "normalize-space", "name"})
"""Functions that, given nothing, are about the row itself."""
_Filter: TypeAlias = Callable[[list[Any], Run], list[Any]]


def narrowing(
    predicates: tuple[Tree, ...], scope: Scope, compile_: Compile, step: Step | None = None
) -> Any:
    """All conditions of a step, one after the other: a Narrow; a Walk where `step` is None."""
    filters = [_condition(tree, scope, compile_) for tree in predicates]

    def plain(nodes: list[Any], run: Run) -> list[Any]:
        for only in filters:
            nodes = only(nodes, run)
        return nodes

    if step is None:
        return plain
    looked_up = _looked_up(predicates, scope, compile_, step, filters[1:])

    def narrow(origin: Any, nodes: list[Any], run: Run) -> list[Any]:
        if looked_up is not None and type(origin) is Item:
            found = looked_up(origin, nodes, run)
            if found is not None:
                return found
        run.visit(len(nodes))
        return plain(nodes, run)

    return narrow


def _condition(tree: Tree, scope: Scope, compile_: Compile) -> _Filter:
    if isinstance(tree, Number):
        return _nth(tree.value)
    inner = scope.within(scope.here)
    code = compile_(tree, inner)
    if code.kind in (Kind.NUMBER, Kind.ANY):
        return _placed(code)
    holds = truths(code)
    if inner.positional:
        return _counted(holds)
    return lambda nodes, run: [node for node in nodes if holds(node, run)]


def _nth(place: float) -> _Filter:
    if not place.is_integer() or place < 1:
        return lambda nodes, run: []
    index = int(place)
    return lambda nodes, run: nodes[index - 1 : index]


def _counted(holds: Callable[[Any, Run], bool]) -> _Filter:
    """Conditions that ask for position() or last()."""

    def only(nodes: list[Any], run: Run) -> list[Any]:
        outer = run.position, run.size
        kept, run.size = [], len(nodes)
        for run.position, node in enumerate(nodes, 1):
            if holds(node, run):
                kept.append(node)
        run.position, run.size = outer
        return kept

    return only


def _placed(code: Code) -> _Filter:
    """`[n]`: a number is a place in line; anything else holds or does not."""
    ask = code.ask

    def holds(node: Any, run: Run) -> bool:
        place, value = run.position, ask(node, run)
        return value == place if isinstance(value, float) else truth_of(value)

    return _counted(holds)


def _looked_up(
    predicates: tuple[Tree, ...],
    scope: Scope,
    compile_: Compile,
    step: Step,
    later: list[_Filter],
) -> Narrow | None:
    """For a first condition like `[name = current()/../village and …]`, where the value does
    not depend on the row: rows from the list's index. None for all other conditions."""
    both = _conjuncts(predicates[0])
    keyed = next(((i, k) for i, part in enumerate(both) if (k := _keyed(part))), None)
    if keyed is None or step.axis != "child":
        return None
    number, (column, value) = keyed
    ask = compile_(value, scope.within(None)).ask
    rest = [_condition(part, scope, compile_) for i, part in enumerate(both) if i != number]
    filters = [*rest, *later]

    def found(origin: Any, nodes: list[Any], run: Run) -> Any:
        key = ask(run.current, run)
        if isinstance(key, list):
            said = [node.said() for node in key]
        elif isinstance(key, str) and not isinstance(key, Day):
            said = [key]
        else:
            return None
        if len(said) != 1:
            return None
        rows = origin.found(step.test, column, said[0])
        run.visit(len(rows) + 1)
        for only in filters:
            rows = only(rows, run)
        return rows

    return found


def _conjuncts(tree: Tree) -> list[Tree]:
    if isinstance(tree, Binary) and tree.sign == "and":
        return [*_conjuncts(tree.left), *_conjuncts(tree.right)]
    return [tree]


def _keyed(tree: Tree) -> tuple[str, Tree] | None:
    """(column, value) of `column = value`, either way round."""
    if not isinstance(tree, Binary) or tree.sign != "=":
        return None
    for one, other in ((tree.left, tree.right), (tree.right, tree.left)):
        column = _column(one)
        if column and _independent(other):
            return column, other
    return None


def _column(tree: Tree) -> str | None:
    if not isinstance(tree, Path) or tree.absolute or tree.start is not None:
        return None
    steps = [s for s in tree.steps if (s.axis, s.test) != ("self", "node()")]
    plain = len(steps) == 1 and steps[0].axis == "child" and not steps[0].predicates
    return steps[0].test if plain and not steps[0].test.endswith(("*", ")")) else None


def _independent(tree: Tree) -> bool:
    """Whether it means the same for every row."""
    if isinstance(tree, Binary):
        return _independent(tree.left) and _independent(tree.right)
    if isinstance(tree, Negative):
        return _independent(tree.operand)
    if isinstance(tree, Call):
        if tree.name == "once" or tree.name in _OF_CONTEXT and not tree.arguments:
            return False
        return all(map(_independent, tree.arguments))
    if isinstance(tree, Path):
        return tree.absolute if tree.start is None else _independent(tree.start)
    return True
