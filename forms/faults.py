"""What is wrong with an answer, in the form's own words where it has them."""

import math
from dataclasses import dataclass
from typing import Any

from forms.definition import Question, Text
from forms.flatpath import definition_path
from forms.instance import as_text
from forms.node import Node
from forms.types import Wrong
from forms.values import figure

_CENT = 0.005


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that does not hold."""

    path: str
    rule: str
    """type | required | constraint | choice | range | total | rows | unread"""
    zh: str
    en: str
    given: Any
    expected: Any = None
    words: Text | None = None
    """The form's own message in all its languages, where it has one."""

    @property
    def question(self) -> str:
        """The definition path: without the ids of rows."""
        return definition_path(self.path)


def name(question: Question, lang: str) -> str:
    return question.label.get(lang) or question.label.get("zh") or question.path


def missing(node: Node, question: Question) -> Fault:
    return _own(
        node,
        "required",
        question.required_message,
        f"“{name(question, 'zh')}”还没有填写",
        f"“{name(question, 'en')}” has no answer yet",
        given=None,
        expected=None,
    )


def broken(node: Node, question: Question) -> Fault:
    return _own(
        node,
        "constraint",
        question.constraint_message,
        f"“{name(question, 'zh')}”的填写不符合要求",
        f"“{name(question, 'en')}” is outside what the form allows",
        given=node.given,
        expected=question.constraint,
    )


def _own(node: Node, rule: str, own: Text, zh: str, en: str, *, given: Any, expected: Any) -> Fault:
    return Fault(
        node.flat(), rule, own.get("zh") or zh, own.get("en") or en, given, expected, own or None
    )


def told(node: Node, question: Question, wrong: Wrong) -> Fault:
    """An answer that is not of its type, or not among the choices."""
    return Fault(
        node.flat(),
        wrong.rule,
        f"“{name(question, 'zh')}”{wrong.zh}",
        f"“{name(question, 'en')}” {wrong.en}",
        node.given,
        wrong.expected,
    )


def total(node: Node, question: Question, expected: Any) -> Fault | None:
    """Our own calculation against the device's; None where they agree to the cent."""
    ours, theirs = node.text, as_text(node.given)
    one, other = figure(ours, 0.0), figure(theirs, 0.0)
    if math.isfinite(one) and math.isfinite(other):
        agrees = abs(one - other) <= _CENT
    else:
        agrees = ours == theirs
    if agrees:
        return None
    return Fault(
        node.flat(),
        "total",
        f"“{name(question, 'zh')}”设备上是 {theirs}，重新计算是 {ours or '空'}",
        f"“{name(question, 'en')}” is {theirs} on the device, {ours or 'empty'} when recalculated",
        node.given,
        expected,
    )


def rows(path: str, label: Text, given: int, expected: int) -> Fault:
    """A repeat with another number of rows than the form reckons."""
    return Fault(
        path,
        "rows",
        f"“{label.get('zh') or path}”有 {given} 行，按表应有 {expected} 行",
        f"“{label.get('en') or path}” has {given} rows, the form says {expected}",
        given,
        expected,
    )


def unread(zh: str, en: str) -> Fault:
    """A whole document that could not be judged to its end."""
    return Fault("", "unread", zh, en, None)
