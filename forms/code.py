"""What an expression becomes: closures that answer in one of XPath's four kinds.

Built once per version of a form; asking is then a few calls of Python, no search through text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from forms.definition import FormDefinition
from forms.node import AnyNode, Run
from forms.place import Place
from forms.syntax import BadExpression
from forms.values import NAN, figure, figures, number_of, text_of, truth_of

Ask: TypeAlias = Callable[[Any, Run], Any]
"""(asking node, evaluation) → value"""


class Kind(Enum):
    """What is known beforehand of an expression's values."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    NODES = "nodes"
    ANY = "any"
    """Known only when asked: a branch of `if`, or a date that is text and time at once."""


@dataclass(frozen=True, slots=True)
class Code:
    """An expression ready to be asked."""

    kind: Kind
    ask: Ask
    one: Callable[[Any, Run], AnyNode | None] | None = None
    """For a path that leads to one node at most: that node, without a list around it."""
    constant: str | None = None
    """The words of a text in quotes."""


@dataclass(slots=True)
class Scope:
    """Where an expression stands in the form, and what it turns out to lean on."""

    root: Place
    places: list[Place]
    here: Place | None
    """The place of the node that `.` means; None within the rows of a list."""
    asking: Place | None
    """The place for which the whole expression is asked: `current()`."""
    reads: set[int] = field(default_factory=set)
    """Numbers of the places that are looked at."""
    traits: set[str] = field(default_factory=set)
    """What is to be known of the whole expression: `LOOSE`."""
    beside: set[str] = field(default_factory=set)
    """Lists that it looks into and that come beside the form."""
    positional: bool = False
    """It asks for `position()` or `last()`."""
    form: FormDefinition | None = None

    def within(self, here: Place | None) -> "Scope":
        """The scope of a condition in brackets; what it leans on counts for the whole."""
        return Scope(
            self.root, self.places, here, self.asking, self.reads, self.traits, self.beside,
            form=self.form,
        )  # fmt: skip


LOOSE = "loose"
"""Asked twice it may answer twice: `random()`, `uuid()`, or words of the language in use."""


def texts(code: Code) -> Callable[[Any, Run], str]:
    """Asks for words."""
    ask, one = code.ask, code.one
    if code.kind is Kind.TEXT:
        return ask
    if one is not None:

        def said(here: Any, run: Run) -> str:
            node = one(here, run)
            return "" if node is None else node.said() if node.kids else node.text

        return said
    return lambda here, run: text_of(ask(here, run))


def numbers(code: Code) -> Callable[[Any, Run], float]:
    """Asks for a number; NaN where there is none."""
    ask, one = code.ask, code.one
    if code.kind is Kind.NUMBER:
        return ask
    if code.kind is Kind.TEXT:
        return lambda here, run: figure(ask(here, run), run.shift)
    if one is not None:

        def counted(here: Any, run: Run) -> float:
            node = one(here, run)
            return NAN if node is None else figure(node.text, run.shift)

        return counted
    return lambda here, run: number_of(ask(here, run), run.shift)


def truths(code: Code) -> Callable[[Any, Run], bool]:
    """Asks whether it holds."""
    ask, one = code.ask, code.one
    if code.kind is Kind.TRUTH:
        return ask
    if one is not None:
        return lambda here, run: one(here, run) is not None
    return lambda here, run: truth_of(ask(here, run))


def nodes(code: Code, name: str) -> Callable[[Any, Run], list[Any]]:
    """Asks for nodes. Raises BadExpression where an expression never has any."""
    if code.kind not in (Kind.NODES, Kind.ANY):
        raise BadExpression(f"{name}() needs a path here, not a {code.kind.value}")
    if code.kind is Kind.NODES:
        return code.ask
    ask = code.ask
    return lambda here, run: found if isinstance(found := ask(here, run), list) else []


def many_numbers(code: Code) -> Callable[[Any, Run], list[float]]:
    """Asks for every node's number, or for the one number."""
    ask = code.ask
    return lambda here, run: figures(ask(here, run), run.shift)


def many_texts(code: Code) -> Callable[[Any, Run], list[str]]:
    """Asks for every node's words, or for the one text."""
    ask = code.ask

    def said(here: Any, run: Run) -> list[str]:
        value = ask(here, run)
        return [node.said() for node in value] if isinstance(value, list) else [text_of(value)]

    return said
