"""Functions of numbers."""

import math
import random
from collections.abc import Callable

from forms.code import LOOSE, Code, Kind, Scope, many_numbers, numbers
from forms.functions.table import Function, context, plain
from forms.values import NAN

_MOST_DIGITS = 300


def _round(value: float, places: float = 0.0) -> float:
    """Halves go away from zero, as in the phone's engine."""
    if not math.isfinite(value) or not abs(places) <= _MOST_DIGITS:
        return value if places == places else NAN
    scale = 10.0 ** int(places)
    moved = abs(value) * scale + 0.5
    return math.copysign(math.floor(moved) / scale, value) if math.isfinite(moved) else value


def _whole(value: float, work: Callable[[float], int]) -> float:
    """A whole number; nothing keeps its sign, which dividing by it shows."""
    return (float(work(value)) or math.copysign(0.0, value)) if math.isfinite(value) else value


def _guarded(work: Callable[..., float]) -> Callable[..., float]:
    """Mathematics that answers NaN where there is no answer, and infinity beyond measure."""

    def tried(*values: float) -> float:
        try:
            made = work(*values)
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return NAN
        return float(made) if isinstance(made, float | int) else NAN

    return tried


def _power(base: float, power: float) -> float:
    if base == 0 and power < 0:
        return math.inf
    made = base**power
    return made if isinstance(made, float) else NAN


def _log(value: float, work: Callable[[float], float]) -> float:
    return -math.inf if value == 0 else work(value)


def _extreme(work: Callable[[list[float]], float]) -> Function:
    """The largest or smallest of all; NaN where one is no number, or there is none."""

    def build(scope: Scope, arguments: list[Code]) -> Code:
        asks = [many_numbers(code) for code in arguments]

        def made(here: object, run: object) -> float:
            every = [value for ask in asks for value in ask(here, run)]  # type: ignore[arg-type]
            return work(every) if every and not any(map(math.isnan, every)) else NAN

        return Code(Kind.NUMBER, made)

    return Function(1, None, build)


def _sum(scope: Scope, arguments: list[Code]) -> Code:
    ask = many_numbers(arguments[0])
    return Code(Kind.NUMBER, lambda here, run: float(sum(ask(here, run))))


def _number(scope: Scope, arguments: list[Code]) -> Code:
    return Code(Kind.NUMBER, numbers(context(arguments[0] if arguments else None)))


def _random(scope: Scope, arguments: list[Code]) -> Code:
    scope.traits.add(LOOSE)
    return Code(Kind.NUMBER, lambda here, run: random.random())


def _of(work: Callable[..., float], arguments: int = 1) -> Function:
    return plain(Kind.NUMBER, _guarded(work), *[numbers] * arguments)


TABLE: dict[str, Function] = {
    "number": Function(0, 1, _number),
    "int": _of(lambda n: _whole(n, math.trunc)),
    "round": plain(Kind.NUMBER, _round, numbers, numbers, least=1),
    "floor": _of(lambda n: _whole(n, math.floor)),
    "ceiling": _of(lambda n: _whole(n, math.ceil)),
    "abs": _of(abs),
    "pow": _of(_power, 2),
    "sqrt": _of(math.sqrt),
    "exp": _of(math.exp),
    "exp10": _of(lambda n: 10.0**n),
    "log": _of(lambda n: _log(n, math.log)),
    "log10": _of(lambda n: _log(n, math.log10)),
    "sin": _of(math.sin),
    "cos": _of(math.cos),
    "tan": _of(math.tan),
    "asin": _of(math.asin),
    "acos": _of(math.acos),
    "atan": _of(math.atan),
    "atan2": _of(math.atan2, 2),
    "pi": Function(0, 0, lambda scope, _: Code(Kind.NUMBER, lambda here, run: math.pi)),
    "sum": Function(1, 1, _sum),
    "max": _extreme(max),
    "min": _extreme(min),
    "random": Function(0, 0, _random),
}
