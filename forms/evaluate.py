"""What the server makes of a document by itself: relevance, calculations, and faults.

Nothing here raises for any JSON document: a wrong answer is a fault with its place, given,
expected and a sentence in both languages.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from forms import faults
from forms.definition import FormDefinition, QuestionType
from forms.faults import Fault
from forms.instance import as_text, build
from forms.node import Item, Node, Run, TooMuch
from forms.plan import Plan, Rules, listed, plan
from forms.reading import from_text
from forms.syntax import BadExpression
from forms.types import wrong_choice, wrong_type

__all__ = ["Evaluation", "Fault", "evaluate"]

_SILENT = frozenset({QuestionType.NOTE, QuestionType.HIDDEN})
_MOST_ROWS = 1e15
_TOO_LARGE = faults.unread(
    "这份表太大，或有一条规则太费时，服务器没有核对完",
    "This form is too large, or a rule takes too long; the server did not finish checking it",
)


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
    lists: Mapping[str, Item] | None = None,
    figures: Mapping[str, Any] | None = None,
) -> Evaluation:
    """`now` is the visit's own time, so that `today()` means the day at the door, in its own time
    zone. `lists` are those that come beside the form (`forms.external`), by id.

    `sealed` are opened P1 answers by flat path; faults about them do not repeat the value.
    `figures` are the dated figures of that day and place, asked for by `instance('figures')`.
    """
    secret = sealed or {}
    try:
        form = plan(definition)
    except BadExpression as fault:
        return Evaluation(faults=(_unreadable(fault),))
    beside = dict(lists or {})
    if figures is not None:
        told = ((n, v) for n, v in figures.items() if isinstance(v, int | float))
        beside["figures"] = _figures(tuple(told))
    run = begin(form, build(form.places, doc, secret), now, beside)
    try:
        return _evaluated(form, run, secret)
    finally:
        _let_go(run)


@lru_cache(maxsize=32)
def _figures(told: tuple[tuple[str, float], ...]) -> Item:
    """The same for all visits of a day and a place."""
    return listed([{"name": name, "figure": as_text(value)} for name, value in told])


def _evaluated(form: Plan, run: Run, secret: Mapping[str, Any]) -> Evaluation:
    found: list[Fault] = []
    hidden: list[Node] = []
    try:
        settle(form, run, hidden)
        found += _judged(form, run)
    except TooMuch:
        found.append(_TOO_LARGE)
    values = _values(form, run)
    if any(fault.rule == "choice" for fault in found):
        found += _behind(form, run, hidden)
    told = [_discreet(fault) if fault.path in secret else fault for fault in found]
    irrelevant = frozenset(node.flat() for node in hidden if node.place.question is not None)
    return Evaluation(values, tuple(told), irrelevant)


def _behind(form: Plan, run: Run, hidden: list[Node]) -> list[Fault]:
    """Faults of answers in what is hidden: nothing that was answered may go by unseen because the
    choice that should have opened it is none of the form's. What is not answered is not asked for.
    """
    answered = [node for node in hidden if node.given not in (None, "", [])]
    for node in answered:
        node.on, node.text = True, as_text(node.given)
    by_place = {rules.place.number: rules for rules in form.rules}
    found = []
    try:
        for node in answered:
            rules = by_place[node.place.number]
            if _is_asked(rules):
                found.append(_fault(form, rules, node, run))
    except TooMuch:
        found.append(_TOO_LARGE)
    return [fault for fault in found if fault is not None]


def _is_asked(rules: Rules) -> bool:
    question = rules.place.question
    return question is not None and question.type not in _SILENT and rules.calculate is None


def _let_go(run: Run) -> None:
    """Nodes hold each other; let go of, they need no collector: a fourth of the time."""
    run.current = None
    for nodes in run.nodes:
        for node in nodes:
            node.parent = None


def begin(form: Plan, nodes: list[list[Node]], now: datetime, lists: Mapping[str, Item]) -> Run:
    """An evaluation that has not asked anything yet."""
    offset = now.utcoffset()
    shift = offset.total_seconds() / 86400 if offset else 0.0
    return Run(nodes, now, {**form.lists, **lists}, shift, form.language)


def _unreadable(fault: BadExpression) -> Fault:
    return faults.unread(f"这一版表单无法核对：{fault}", f"This version cannot be checked: {fault}")


def _discreet(fault: Fault) -> Fault:
    return replace(fault, given=None, expected=None)


def settle(form: Plan, run: Run, hidden: list[Node] | None = None) -> None:
    """Hide and calculate, each question once; what is hidden joins `hidden`. Raises TooMuch."""
    hidden = [] if hidden is None else hidden
    for rules in form.turns:
        relevant, calculate = rules.relevant, rules.calculate
        loose = rules.loose or not rules.beside <= run.lists.keys()
        for node in run.nodes[rules.place.number]:
            if not node.on:
                continue
            run.current = node
            if relevant is not None and not relevant(node, run):
                _hide(node, hidden)
            elif calculate is not None and not (loose and node.text):
                node.text = calculate(node, run)


def _hide(node: Node, hidden: list[Node]) -> None:
    """A question that does not apply says nothing; nor does anything in it."""
    node.on = False
    node.text = ""
    hidden.append(node)
    for kid in node.children():
        if kid.on:
            _hide(kid, hidden)


def _values(form: Plan, run: Run) -> dict[str, Any]:
    return {
        node.flat(): _value(node)
        for rules in form.rules
        if rules.calculate is not None
        for node in run.nodes[rules.place.number]
    }


def _value(node: Node) -> Any:
    """A calculated answer: a number where it reads as one."""
    value = from_text(QuestionType.CALCULATE, node.text)
    return round(value, 6) if isinstance(value, float) else value


def _judged(form: Plan, run: Run) -> Iterator[Fault]:
    for rules in form.rules:
        if rules.count is not None:
            yield from _miscounted(rules, run)
        question = rules.place.question
        if question is None or question.type in _SILENT:
            continue
        for node in run.nodes[rules.place.number]:
            if node.on:
                fault = _fault(form, rules, node, run)
                if fault is not None:
                    yield fault


def _fault(form: Plan, rules: Rules, node: Node, run: Run) -> Fault | None:
    question, given = rules.place.question, node.given
    assert question is not None
    if rules.calculate is not None:
        checked = given is not None and question.calculated
        return faults.total(node, question, _value(node)) if checked else None
    run.current = node
    if given is None or given == "" or given == []:
        wanted = rules.required(node, run) if rules.required is not None else question.required
        return faults.missing(node, question) if wanted else None
    wrong = wrong_type(question, given)
    if wrong is None and (question.choices is not None or rules.offered is not None):
        offered = _offered(form.definition, rules, node, run)
        ranked = question.kept_as == "rank"
        wrong = wrong_choice(offered, given, ranked) if offered is not None else None
    if wrong is not None:
        return faults.told(node, question, wrong)
    if rules.constraint is not None and not rules.constraint(node, run):
        return faults.broken(node, question)
    return None


def _offered(definition: FormDefinition, rules: Rules, node: Node, run: Run) -> Set[str] | None:
    """The answers on offer to this node; None where their list did not come along."""
    question = rules.place.question
    assert question is not None
    choices = question.choices or ""
    beside = choices in definition.lists
    if beside and choices not in run.lists:
        return None
    column = question.choice_value or "name"
    if rules.offered is not None:
        rows = rules.offered(node, run)
        return frozenset(cell.said() for row in rows for cell in row.named(column))
    if not beside:
        return definition.choice_names.get(choices)
    roots = run.lists[choices].named("root")
    return roots[0].index("item", column).keys() if roots else None


def _miscounted(rules: Rules, run: Run) -> Iterator[Fault]:
    """Repeats that have another number of rows than the form reckons."""
    place, section = rules.place, rules.place.section
    assert place.parent is not None and section is not None and rules.count is not None
    index = place.parent.index[place.name]
    for above in run.nodes[place.parent.number]:
        wanted, given = rules.count(above, run), len(above.kids[index])
        if wanted is None:
            continue
        expected = int(min(wanted, _MOST_ROWS)) if wanted > 0 else 0
        if given != expected:
            path = f"{above.flat()}/{place.name}".lstrip("/")
            yield faults.rows(path, section.label, given, expected)
