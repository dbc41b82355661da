"""The order in which questions hide and calculate: each after all it leans on."""

from collections.abc import Iterator, Mapping, Sequence

from forms.place import Place
from forms.syntax import BadExpression


class Circular(BadExpression):
    """Questions that wait for each other; named in the message and in `paths`."""

    def __init__(self, paths: Sequence[str]) -> None:
        around = " → ".join([*paths, paths[0]])
        super().__init__(f"these go in a circle, each waits for the next: {around}")
        self.paths = tuple(paths)


def in_turn(steps: Sequence[Place], reads: Mapping[int, set[int]]) -> list[Place]:
    """`steps` in the order of the form, unless one leans on a later one. `reads` are the places
    that each looks at. Raises Circular."""
    known = {place.number: place for place in steps}
    shape = _all(steps)
    needs = {place.number: _needs(place, reads[place.number], known, shape) for place in steps}
    done: dict[int, None] = {}
    for place in steps:
        _visit(place.number, needs, done, known)
    return [known[number] for number in done]


def _all(steps: Sequence[Place]) -> dict[int, Place]:
    if not steps:
        return {}
    root = next((above for above in steps[0].above() if above.parent is None), steps[0])
    return {place.number: place for place in (root, *root.below())}


def _needs(
    place: Place, reads: set[int], known: Mapping[int, Place], shape: Mapping[int, Place]
) -> list[int]:
    """What must be settled before: what it looks at, and the groups around that and around it."""
    wanted: dict[int, None] = {}
    for number in sorted(reads):
        if number in known:
            wanted[number] = None
        wanted.update((above.number, None) for above in shape[number].above())
    wanted.update((above.number, None) for above in place.above())
    return [number for number in wanted if number in known]


def _visit(
    start: int, needs: Mapping[int, list[int]], done: dict[int, None], known: Mapping[int, Place]
) -> None:
    """Depth first, without Python's stack: a form may chain a thousand calculations."""
    if start in done:
        return
    path: dict[int, Iterator[int]] = {start: iter(needs[start])}
    while path:
        number, waiting = next(reversed(path.items()))
        following = next(waiting, None)
        if following is None:
            done[number] = None
            path.pop(number)
        elif following in path:
            circle = list(path)[list(path).index(following) :]
            raise Circular([known[each].path for each in circle])
        elif following not in done:
            path[following] = iter(needs[following])
