"""Questions that need each other before either can be known: circular references."""

import re
from collections.abc import Iterator, Mapping

from forms.definition import FormDefinition

_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_ELSEWHERE = re.compile(r"instance\(\s*\)[^\s,)]*")
_PATH = re.compile(r"(?:current\(\)/)?(?P<up>(?:\.\./)+)(?P<down>[\w./-]*)|(?P<whole>/[\w./-]+)")


def circles(definition: FormDefinition) -> list[list[str]]:
    """Each circle once, as the paths along it; a question that needs itself is one of one."""
    needs = {path: set(told) for path, told in _needs(definition).items()}
    found: list[list[str]] = []
    done: set[str] = set()
    for start in needs:
        if start not in done:
            _walk(start, needs, done, found)
    return found


def _walk(
    start: str, needs: Mapping[str, set[str]], done: set[str], found: list[list[str]]
) -> None:
    """Depth first without recursion: a long chain is no circle and no fault of ours."""
    trail: list[str] = []
    stack: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(needs[start])))]
    trail.append(start)
    while stack:
        at, rest = stack[-1]
        step = next(rest, None)
        if step is None:
            stack.pop()
            done.add(trail.pop())
        elif step in trail:
            found.append(trail[trail.index(step) :])
        elif step not in done and step in needs:
            trail.append(step)
            stack.append((step, iter(sorted(needs[step]))))


def _needs(definition: FormDefinition) -> dict[str, set[str]]:
    """{path: the questions whose answers its value or its being asked depends on}"""
    known = set(definition.by_path)
    conditions = {s.path: s.relevant for s in definition.sections if s.relevant}
    told: dict[str, set[str]] = {}
    for question in definition.questions:
        mine = set(_named(question.calculate, question.path, known))
        mine |= set(_named(question.relevant, question.path, known))
        for above, relevant in conditions.items():
            if question.path.startswith(above + "/"):
                mine |= set(_named(relevant, above, known))
        told[question.path] = mine
    return told


def _named(expression: str | None, at: str, known: set[str]) -> Iterator[str]:
    """Paths that an expression at `at` reads: absolute, or relative as pyxform writes them."""
    bare = _ELSEWHERE.sub(" ", _TEXT.sub("", expression or ""))
    for found in _PATH.finditer(bare):
        if found["whole"]:
            path = "/".join(found["whole"].split("/")[2:])
        else:
            parts = at.split("/")
            up = found["up"].count("../")
            path = "/".join(
                [*parts[: max(0, len(parts) - up)], *filter(None, found["down"].split("/"))]
            )
        if path in known:
            yield path
