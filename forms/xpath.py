"""XForms XPath for lxml: what libxml2 gets wrong or lacks is rewritten before compiling.

libxml2 knows XPath 1.0: ISO dates compare as NaN, `round` takes one argument, `position(..)`
is an error, and built-ins cannot be overridden. So operands of `< <= > >= + -` go through a
function that also reads dates, and overridden functions get another name. An expression that
uses a function we do not have is refused by name, never silently wrong.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from forms.functions import BUILT_IN, OVERRIDES, OWN, PREFIX

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>\d+(?:\.\d*)?|\.\d+)"
    r"|(?P<symbol>//|::|\.\.|<=|>=|!=|[()\[\],@/|+\-=<>*.$])"
    r"|(?P<name>[A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?))"
)
_LEVELS = (("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"))
_WORDS = frozenset({"or", "and", "div", "mod"})
_MEASURED = frozenset({"<", "<=", ">", ">=", "+", "-"})
_BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ",", "/", "//", "|", "$"})
_JOINS = frozenset({"@", "::", "/", "//", "|", "$"})
"""What stands between the steps of a path; without one of them, two steps are no path."""
_AXES = ("node", "text", "comment", "processing-instruction")


class BadExpression(ValueError):
    """Not an XPath expression."""


class UnsupportedFunction(BadExpression):
    """A function that this server does not evaluate; named in the message."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    operator: bool
    function: bool


@lru_cache(maxsize=4096)
def compiled(expression: str) -> etree.XPath:
    """The expression, ready to be asked; raises BadExpression, UnsupportedFunction."""
    rewritten = rewrite(expression)
    try:
        return etree.XPath(rewritten)
    except etree.XPathSyntaxError as fault:
        raise BadExpression(f"{expression!r}: {fault}") from fault


def rewrite(expression: str) -> str:
    """The same expression in libxml2's words."""
    tokens = _tokens(expression)
    text, rest = _level(tokens, 0, 0)
    if rest != len(tokens):
        raise BadExpression(f"{expression!r}: unexpected {tokens[rest].text!r}")
    return text


def _tokens(expression: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    stripped = expression.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise BadExpression(f"{expression!r}: cannot read {stripped[at:]!r}")
        at = found.end()
        text = found.group().strip()
        function = bool(found["name"]) and stripped[at:].lstrip().startswith("(")
        tokens.append(_Token(text, _is_operator(text, tokens), function))
    return tokens


def _is_operator(text: str, before: list[_Token]) -> bool:
    """XPath 1.0, 3.7: `*` and the words are operators only after an operand."""
    if text in {"=", "!=", "<", "<=", ">", ">=", "+", "-"}:
        return True
    if text != "*" and text not in _WORDS:
        return False
    return bool(before) and not before[-1].operator and before[-1].text not in _BEFORE_OPERAND


def _level(tokens: list[_Token], at: int, level: int) -> tuple[str, int]:
    """One level of precedence, left to right."""
    if level == len(_LEVELS):
        return _unary(tokens, at)
    left, at = _level(tokens, at, level + 1)
    while at < len(tokens) and tokens[at].operator and tokens[at].text in _LEVELS[level]:
        sign = tokens[at].text
        right, at = _level(tokens, at + 1, level + 1)
        if sign in _MEASURED:
            left, right = f"{PREFIX}measure({left})", f"{PREFIX}measure({right})"
        left = f"{left} {sign} {right}"
    return left, at


def _unary(tokens: list[_Token], at: int) -> tuple[str, int]:
    if at < len(tokens) and tokens[at].text == "-":
        text, at = _unary(tokens, at + 1)
        return f"-{text}", at
    parts: list[str] = []
    whole = False
    while at < len(tokens) and not tokens[at].operator and tokens[at].text not in {")", "]", ","}:
        token = tokens[at]
        if whole and token.text not in _JOINS and token.text != "[":
            raise BadExpression(f"an operator is missing before {token.text!r}")
        whole = token.text not in _JOINS
        text, at = _part(tokens, at)
        parts.append(text)
    if not parts:
        raise BadExpression("an operand is missing")
    return "".join(parts), at


def _part(tokens: list[_Token], at: int) -> tuple[str, int]:
    token = tokens[at]
    if token.function:
        return _call(tokens, at)
    if token.text in {"(", "["}:
        close = ")" if token.text == "(" else "]"
        inner, at = _level(tokens, at + 1, 0)
        if at >= len(tokens) or tokens[at].text != close:
            raise BadExpression(f"{close!r} is missing")
        return f"{token.text}{inner}{close}", at + 1
    return token.text, at + 1


def _call(tokens: list[_Token], at: int) -> tuple[str, int]:
    name = tokens[at].text
    at += 2
    arguments: list[str] = []
    while at < len(tokens) and tokens[at].text != ")":
        argument, at = _level(tokens, at, 0)
        arguments.append(argument)
        if at < len(tokens) and tokens[at].text == ",":
            at += 1
    if at >= len(tokens):
        raise BadExpression("')' is missing")
    return f"{_name(name, len(arguments))}({', '.join(arguments)})", at + 1


def _name(name: str, arguments: int) -> str:
    if name in OVERRIDES and (name != "position" or arguments):
        return PREFIX + name
    if name in OWN:
        return PREFIX + name
    if name in BUILT_IN or name in _AXES:
        return name
    raise UnsupportedFunction(f"the function {name}() is not evaluated by this server")
