"""The axes of XPath: from nodes to nodes."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from forms.node import Node, Run

Walk: TypeAlias = Callable[[list[Any], Run], list[Any]]
"""(nodes, evaluation) → nodes"""
Narrow: TypeAlias = Callable[[Any, list[Any], Run], list[Any]]
"""(node come from, nodes found, evaluation) → those for which the conditions hold"""
Axis: TypeAlias = Callable[[str, Narrow | None], Walk]


class Document:
    """What stands above the outermost element."""

    __slots__ = ("kids",)
    parent = None
    name = text = ""

    def __init__(self, root: Node) -> None:
        self.kids = [root]

    def children(self) -> Iterator[Node]:
        return iter(self.kids)

    def named(self, name: str) -> list[Node]:
        return [kid for kid in self.kids if kid.name == name]


def _child(test: str, narrow: Narrow | None) -> Walk:
    if test in ("*", "node()"):
        return _axis(lambda node: node.children(), test, narrow)
    if narrow is None:
        return lambda nodes, run: [kid for node in nodes for kid in node.named(test)]
    return lambda nodes, run: [kid for node in nodes for kid in narrow(node, node.named(test), run)]


def _axis(
    reach: Callable[[Any], Iterable[Any]], test: str, narrow: Narrow | None, backward: bool = False
) -> Walk:
    """Any axis: what it reaches, of one name, each node once and in the form's order."""
    every = test in ("*", "node()")

    def walk(nodes: list[Any], run: Run) -> list[Any]:
        found: dict[Any, None] = {}
        for node in nodes:
            near = [n for n in reach(node) if every or n.name == test]
            run.visit(len(near))
            near = narrow(node, near, run) if narrow else near
            found.update(dict.fromkeys(reversed(near) if backward else near))
        return list(found)

    return walk


def _up(node: Any) -> Iterator[Any]:
    here = node.parent
    while here is not None:
        yield here
        here = here.parent


def _below(node: Any) -> Iterator[Any]:
    for kid in node.children():
        yield kid
        yield from _below(kid)


def _self_and(reach: Callable[[Any], Iterable[Any]]) -> Callable[[Any], Iterable[Any]]:
    def both(node: Any) -> Iterator[Any]:
        yield node
        yield from reach(node)

    return both


def _siblings(node: Any, after: bool) -> list[Any]:
    """Those after it in order, or those before it, the nearest first."""
    if node.parent is None:
        return []
    every = list(node.parent.children())
    place = next(i for i, sibling in enumerate(every) if sibling is node)
    return every[place + 1 :] if after else every[:place][::-1]


AXES: dict[str, Axis] = {
    "child": _child,
    "self": lambda test, narrow: _axis(lambda node: [node], test, narrow),
    "parent": lambda test, narrow: _axis(
        lambda node: [node.parent] if node.parent else [], test, narrow
    ),
    "descendant": lambda test, narrow: _axis(_below, test, narrow),
    "descendant-or-self": lambda test, narrow: _axis(_self_and(_below), test, narrow),
    "ancestor": lambda test, narrow: _axis(_up, test, narrow, True),
    "ancestor-or-self": lambda test, narrow: _axis(_self_and(_up), test, narrow, True),
    "following-sibling": lambda test, narrow: _axis(
        lambda node: _siblings(node, True), test, narrow
    ),
    "preceding-sibling": lambda test, narrow: _axis(
        lambda node: _siblings(node, False), test, narrow, True
    ),
}
"""The axes that this server walks; `attribute` and the rest are refused by name."""


def in_order(nodes: list[Any]) -> list[Any]:
    """Nodes each once, in the order of the document."""
    return sorted(dict.fromkeys(nodes), key=_order)


def _order(node: Any) -> tuple[tuple[int, int], ...]:
    steps = []
    while node.parent is not None:
        above = node.parent
        if isinstance(node, Node):
            steps.append((above.place.index[node.name], node.at))
        else:
            steps.append((next(i for i, kid in enumerate(above.kids) if kid is node), 0))
        node = above
    return tuple(reversed(steps))
