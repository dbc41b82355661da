"""Paths that lead to no question of the form.

`/data/hosehold/size > 3` is good XPath and finds nothing, ever: the rule says no to everything and
the calculation stays blank, on the phone and here, and nobody hears of it.
"""

from collections.abc import Iterator

from forms.definition import FormDefinition, Question, Section
from forms.place import Place
from forms.plan import plan
from forms.row_ids import ROW_ID
from forms.syntax import Binary, Call, Negative, Path, Step, Tree, parse

_CURRENT = Call("current", ())
_DEVICES_OWN = frozenset({"meta", ROW_ID})
"""Nodes that are no questions."""
_COLUMNS = (
    ("required", "required_when"), ("relevant", "relevant"), ("constraint", "constraint"),
    ("calculation", "calculate"), ("default", "initial"), ("choice_filter", "choice_filter"),
    ("repeat_count", "count"),
)  # fmt: skip


def nowhere(definition: FormDefinition) -> Iterator[tuple[str, str, str]]:
    """(path of the question or group, column, the path that leads nowhere)."""
    shape = plan(definition).places
    for place in shape:
        for asked in (place.question, place.section):
            for column, expression in _rules(asked):
                for lost in _lost(parse(expression), place, place, shape[0]):
                    yield place.path, column, lost


def _rules(asked: Question | Section | None) -> Iterator[tuple[str, str]]:
    for column, name in _COLUMNS:
        expression = getattr(asked, name, None)
        if expression:
            yield column, expression


def _lost(tree: Tree, here: Place | None, asking: Place, root: Place) -> Iterator[str]:
    if isinstance(tree, Binary):
        yield from _lost(tree.left, here, asking, root)
        yield from _lost(tree.right, here, asking, root)
    elif isinstance(tree, Negative):
        yield from _lost(tree.operand, here, asking, root)
    elif isinstance(tree, Call):
        for each in tree.arguments:
            yield from _lost(each, here, asking, root)
    elif isinstance(tree, Path):
        yield from _lost_path(tree, here, asking, root)


def _lost_path(tree: Path, here: Place | None, asking: Place, root: Place) -> Iterator[str]:
    at, steps = here, tree.steps
    if tree.absolute:
        at, steps = _from_root(steps, root)
        if at is None and steps:
            yield _words(tree, len(tree.steps))
            return
    elif tree.start is not None:
        yield from _lost(tree.start, here, asking, root)
        at = asking if tree.start == _CURRENT else None
    elif here is asking and steps and steps[0].axis == "child":
        return  # a bare name: `forms.bare` has words for it
    for number, step in enumerate(steps, len(tree.steps) - len(steps) + 1):
        if step.test in _DEVICES_OWN:
            return
        known, at = at, _next(step, at)
        if known is not None and at is None and _is_name(step):
            yield _words(tree, number)
            return
        for condition in step.predicates:
            yield from _lost(condition, at, asking, root)


def _from_root(steps: tuple[Step, ...], root: Place) -> tuple[Place | None, tuple[Step, ...]]:
    """Where an absolute path stands after its first step, and the steps that are left; no place
    and steps where the first is not the form's own name."""
    if not steps or not _is_name(steps[0]):
        return None, ()
    return (root, steps[1:]) if steps[0].test == root.name else (None, steps)


def _next(step: Step, at: Place | None) -> Place | None:
    """The one place that a step leads to; None where there is none, or it cannot be told."""
    if at is None:
        return None
    if _is_name(step):
        return at.kid(step.test)
    if step.test == "node()" and step.axis in ("self", "parent"):
        return at if step.axis == "self" else at.parent
    return None


def _is_name(step: Step) -> bool:
    return step.axis == "child" and step.test[-1:] not in "*)"


def _words(tree: Path, count: int) -> str:
    names = {"self": ".", "parent": ".."}
    told = [names.get(step.axis, step.test) for step in tree.steps[:count]]
    return ("/" if tree.absolute else "") + "/".join(told)
