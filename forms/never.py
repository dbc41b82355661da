"""Constraints that no answer can hold, found by trying every answer that could matter.

A constraint that asks only about its own answer changes its mind only at the figures it names:
so the figures, their neighbours and what lies far outside are all that need trying. Whatever
reads other questions, lists or the register is left alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType
from forms.evaluate import evaluate

_NOW = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
_FIGURE = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_LENGTH = re.compile(r"string-length\(\s*\.\s*\)")
_CALL = re.compile(r"([a-z][\w-]*)\s*\(")
_NUMBERS = (QuestionType.INTEGER, QuestionType.DECIMAL)
_CHOICES = (QuestionType.SELECT_ONE, QuestionType.SELECT_MULTIPLE)
_WORDS = frozenset(
    {"and", "or", "not", "div", "mod", "true", "false", "if", "number", "int", "round"}
)
_FAR = 10**12
MOST = 400
"""Answers tried at most; a constraint that needs more is not judged."""


def never_holds(definition: FormDefinition, question: Question) -> bool:
    """Whether every answer breaks the constraint; False wherever that cannot be told."""
    constraint = question.constraint or ""
    if not constraint or re.search(r"/|instance|pulldata|current", constraint):
        return False
    tries = list(_tries(definition, question, constraint))
    if not tries or len(tries) > MOST:
        return False
    alone = Question(
        path="answer", type=_plain(question.type), constraint=constraint, choices=question.choices
    )
    asked = replace(definition, questions=(alone,), sections=(), entities=())
    return all(_broken(asked, value) for value in tries)


def _plain(kind: QuestionType) -> QuestionType:
    return QuestionType.TEXT if kind is QuestionType.BARCODE else kind


def _broken(asked: FormDefinition, value: Any) -> bool:
    told = evaluate(asked, {"set": {"answer": value}, "rows": {}}, now=_NOW)
    return any(fault.rule == "constraint" for fault in told.faults)


def _tries(definition: FormDefinition, question: Question, constraint: str) -> Iterable[Any]:
    calls = set(_CALL.findall(constraint))
    if question.type in _NUMBERS and calls <= _WORDS:
        return _numbers(constraint, question.type is QuestionType.INTEGER)
    if question.type is QuestionType.DATE and calls <= _WORDS | {"today", "date"}:
        return _days(constraint)
    if question.type in _CHOICES and calls <= _WORDS | {"selected", "count-selected"}:
        return _chosen(definition, question)
    bare = _LENGTH.sub("0", constraint)
    if question.type is QuestionType.TEXT and bare != constraint and "." not in bare:
        return _texts(constraint) if set(_CALL.findall(bare)) <= _WORDS else ()
    return ()


def _figures(constraint: str) -> set[float]:
    return {float(each) for each in _FIGURE.findall(constraint)} | {0.0}


def _numbers(constraint: str, whole: bool) -> Iterator[Any]:
    known = sorted(_figures(constraint))
    tried = {x for k in known for x in (k - 1, k - 0.5, k, k + 0.5, k + 1)} | {-_FAR, _FAR}
    tried |= {(a + b) / 2 for a, b in zip(known, known[1:], strict=False)}
    for each in sorted({float(round(x)) if whole else x for x in tried}):
        yield int(each) if whole else each


def _days(constraint: str) -> Iterator[str]:
    if re.search(r"[-+]\s*\d|\d\s*[-+]", _DAY.sub("", constraint)):
        return  # reckoning with days: their neighbours are not known
    named = {date.fromisoformat(each) for each in _DAY.findall(constraint)} | {_NOW.date()}
    named |= {date(1900, 1, 1), date(2200, 1, 1)}
    for day in sorted({d + timedelta(days=n) for d in named for n in (-1, 0, 1)}):
        yield day.isoformat()


def _chosen(definition: FormDefinition, question: Question) -> Iterator[Any]:
    names = sorted(definition.choice_names.get(question.choices or "", ()))
    if question.type is QuestionType.SELECT_ONE:
        yield from names
        return
    if len(names) <= 8:
        for mask in range(1, 2 ** len(names)):
            yield [name for n, name in enumerate(names) if mask >> n & 1]


def _texts(constraint: str) -> Iterator[str]:
    lengths = {int(f) + n for f in _figures(constraint) for n in (-1, 0, 1) if 0 < f + n <= 4000}
    for length in sorted(lengths | {1, 4000}):
        yield "a" * length
