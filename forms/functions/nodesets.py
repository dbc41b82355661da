"""Functions of nodes: how many, which, where."""

import hashlib
import math
from typing import Any

from forms.code import LOOSE, Code, Kind, Scope, nodes, numbers
from forms.functions.table import Function, context
from forms.node import Run
from forms.syntax import BadExpression
from forms.values import NAN, number_of, text_of

_LARGEST = 2**31 - 1
_FACTOR = 16_807


def _count(scope: Scope, arguments: list[Code]) -> Code:
    ask = nodes(arguments[0], "count")
    return Code(Kind.NUMBER, lambda here, run: float(len(ask(here, run))))


def _count_non_empty(scope: Scope, arguments: list[Code]) -> Code:
    ask = nodes(arguments[0], "count-non-empty")
    return Code(
        Kind.NUMBER, lambda here, run: float(sum(1 for node in ask(here, run) if node.said()))
    )


def _position(scope: Scope, arguments: list[Code]) -> Code:
    """Without an argument the place in line; with one, which of its name the node is."""
    if not arguments:
        scope.positional = True
        return Code(Kind.NUMBER, lambda here, run: float(run.position))
    ask = nodes(arguments[0], "position")

    def place(here: Any, run: Run) -> float:
        found = ask(here, run)
        return float(found[0].at) if found else NAN

    return Code(Kind.NUMBER, place)


def _last(scope: Scope, arguments: list[Code]) -> Code:
    scope.positional = True
    return Code(Kind.NUMBER, lambda here, run: float(run.size))


def _name(scope: Scope, arguments: list[Code]) -> Code:
    ask = nodes(context(arguments[0] if arguments else None), "name")
    return Code(Kind.TEXT, lambda here, run: found[0].name if (found := ask(here, run)) else "")


def _current(scope: Scope, arguments: list[Code]) -> Code:
    return Code(Kind.NODES, lambda here, run: [run.current], one=lambda here, run: run.current)


def _indexed_repeat(scope: Scope, arguments: list[Code]) -> Code:
    """`indexed-repeat(what, repeat, n, inner repeat, m, …)`: in the n-th row, the m-th in it."""
    if len(arguments) % 2 == 0:
        raise BadExpression("indexed-repeat() needs a number for every repeat")
    wanted = nodes(arguments[0], "indexed-repeat")
    pairs = [
        (nodes(repeat, "indexed-repeat"), numbers(place))
        for repeat, place in zip(arguments[1::2], arguments[2::2], strict=True)
    ]

    def ask(here: Any, run: Run) -> list[Any]:
        row = _row([(repeat(here, run), place(here, run)) for repeat, place in pairs])
        if row is None:
            return []
        return [node for node in wanted(here, run) if _is_in(node, row)]

    return Code(Kind.NODES, ask)


def _row(pairs: list[tuple[list[Any], float]]) -> Any:
    """The innermost of the rows asked for; None where there is none."""
    row: Any = None
    for rows, place in sorted(pairs, key=lambda pair: _depth(pair[0][0]) if pair[0] else 0):
        inside = rows if row is None else [each for each in rows if _is_in(each, row)]
        if not place.is_integer() or not 1 <= place <= len(inside):
            return None
        row = inside[int(place) - 1]
    return row


def _depth(node: Any) -> int:
    depth = 0
    while node.parent is not None:
        depth, node = depth + 1, node.parent
    return depth


def _is_in(node: Any, row: Any) -> bool:
    here = node.parent
    while here is not None:
        if here is row:
            return True
        here = here.parent
    return False


def _randomize(scope: Scope, arguments: list[Code]) -> Code:
    """Mixed by a seed as on the phone; without one in the given order, and marked as loose."""
    ask = nodes(arguments[0], "randomize")
    if len(arguments) == 1:
        scope.traits.add(LOOSE)
        return Code(Kind.NODES, ask)
    seed = arguments[1].ask
    return Code(
        Kind.NODES, lambda here, run: _mixed(ask(here, run), _seed(seed(here, run), run.shift))
    )


def _seed(value: Any, shift: float) -> int:
    """As JavaRosa makes a whole number of it: words by their SHA-256, nothing is 0."""
    plain = number_of(value, shift)
    if math.isfinite(plain):
        return int(plain)
    if math.isinf(plain):
        return 2**63 - 1 if plain > 0 else -(2**63)
    told = text_of(value)
    if not told:
        return 0
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8], "big", signed=True)


def _mixed(items: list[Any], seed: int) -> list[Any]:
    """Fisher-Yates inside out, by the Park-Miller generator: the specification's shuffle."""
    state = _remainder(seed)
    state += _LARGEST - 1 if state <= 0 else 0
    mixed: list[Any] = []
    for place, item in enumerate(items):
        state = state * _FACTOR % _LARGEST
        other = math.floor((state - 1) / (_LARGEST - 1) * (place + 1))
        mixed.append(item)
        if other != place:
            mixed[place], mixed[other] = mixed[other], item
    return mixed


def _remainder(seed: int) -> int:
    """With the sign of the seed, as in JavaScript."""
    rest = abs(seed) % _LARGEST
    return -rest if seed < 0 else rest


TABLE: dict[str, Function] = {
    "count": Function(1, 1, _count),
    "count-non-empty": Function(1, 1, _count_non_empty),
    "position": Function(0, 1, _position),
    "last": Function(0, 0, _last),
    "name": Function(0, 1, _name),
    "local-name": Function(0, 1, _name),
    "current": Function(0, 0, _current),
    "indexed-repeat": Function(3, None, _indexed_repeat),
    "randomize": Function(1, 2, _randomize),
}
