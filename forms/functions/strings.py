"""Functions of words."""

import base64
import binascii
import hashlib
import math
import re
import uuid
from collections.abc import Callable
from typing import Any

import regex

from forms.code import LOOSE, Code, Kind, Scope, many_texts, numbers, texts
from forms.functions.table import Function, context, plain
from forms.node import Node, Run, TooMuch
from forms.syntax import BadExpression

_ALGORITHMS = {
    "MD5": hashlib.md5, "SHA-1": hashlib.sha1, "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512,
}  # fmt: skip
_SPACE = re.compile(r"[ \t\r\n]+")
_LONGEST = 10_000
"""Characters that a pattern is tried on."""
_PATIENCE = 0.25
"""Seconds for one try: `(a|aa)+` on thirty letters takes minutes, and Python's own `re` would hold
the whole process for as long."""
_MOST_CHARACTERS = 1_000


def _of_context(kind: Kind, work: Callable[[str], Any]) -> Function:
    """A function of words, or of the asking node's own where it is given none."""

    def build(scope: Scope, arguments: list[Code]) -> Code:
        ask = texts(context(arguments[0] if arguments else None))
        return Code(kind, lambda here, run: work(ask(here, run)))

    return Function(0, 1, build)


def _concat(scope: Scope, arguments: list[Code]) -> Code:
    asks = [many_texts(code) for code in arguments]
    return Code(Kind.TEXT, lambda here, run: "".join(t for a in asks for t in a(here, run)))


def _join(scope: Scope, arguments: list[Code]) -> Code:
    glue, asks = texts(arguments[0]), [many_texts(code) for code in arguments[1:]]
    return Code(
        Kind.TEXT, lambda here, run: glue(here, run).join(t for a in asks for t in a(here, run))
    )


def _whole(value: float, most: int) -> int:
    """A place in a text, cut to its length: infinity and huge numbers are asked for, too."""
    return int(max(-most, min(value, most)))


def _substr(text: str, start: float, end: float = math.inf) -> str:
    if math.isnan(start) or math.isnan(end):
        return ""
    most = len(text)
    return text[_whole(start, most) : _whole(end, most)]


def _substring(text: str, start: float, length: float = math.inf) -> str:
    """XPath 1.0, 4.2: places count from 1, halves go up."""
    first = math.floor(start + 0.5) if math.isfinite(start) else start
    last = first + (math.floor(length + 0.5) if math.isfinite(length) else length)
    if math.isnan(first) or math.isnan(last):
        return ""
    most = len(text) + 1
    return text[max(_whole(first, most), 1) - 1 : max(_whole(last, most), 1) - 1]


def _translate(text: str, old: str, new: str) -> str:
    table: dict[int, str] = {}
    for place, character in enumerate(old):
        table.setdefault(ord(character), new[place : place + 1])
    return text.translate(table)


def _regex(scope: Scope, arguments: list[Code]) -> Code:
    """The whole answer must match, as in ODK Collect and its documentation. A pattern that an
    answer could choose is refused: it could keep the server busy for days."""
    pattern, ask = arguments[1].constant, texts(arguments[0])
    if pattern is None:
        raise BadExpression("regex() needs its pattern in quotes")
    try:
        re.compile(pattern)  # what `regex` reads beyond it, phones read otherwise or not at all
        match = regex.compile(pattern, regex.ASCII).fullmatch
    except (re.error, regex.error) as fault:
        raise BadExpression(f"regex(): {pattern!r} cannot be read: {fault}") from fault

    def holds(here: Node, run: Run) -> bool:
        try:
            return match(ask(here, run)[:_LONGEST], timeout=_PATIENCE) is not None
        except TimeoutError as fault:
            raise TooMuch from fault

    return Code(Kind.TRUTH, holds)


def _digest(scope: Scope, arguments: list[Code]) -> Code:
    for code, known in zip(arguments[1:], (_ALGORITHMS, ("hex", "base64")), strict=False):
        if code.constant is not None and code.constant not in known:
            raise BadExpression(f"digest(): {code.constant!r} is none of {', '.join(known)}")
    return plain(Kind.TEXT, _digested, texts, texts, texts, least=2).build(scope, arguments)


def _digested(text: str, algorithm: str, encoding: str = "base64") -> str:
    work = _ALGORITHMS.get(algorithm)
    if work is None:
        return ""
    made = work(text.encode("utf-8", "replace")).digest()
    return made.hex() if encoding == "hex" else base64.b64encode(made).decode()


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _uuid(scope: Scope, arguments: list[Code]) -> Code:
    scope.traits.add(LOOSE)
    if not arguments:
        return Code(Kind.TEXT, lambda here, run: str(uuid.uuid4()))
    length = numbers(arguments[0])

    def made(here: Any, run: Run) -> str:
        wanted = length(here, run)
        count = int(max(0.0, min(wanted, _MOST_CHARACTERS))) if wanted == wanted else 0
        return "".join(str(uuid.uuid4()) for _ in range(count // 36 + 1))[:count]

    return Code(Kind.TEXT, made)


TABLE: dict[str, Function] = {
    "string": _of_context(Kind.TEXT, lambda text: text),
    "normalize-space": _of_context(Kind.TEXT, lambda text: _SPACE.sub(" ", text.strip(" \t\r\n"))),
    "string-length": _of_context(Kind.NUMBER, lambda text: float(len(text))),
    "concat": Function(0, None, _concat),
    "join": Function(1, None, _join),
    "contains": plain(Kind.TRUTH, lambda text, part: part in text, texts, texts),
    "starts-with": plain(Kind.TRUTH, str.startswith, texts, texts),
    "ends-with": plain(Kind.TRUTH, str.endswith, texts, texts),
    "substr": plain(Kind.TEXT, _substr, texts, numbers, numbers, least=2),
    "substring": plain(Kind.TEXT, _substring, texts, numbers, numbers, least=2),
    "substring-before": plain(
        Kind.TEXT, lambda text, part: text[: max(text.find(part), 0)], texts, texts
    ),
    "substring-after": plain(
        Kind.TEXT, lambda text, part: text.partition(part)[2] if part else text, texts, texts
    ),
    "translate": plain(Kind.TEXT, _translate, texts, texts, texts),
    "regex": Function(2, 2, _regex),
    "digest": Function(2, 3, _digest),
    "base64-decode": plain(Kind.TEXT, _decoded, texts),
    "uuid": Function(0, 1, _uuid),
}
