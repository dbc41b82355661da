"""The part of XForms XPath that a phone needs while filling in: relevance and totals.

Paths are answered from the flat document. Whatever is not understood raises Unknown: the phone
then shows the question and leaves the total to the server.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

NAME = r"[A-Za-z_][\w.\-]*(?![\w.\-]|\s*\()"
TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    rf"|(?P<path>(?:current\(\)|\.\.?|/)?(?:/?(?:\.\.|{NAME}))(?:/(?:\.\.|\*|{NAME}))*)"
    r"|(?P<name>[A-Za-z_][\w.\-]*)(?=\s*\()|(?P<symbol><=|>=|!=|[()\[\],=<>+\-*.]))"
)
ROW = re.compile(r"\[[a-z0-9]{8}\]")
EPOCH = date(1970, 1, 1).toordinal()
LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
WORDS = {word for level in LEVELS for word in level}
Flat = Mapping[str, Any]


class Unknown(Exception):
    """An expression beyond this phone."""


@dataclass(frozen=True)
class Place:
    """Where an expression stands: its question's definition path, and its row if in a repeat.

    `repeat` is the flat path of the innermost one: `plots[ab12cd34]/years` in a repeat.
    """

    path: str
    repeat: str | None = None
    row: str | None = None


class Nodes(list[Any]):
    """The answers at a path; empty when there is none."""


def evaluate(expression: str, place: Place, values: Flat, today: str = "") -> Any:
    """A string, number, truth or Nodes; `today` is an ISO date. Raises Unknown."""
    try:
        tokens = _tokens(expression)
        reader = _Reader(tokens, place, values, today)
        result = reader.level(0)
    except (IndexError, ValueError, TypeError, ZeroDivisionError) as fault:
        raise Unknown(expression) from fault
    if reader.at != len(tokens):
        raise Unknown(expression)
    return result


def truth(value: Any) -> bool:
    if isinstance(value, Nodes):
        return any(one not in (None, "") for one in value)
    return bool(value) and value == value


def number(value: Any) -> float:
    """NaN for what is none; an ISO date counts days, as XForms has it."""
    value = value[0] if isinstance(value, Nodes) and value else value
    if isinstance(value, bool | int | float):
        return float(value)
    try:
        if isinstance(value, str) and value[4:5] == "-":
            return float(date.fromisoformat(value[:10]).toordinal() - EPOCH)
        return float(value) if isinstance(value, str) else math.nan
    except ValueError:
        return math.nan


def text(value: Any) -> str:
    if isinstance(value, Nodes):
        value = value[0] if value else ""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _tokens(expression: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while at < len(expression.rstrip()):
        match = TOKEN.match(expression, at)
        if match is None:
            raise Unknown(expression)
        kind, word = str(match.lastgroup), match[str(match.lastgroup)]
        kind = "symbol" if word in WORDS else kind
        found.append((kind, re.sub(r"\s+", "", word) if kind == "path" else word))
        at = match.end()
    return found


class _Reader:
    """Recursive descent; `at` is the next token."""

    def __init__(
        self, tokens: list[tuple[str, str]], place: Place, values: Flat, today: str
    ) -> None:
        self.tokens, self.place, self.values, self.today = tokens, place, values, today
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, expected: str | None = None) -> tuple[str, str]:
        token = self.tokens[self.at]
        if expected is not None and token[1] != expected:
            raise ValueError(expected)
        self.at += 1
        return token

    def level(self, depth: int) -> Any:
        if depth == len(LEVELS):
            return self.operand()
        left = self.level(depth + 1)
        while self.peek() in LEVELS[depth]:
            operator = self.take()[1]
            left = _apply(operator, left, self.level(depth + 1))
        return left

    def operand(self) -> Any:
        kind, word = self.take()
        if kind == "text":
            return word[1:-1]
        if kind == "number":
            return float(word)
        if word == "-":
            return -number(self.operand())
        if word == "(":
            inner = self.level(0)
            self.take(")")
            return inner
        if kind == "name":
            return self.call(word)
        if kind == "path" or word == ".":
            return self.nodes(word)
        raise ValueError(word)

    def call(self, name: str) -> Any:
        self.take("(")
        arguments = []
        while self.peek() != ")":
            arguments.append(self.level(0))
            if self.peek() == ",":
                self.take()
        self.take(")")
        if name in ("today", "now"):
            return self.today
        if name not in FUNCTIONS:
            raise Unknown(name)
        return FUNCTIONS[name](*arguments)

    def nodes(self, path: str) -> Nodes:
        """Answers at a path; of the repeats around only those of one's own rows."""
        target = _resolved(path, self.place)
        start = next((r for r in self.around() if target.startswith(f"{ROW.sub('', r)}/")), "")
        here = f"{start}{target[len(ROW.sub('', start)) :]}"
        plain = [self.values[here]] if here in self.values else []
        return Nodes(plain or self.in_rows(target, f"{start}/" if start else ""))

    def around(self) -> list[str]:
        """The rows around the expression, the innermost first."""
        row = f"{self.place.repeat}[{self.place.row}]" if self.place.repeat else ""
        return [row[: found.end()] for found in ROW.finditer(row)][::-1]

    def in_rows(self, target: str, start: str) -> list[Any]:
        """From outside a repeat: the answers of all its rows, or one entry for each row."""
        answers: list[Any] = []
        rows: dict[str, bool] = {}
        for path, value in self.values.items():
            if "[" not in path or not path.startswith(start):
                continue
            definition = ROW.sub("", path)
            if definition == target:
                answers.append(value)
            elif definition.startswith(f"{target}/"):
                ends = (found for found in ROW.finditer(path) if _before(path, found) == target)
                rows.update((path[: found.end()], True) for found in ends)
        return answers or list(rows.values())


def _before(path: str, row: re.Match[str]) -> str:
    """The definition path of the repeat that a row is of."""
    return ROW.sub("", path[: row.start()])


def _resolved(path: str, place: Place) -> str:
    """A path from the form's root, without the root's name."""
    if path.startswith("/"):
        return "/".join(path.strip("/").split("/")[1:])
    parts = place.path.split("/")
    steps = path.replace("current()", ".").split("/")
    for step in steps:
        if step == "..":
            parts.pop()
        elif step not in (".", ""):
            parts.append(step)
    return "/".join(parts)


def _apply(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "or":
            return truth(left) or truth(right)
        case "and":
            return truth(left) and truth(right)
        case "=" | "!=":
            return _equal(left, right) is (operator == "=")
        case "<" | "<=" | ">" | ">=":
            return _compare(operator, left, right)
    a, b = number(left), number(right)
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "div":
            return a / b if b else math.nan
        case _:
            return math.fmod(a, b)


def _equal(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return truth(left) is truth(right)
    if isinstance(left, float | int) or isinstance(right, float | int):
        return number(left) == number(right)
    return text(left) == text(right)


def _compare(operator: str, left: Any, right: Any) -> bool:
    a, b = number(left), number(right)
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[operator])


def _numbers(values: Iterable[Any]) -> list[float]:
    flat = [one for v in values for one in (v if isinstance(v, Nodes) else [v])]
    return [n for n in map(number, flat) if not math.isnan(n)]


def _round(value: Any, digits: Any = 0) -> float:
    scale = math.pow(10, int(number(digits)))
    return math.floor(number(value) * scale + 0.5) / scale


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "selected": lambda value, name: text(name) in text(value).split(" "),
    "count-selected": lambda value: float(len(text(value).split())),
    "count": lambda nodes: float(len(nodes)),
    "sum": lambda nodes: math.fsum(_numbers([nodes])),
    "min": lambda *values: min(_numbers(values)),
    "max": lambda *values: max(_numbers(values)),
    "coalesce": lambda one, other: one if text(one) else other,
    "if": lambda test, yes, no: yes if truth(test) else no,
    "not": lambda value: not truth(value),
    "true": lambda: True,
    "false": lambda: False,
    "boolean": truth,
    "number": number,
    "int": lambda value: float(int(number(value))),
    "string": text,
    "round": _round,
    "concat": lambda *values: "".join(map(text, values)),
    "string-length": lambda value: float(len(text(value))),
    "once": lambda value: value,
}
