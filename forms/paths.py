"""Paths: those that the form's shape settles are a look-up, all others walk from node to node."""

from collections.abc import Callable
from typing import Any, TypeAlias

from forms.code import LOOSE, Code, Kind, Scope
from forms.conditions import Compile, narrowing
from forms.node import AnyNode, Node, Run
from forms.place import Place
from forms.syntax import BadExpression, Call, Path, Step
from forms.walk import AXES, Document, Walk

One: TypeAlias = Callable[[Any, Run], AnyNode | None]
_NOTHING = Code(Kind.NODES, lambda here, run: [], one=lambda here, run: None)
_CURRENT = Call("current", ())
_META = "meta"
"""What the device alone knows: the ids of the record and of its entities."""


def path(tree: Path, scope: Scope, compile_: Compile) -> Code:
    """A path's code. Raises BadExpression."""
    if any(step.test == _META for step in tree.steps):
        scope.traits.add(LOOSE)
        return _NOTHING
    current = tree.start == _CURRENT and not tree.predicates
    if tree.start is None or current:
        origin = None if tree.absolute else scope.asking if current else scope.here
        settled = _settled(tree, origin, scope)
        if settled is not None:
            return _at_current(settled) if current else settled
    return _walked(tree, scope, compile_)


def _at_current(code: Code) -> Code:
    ask, one = code.ask, code.one
    return Code(
        Kind.NODES,
        lambda here, run: ask(run.current, run),
        None if one is None else lambda here, run: one(run.current, run),
    )


def _settled(tree: Path, origin: Place | None, scope: Scope) -> Code | None:
    """The code of a path of plain names, `.` and `..`; None for all others."""
    if (origin is None and not tree.absolute) or not all(map(_is_plain, tree.steps)):
        return None
    here, up, down = origin, 0, list[Place]()
    for number, step in enumerate(tree.steps):
        if step.axis == "self":
            continue
        if step.axis == "parent":
            up, here = (up, here) if down and down.pop() else (up + 1, here)
            here = here.parent if here else None
        elif tree.absolute and number == 0:
            here = scope.root if step.test == scope.root.name else None
        else:
            here = here.kid(step.test) if here else None
            down += [here] if here else []
        if here is None:
            return _NOTHING
    target = here or scope.root
    scope.reads.add(target.number)
    base = origin
    for _ in range(up):
        base = base.parent if base else None
    if base is None or not base.repeated:
        return _everywhere(target)
    return _in_row(up, down)


def _is_plain(step: Step) -> bool:
    if step.axis in ("self", "parent"):
        return step.test == "node()" and not step.predicates
    return step.axis == "child" and step.test[-1:] not in "*)" and not step.predicates


def _everywhere(target: Place) -> Code:
    """All nodes of a place: kept by its number, nothing has to be walked."""
    number = target.number
    if not target.repeated:
        return Code(
            Kind.NODES,
            lambda here, run: run.nodes[number],
            one=lambda here, run: run.nodes[number][0],
        )

    def ask(here: Any, run: Run) -> list[Node]:
        found = run.nodes[number]
        run.visit(len(found))
        return found

    return Code(Kind.NODES, ask)


def _in_row(up: int, down: list[Place]) -> Code:
    """What stands in the same row: so many groups up, then down by place."""
    indexes = [place.parent.index[place.name] for place in down if place.parent]
    if any(place.repeat for place in down):
        return Code(Kind.NODES, _rows(_climb(up), indexes))
    one = _climb(up) if not indexes else _descend(up, indexes)

    def ask(here: Any, run: Run) -> list[Any]:
        found = one(here, run)
        return [] if found is None else [found]

    return Code(Kind.NODES, ask, one=one)


def _climb(up: int) -> One:
    if up == 0:
        return lambda here, run: here
    if up == 1:
        return lambda here, run: here.parent

    def climb(here: Any, run: Run) -> Any:
        for _ in range(up):
            here = here.parent
        return here

    return climb


def _descend(up: int, indexes: list[int]) -> One:
    if up == 1 and len(indexes) == 1:
        only = indexes[0]
        return lambda here, run: here.parent.kids[only]

    def descend(here: Any, run: Run) -> Any:
        for _ in range(up):
            here = here.parent
        for index in indexes:
            here = here.kids[index]
        return here

    return descend


def _rows(climb: One, indexes: list[int]) -> Callable[[Any, Run], list[Any]]:
    def rows(here: Any, run: Run) -> list[Any]:
        found: list[Any] = [climb(here, run)]
        for index in indexes:
            kids = [node.kids[index] for node in found]
            found = [row for kid in kids for row in (kid if isinstance(kid, list) else [kid])]
        run.visit(len(found))
        return found

    return rows


def _walked(tree: Path, scope: Scope, compile_: Compile) -> Code:
    """A path with conditions, other axes, or from what a function finds."""
    places: set[Place] | None = None
    walk: list[Walk] = []
    start = _start(tree, scope, compile_)
    if tree.start is None:
        places = None if not tree.absolute and scope.here is None else {scope.here or scope.root}
    elif tree.predicates:
        walk.append(narrowing(tree.predicates, scope.within(None), compile_))
    steps = tree.steps
    if tree.absolute:
        places, steps = _from_document(steps, scope, walk, compile_)
    for step in steps:
        places = _next_places(step, places)
        walk.append(_walk(step, places, scope, compile_))
    if places is not None:
        scope.reads.update(place.number for place in places)

    def ask(here: Any, run: Run) -> list[Any]:
        found = start(here, run)
        for onward in walk:
            found = onward(found, run)
        run.visit(len(found))
        return found

    return Code(Kind.NODES, ask)


def _from_document(
    steps: tuple[Step, ...], scope: Scope, walk: list[Walk], compile_: Compile
) -> tuple[set[Place], tuple[Step, ...]]:
    """The first step of an absolute path, from the document that holds the form."""
    if not steps:
        raise BadExpression("a path needs a name after '/'")
    first, rest = steps[0], steps[1:]
    if first.axis == "child":
        root = {scope.root} if first.test in (scope.root.name, "*") else set[Place]()
    else:
        root = {scope.root, *scope.root.below()}
    walk.append(_walk(first, root, scope, compile_))
    return root, rest


def _start(tree: Path, scope: Scope, compile_: Compile) -> Callable[[Any, Run], list[Any]]:
    if tree.absolute:
        return lambda here, run: [Document(run.nodes[0][0])]
    if tree.start is None:
        return lambda here, run: [here]
    code = compile_(tree.start, scope)
    if code.kind not in (Kind.NODES, Kind.ANY):
        raise BadExpression("only a path can be followed by '/' or '['")
    ask = code.ask
    return lambda here, run: found if isinstance(found := ask(here, run), list) else []


def _walk(step: Step, places: set[Place] | None, scope: Scope, compile_: Compile) -> Walk:
    axis = AXES.get(step.axis)
    if axis is None:
        raise BadExpression(f"the axis {step.axis}:: is not evaluated by this server")
    if step.test.endswith("()") and step.test != "node()":
        raise BadExpression(f"{step.test} is not evaluated by this server")
    if not step.predicates:
        return axis(step.test, None)
    single = next(iter(places)) if places and len(places) == 1 else None
    if places and single is None:
        scope.reads.update(below.number for place in places for below in place.below())
    inner = scope.within(single)
    return axis(step.test, narrowing(step.predicates, inner, compile_, step))


def _next_places(step: Step, places: set[Place] | None) -> set[Place] | None:
    """Where a step may lead in the form; None for the rows of lists."""
    if places is None:
        return None
    reached: set[Place] = set()
    for place in places:
        reached.update(_reached(step.axis, place))
    if step.test in ("*", "node()"):
        return reached
    return {place for place in reached if place.name == step.test}


def _reached(axis: str, place: Place) -> list[Place]:
    if axis == "child":
        return place.kids
    if axis == "self":
        return [place]
    if axis == "parent":
        return [place.parent] if place.parent else []
    if axis in ("descendant", "descendant-or-self"):
        return [*place.below()] + ([place] if axis != "descendant" else [])
    if axis in ("ancestor", "ancestor-or-self"):
        return [*place.above()] + ([place] if axis != "ancestor" else [])
    return place.parent.kids if place.parent else []
