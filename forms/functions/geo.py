"""Functions of places on the Earth."""

from typing import Any

from forms.code import Code, Kind, Scope, many_texts, texts
from forms.functions.table import Function
from forms.node import Run
from forms.positions import crossing, length, line, point, surface, within
from forms.values import NAN


def _area(scope: Scope, arguments: list[Code]) -> Code:
    ask = many_texts(arguments[0])

    def area(here: Any, run: Run) -> float:
        points = line(ask(here, run))
        return surface(points) if points else 0.0

    return Code(Kind.NUMBER, area)


def _distance(scope: Scope, arguments: list[Code]) -> Code:
    asks = [many_texts(code) for code in arguments]

    def distance(here: Any, run: Run) -> float:
        points = line([told for ask in asks for told in ask(here, run)])
        return length(points) if points else NAN

    return Code(Kind.NUMBER, distance)


def _geofence(scope: Scope, arguments: list[Code]) -> Code:
    where, fence = texts(arguments[0]), texts(arguments[1])

    def inside(here: Any, run: Run) -> bool:
        place, ring = point(where(here, run)), line([fence(here, run)])
        return (
            place is not None and ring is not None and ring[0] == ring[-1] and within(place, ring)
        )

    return Code(Kind.TRUTH, inside)


def _intersects(scope: Scope, arguments: list[Code]) -> Code:
    ask = texts(arguments[0])

    def crosses(here: Any, run: Run) -> bool:
        points = line([ask(here, run)]) or []
        run.visit(len(points) ** 2)
        return crossing(points)

    return Code(Kind.TRUTH, crosses)


TABLE: dict[str, Function] = {
    "area": Function(1, 1, _area),
    "distance": Function(1, None, _distance),
    "geofence": Function(2, 2, _geofence),
    "intersects": Function(1, 1, _intersects),
}
