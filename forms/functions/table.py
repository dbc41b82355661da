"""How a function is written down: what it takes, and how its code is made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from forms.code import Code, Kind, Scope
from forms.node import Run

Build: TypeAlias = Callable[[Scope, list[Code]], Code]
Convert: TypeAlias = Callable[[Code], Callable[[Any, Run], Any]]


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the specification."""

    least: int
    most: int | None
    """Arguments; None for any number."""
    build: Build


def plain(
    kind: Kind, work: Callable[..., Any], *converts: Convert, least: int | None = None
) -> Function:
    """A function of its arguments' words and numbers alone."""

    def build(scope: Scope, arguments: list[Code]) -> Code:
        asks = [convert(code) for convert, code in zip(converts, arguments, strict=False)]
        if len(asks) == 1:
            [only] = asks
            return Code(kind, lambda here, run: work(only(here, run)))
        if len(asks) == 2:
            one, two = asks
            return Code(kind, lambda here, run: work(one(here, run), two(here, run)))
        return Code(kind, lambda here, run: work(*[ask(here, run) for ask in asks]))

    return Function(len(converts) if least is None else least, len(converts), build)


def timed(
    kind: Kind, work: Callable[..., Any], *converts: Convert, least: int | None = None
) -> Function:
    """As `plain`, where the time zone matters too: `work(shift, …)`."""

    def build(scope: Scope, arguments: list[Code]) -> Code:
        asks = [convert(code) for convert, code in zip(converts, arguments, strict=False)]
        return Code(kind, lambda here, run: work(run.shift, *[ask(here, run) for ask in asks]))

    return Function(len(converts) if least is None else least, len(converts), build)


def value(code: Code) -> Callable[[Any, Run], Any]:
    """Asks for the value as it is."""
    return code.ask


def context(code: Code | None) -> Code:
    """What a function is about where it is given nothing: the asking node itself."""
    if code is not None:
        return code
    return Code(Kind.NODES, lambda here, run: [here], one=lambda here, run: here)
