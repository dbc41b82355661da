"""How a bug is planted: a few words of a real function's source are others while it lasts.

The function keeps its place and its name; only its code is another, so everybody who imported it
has the bug as well. Where the words are not found exactly once the code has moved on, and the
mutant says so instead of proving nothing.
"""

import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from sync.policy import entity_rules, form_rules


@dataclass(frozen=True)
class Mutant:
    """One bug: `old` becomes `new` in `function` of `module`; `promise` has to notice."""

    name: str
    promise: int
    module: str
    function: str
    old: str
    new: str
    theme: str = ""
    """What the stories dwell on in which it shows itself."""


@contextmanager
def planted(mutant: Mutant) -> Iterator[None]:
    function = _function(mutant)
    healthy = function.__code__
    function.__code__ = _sick(mutant, function)
    _forget()
    try:
        yield
    finally:
        function.__code__ = healthy
        _forget()


def _forget() -> None:
    """What healthy code has reckoned once and kept would hide the bug, and the other way round."""
    for kept in (form_rules, entity_rules):
        kept.cache_clear()


def _function(mutant: Mutant) -> FunctionType:
    found: Any = sys.modules[mutant.module]
    for part in mutant.function.split("."):
        found = getattr(found, part)
    function = inspect.unwrap(found)
    assert isinstance(function, FunctionType), mutant.name
    return function


def _sick(mutant: Mutant, function: FunctionType) -> CodeType:
    source = textwrap.dedent(inspect.getsource(function))
    times = source.count(mutant.old)
    assert times == 1, f"{mutant.name}: {mutant.old!r} stands {times} times in {mutant.function}"
    space = dict(function.__globals__)
    exec(compile(source.replace(mutant.old, mutant.new), mutant.name, "exec"), space)
    made: FunctionType = inspect.unwrap(space[function.__name__])
    assert made.__code__.co_freevars == function.__code__.co_freevars, mutant.name
    return made.__code__
