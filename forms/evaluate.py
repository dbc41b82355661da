"""What the server makes of a document by itself: relevance, calculations, and faults.

Nothing here raises for any JSON document: a wrong answer is a fault with its place, given,
expected and a sentence in both languages.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lxml import etree

from forms.definition import FormDefinition, Question, QuestionType, Text
from forms.functions import MOMENT, Moment, number, text
from forms.instance import Instance, Node, build, listed
from forms.types import Wrong, wrong_choice, wrong_type
from forms.xpath import compiled

_PASSES = 5
"""Calculations may lean on each other; a form of people settles in two or three rounds."""
_CENT = 0.005
_SILENT = frozenset({QuestionType.NOTE, QuestionType.HIDDEN})


@dataclass(frozen=True, slots=True)
class Fault:
    """One answer that does not hold."""

    path: str
    rule: str
    """type | required | constraint | choice | range | total"""
    zh: str
    en: str
    given: Any
    expected: Any = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The server's own reading of one document."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """{flat path: value} of calculated questions."""
    faults: tuple[Fault, ...] = ()
    irrelevant: frozenset[str] = frozenset()


def evaluate(
    definition: FormDefinition,
    doc: Mapping[str, Any],
    *,
    now: datetime,
    sealed: Mapping[str, Any] | None = None,
    figures: Mapping[str, Any] | None = None,
) -> Evaluation:
    """`now` is the visit's own time, so that `today()` means the day at the door.

    `sealed` are opened P1 answers by flat path; faults about them do not repeat the value.
    `figures` are the dated figures of that day and place, asked for by `instance('figures')`.
    """
    secret = sealed or {}
    instance = build(definition, doc, secret)
    token = MOMENT.set(Moment(now, {"figures": listed(figures or {})}))
    try:
        hidden = _settle(definition, instance)
        faults = [
            fault
            for node in instance.nodes
            if node.flat not in hidden
            for fault in _faults(definition, node)
        ]
    finally:
        MOMENT.reset(token)
    told = [_discreet(fault) if fault.path in secret else fault for fault in faults]
    values = {n.flat: _value(n) for n in instance.nodes if n.question.calculate}
    return Evaluation(values, tuple(told), frozenset(hidden))


def _discreet(fault: Fault) -> Fault:
    return Fault(fault.path, fault.rule, fault.zh, fault.en, None, None)


def _settle(definition: FormDefinition, instance: Instance) -> set[str]:
    """Calculate and hide until nothing changes; the flat paths that are not relevant."""
    hidden: set[str] = set()
    given = {node.flat: node.element.text or "" for node in instance.nodes}
    conditions = {s.path: s.relevant for s in definition.sections if s.relevant}
    for _ in range(_PASSES):
        before = (hidden, [node.element.text for node in instance.nodes])
        off = _hidden_groups(instance, conditions)
        hidden = {node.flat for node in instance.nodes if _is_hidden(node, off)}
        for node in instance.nodes:
            if node.flat in hidden:
                node.element.text = ""
            elif node.question.calculate:
                node.element.text = _calculated(node)
            else:
                node.element.text = given[node.flat]
        if before == (hidden, [node.element.text for node in instance.nodes]):
            break
    return hidden


def _hidden_groups(instance: Instance, conditions: Mapping[str, str]) -> set[etree._Element]:
    return {
        element
        for path, element in instance.groups
        if path in conditions and not _truth(conditions[path], element)
    }


def _is_hidden(node: Node, off: set[etree._Element]) -> bool:
    if off and any(above in off for above in node.element.iterancestors()):
        return True
    return bool(node.question.relevant) and not _truth(node.question.relevant, node.element)


def _ask(expression: str, element: etree._Element) -> Any:
    """The answer of an expression; None where libxml2 cannot answer it."""
    try:
        return compiled(expression)(element)
    except etree.XPathError:
        return None


def _truth(expression: str | None, element: etree._Element) -> bool:
    answer = _ask(expression or "true()", element)
    if isinstance(answer, float):
        return not math.isnan(answer) and answer != 0
    return bool(answer)


def _calculated(node: Node) -> str:
    told = text(_ask(node.question.calculate or "''", node.element))
    return "" if told in ("NaN", "inf", "-inf") else told


def _value(node: Node) -> Any:
    """A calculated answer: a number where it reads as one."""
    told = node.element.text or ""
    figure = math.nan if told[4:5] == "-" else number(told)
    if math.isfinite(figure):
        return int(figure) if figure.is_integer() else round(figure, 6)
    return told or None


def _faults(definition: FormDefinition, node: Node) -> list[Fault]:
    question = node.question
    if question.type in _SILENT:
        return []
    if question.calculate:
        return _total(node)
    if node.given is None or node.given == "" or node.given == []:
        return [_missing(node)] if question.required else []
    wrong = wrong_type(question, node.given)
    if wrong is None and question.choices in definition.choices:
        wrong = wrong_choice(definition.choice_names[question.choices or ""], node.given)
    if wrong is not None:
        return [_told(node, wrong)]
    if question.constraint and not _truth(question.constraint, node.element):
        return [_broken(node)]
    return []


def _name(question: Question, lang: str) -> str:
    return question.label.get(lang) or question.label.get("zh") or question.path


def _missing(node: Node) -> Fault:
    own = node.question.required_message
    return Fault(
        node.flat,
        "required",
        own.get("zh") or f"“{_name(node.question, 'zh')}”还没有填写",
        own.get("en") or f"“{_name(node.question, 'en')}” has no answer yet",
        None,
    )


def _told(node: Node, wrong: Wrong) -> Fault:
    return Fault(
        node.flat,
        wrong.rule,
        f"“{_name(node.question, 'zh')}”{wrong.zh}",
        f"“{_name(node.question, 'en')}” {wrong.en}",
        node.given,
        wrong.expected,
    )


def _broken(node: Node) -> Fault:
    own: Text = node.question.constraint_message
    return Fault(
        node.flat,
        "constraint",
        own.get("zh") or f"“{_name(node.question, 'zh')}”的填写不符合要求",
        own.get("en") or f"“{_name(node.question, 'en')}” is outside what the form allows",
        node.given,
        node.question.constraint,
    )


def _total(node: Node) -> list[Fault]:
    """Our own calculation against the device's."""
    if node.given is None or not node.question.calculated:
        return []
    ours, theirs = node.element.text or "", node.given
    one, other = number(ours), number(theirs)
    if math.isfinite(one) and math.isfinite(other):
        agrees = abs(one - other) <= _CENT
    else:
        agrees = ours == text(theirs)
    if agrees:
        return []
    name_zh, name_en = _name(node.question, "zh"), _name(node.question, "en")
    return [
        Fault(
            node.flat,
            "total",
            f"“{name_zh}”设备上是 {text(theirs)}，重新计算是 {ours or '空'}",
            f"“{name_en}” is {text(theirs)} on the device, {ours or 'empty'} when recalculated",
            theirs,
            _value(node),
        )
    ]
