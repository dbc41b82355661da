"""XPath 1.0 as form authors write it, read into a tree.

Only reading: what a name or a function means is settled in `forms.xpath`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|(?P<symbol>//|::|\.\.|<=|>=|!=|[()\[\],@/|+\-=<>*.$])"
    r"|(?P<name>[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?))"
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_WORDS = frozenset({"or", "and", "div", "mod"})
_SIGNS = frozenset({"=", "!=", "<", "<=", ">", ">=", "+", "-"})
_BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ",", "/", "//", "|", "$"})
_NODE_TESTS = frozenset({"node", "text", "comment", "processing-instruction"})
DEEPEST = 150
"""How deep an expression may nest: far beyond any form, far below Python's own limit."""
_BRACKET = 3


class BadExpression(ValueError):
    """Not an XPath expression, or none that this server evaluates; the message says why."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """Words in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Binary:
    """`left sign right`, also `and`, `or`, `div`, `mod`, `|`."""

    sign: str
    left: "Tree"
    right: "Tree"


@dataclass(frozen=True, slots=True)
class Negative:
    """`-operand`."""

    operand: "Tree"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and what it is given."""

    name: str
    arguments: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: axis, name (or `*`, `node()`), and conditions in brackets."""

    axis: str
    test: str
    predicates: tuple["Tree", ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the root (`/`), from the asking node, or from what `start` finds."""

    steps: tuple[Step, ...]
    absolute: bool = False
    start: "Tree | None" = None
    predicates: tuple["Tree", ...] = ()
    """Conditions on what `start` finds, as in `(a | b)[1]`."""


Tree: TypeAlias = Number | Text | Binary | Negative | Call | Path
SELF, PARENT, BELOW = Step("self", "node()"), Step("parent", "node()"), Step(
    "descendant-or-self", "node()"
)  # fmt: skip


@lru_cache(maxsize=8192)
def parse(expression: str) -> Tree:
    """The tree of an expression. Raises BadExpression."""
    parser = _Parser(expression)
    tree = parser.level(0)
    if parser.at != len(parser.tokens):
        raise BadExpression(f"`{expression}`: unexpected {parser.tokens[parser.at].text!r}")
    return tree


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    kind: str
    operator: bool


def _tokens(expression: str) -> list[_Token]:
    tokens: list[_Token] = []
    at, stripped = 0, expression.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise BadExpression(f"`{expression}`: cannot read {stripped[at:]!r}")
        at = found.end()
        text, kind = found.group().strip(), str(found.lastgroup)
        if kind == "name" and stripped[at:].lstrip().startswith("("):
            kind = "function"
        tokens.append(_Token(text, kind, _is_operator(text, tokens)))
    return tokens


def _is_operator(text: str, before: list[_Token]) -> bool:
    """XPath 1.0, 3.7: `*` and the words are operators only after an operand."""
    if text in _SIGNS:
        return True
    if text != "*" and text not in _WORDS:
        return False
    return bool(before) and not before[-1].operator and before[-1].text not in _BEFORE_OPERAND


class _Parser:
    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.tokens = _tokens(expression)
        self.at = 0
        self.depth = 0

    def _fault(self, words: str) -> BadExpression:
        return BadExpression(f"`{self.expression}`: {words}")

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _next(self, wanted: str) -> bool:
        if self._peek() == wanted and self.tokens[self.at].kind == "symbol":
            self.at += 1
            return True
        return False

    def _need(self, wanted: str) -> None:
        if not self._next(wanted):
            raise self._fault(f"{wanted!r} is missing")

    def _deeper(self, by: int) -> None:
        self.depth += by
        if self.depth > DEEPEST:
            raise self._fault("nests too deep")

    def _inner(self) -> Tree:
        """What stands in brackets; reading it takes some ten calls of Python."""
        self._deeper(_BRACKET)
        inner = self.level(0)
        self._deeper(-_BRACKET)
        return inner

    def level(self, level: int) -> Tree:
        """One level of precedence, left to right."""
        if level == len(_LEVELS):
            return self._unary()
        left, begun = self.level(level + 1), self.depth
        while self._peek() in _LEVELS[level] and self.tokens[self.at].operator:
            sign = self._peek()
            self.at += 1
            self._deeper(1)
            left = Binary(sign, left, self.level(level + 1))
        self.depth = begun
        return left

    def _unary(self) -> Tree:
        if self._peek() == "-" and self.tokens[self.at].operator:
            self.at += 1
            self._deeper(1)
            operand = self._unary()
            self._deeper(-1)
            return Negative(operand)
        left = self._path()
        while self._next("|"):
            left = Binary("|", left, self._path())
        return left

    def _path(self) -> Tree:
        if self._next("//"):
            return Path((BELOW, *self._steps()), absolute=True)
        if self._next("/"):
            return Path(self._steps() if self._begins_step() else (), absolute=True)
        if self._begins_step():
            return Path(self._steps())
        start, predicates = self._primary(), self._predicates()
        if self._peek() in ("/", "//"):
            below = (BELOW,) if self._peek() == "//" else ()
            self.at += 1
            return Path((*below, *self._steps()), start=start, predicates=predicates)
        return Path((), start=start, predicates=predicates) if predicates else start

    def _begins_step(self) -> bool:
        if self.at >= len(self.tokens) or self.tokens[self.at].operator:
            return False
        token = self.tokens[self.at]
        if token.kind == "function":
            return token.text in _NODE_TESTS
        return token.kind == "name" or token.text in (".", "..", "*", "@")

    def _steps(self) -> tuple[Step, ...]:
        steps = [self._step()]
        while self._peek() in ("/", "//"):
            if self._peek() == "//":
                steps.append(BELOW)
            self.at += 1
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        if not self._begins_step():
            raise self._fault("an operand is missing")
        if self._next("."):
            return SELF if self._peek() != "[" else Step("self", "node()", self._predicates())
        if self._next(".."):
            return PARENT if self._peek() != "[" else Step("parent", "node()", self._predicates())
        axis = "child"
        if self._next("@"):
            axis = "attribute"
        elif self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].text == "::":
            axis = self._peek()
            self.at += 2
        return Step(axis, self._test(), self._predicates())

    def _test(self) -> str:
        if not self._begins_step():
            raise self._fault("a name is missing")
        token = self.tokens[self.at]
        self.at += 1
        if token.kind != "function":
            return token.text.rpartition(":")[2]
        self._need("(")
        self._need(")")
        return f"{token.text}()"

    def _predicates(self) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while self._next("["):
            found.append(self._inner())
            self._need("]")
        return tuple(found)

    def _primary(self) -> Tree:
        if self.at >= len(self.tokens):
            raise self._fault("an operand is missing")
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "text":
            return Text(token.text[1:-1])
        if token.kind == "function":
            return self._call(token.text)
        if token.text == "(":
            inner = self._inner()
            self._need(")")
            return inner
        raise self._fault(f"unexpected {token.text!r}")

    def _call(self, name: str) -> Call:
        self._need("(")
        arguments: list[Tree] = []
        while self._peek() != ")":
            arguments.append(self._inner())
            if not self._next(","):
                break
        self._need(")")
        return Call(name, tuple(arguments))
