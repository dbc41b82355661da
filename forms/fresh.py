"""A document as a form begins: first values, and the rows that the form reckons itself.

For whoever begins a visit without a phone; the server never puts a default into what a phone sent,
for there an empty answer is one that was taken away.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from forms.definition import FormDefinition, Question, QuestionType
from forms.evaluate import begin, settle
from forms.instance import build
from forms.node import Item, Node, Run
from forms.plan import Plan, Rules, plan
from forms.reading import from_text

MOST_ROWS = 10_000
"""Rows of all repeats together; a count of a million is a slip of the pen."""
_ROUNDS = 8
"""Counts may lean on first values in rows, which lean on counts: once for each repeat in one."""


class TooManyRows(ValueError):
    """The form's own counts ask for more rows than a document may have."""


def fresh(
    definition: FormDefinition,
    now: datetime,
    row_id: Callable[[], str],
    *,
    given: Mapping[str, Any] | None = None,
    properties: Mapping[str, str] | None = None,
    lists: Mapping[str, Item] | None = None,
) -> dict[str, Any]:
    """`{set, rows}` as on the wire. `given` answers stand before every default; `properties` are
    what a device knows of itself, such as `deviceid`. Raises BadRule, TooManyRows, TooMuch."""
    form = plan(definition)
    known = properties or {}
    document: dict[str, Any] = {"set": dict(given or {}), "rows": {}}
    begun: set[str] = set()
    for _ in range(_ROUNDS):
        run = begin(form, build(form.places, document, {}), now, lists or {})
        _begin(form, run, document, begun, known)
        settle(form, run)
        if not _count(form, run, document, row_id):
            break
    return document


def _begin(
    form: Plan, run: Run, document: dict[str, Any], begun: set[str], properties: Mapping[str, str]
) -> None:
    """First values of what has none yet, in the order of the form; each only once."""
    settle(form, run)
    for rules in form.rules:
        question = rules.place.question
        if question is None or not (question.default or rules.initial or question.preload):
            continue
        for node in run.nodes[rules.place.number]:
            flat = node.flat()
            if flat in begun or node.text:
                continue
            begun.add(flat)
            node.text = _first(question, rules, node, run, properties)
            if node.text:
                _put(document, node, from_text(_kept_as(question), node.text))


def _first(
    question: Question, rules: Rules, node: Node, run: Run, properties: Mapping[str, str]
) -> str:
    if rules.initial is not None:
        run.current = node
        return rules.initial(node, run)
    kind, _, parameter = (question.preload or "").partition(" ")
    if kind == "timestamp":
        return run.now.isoformat(timespec="milliseconds")
    if kind == "date":
        return run.now.date().isoformat()
    if kind == "property":
        return properties.get(parameter, "")
    return question.default or ""


def _kept_as(question: Question) -> QuestionType:
    """Hidden values stay words, whatever they look like."""
    return QuestionType.TEXT if question.type is QuestionType.HIDDEN else question.type


def _put(document: dict[str, Any], node: Node, value: Any) -> None:
    row = node.parent
    while row is not None and not row.row:
        row = row.parent
    if row is None:
        document["set"][node.place.path] = value
        return
    repeat = row.flat().rpartition("[")[0]
    document["rows"][repeat][row.row][node.place.inner] = value


def _count(form: Plan, run: Run, document: dict[str, Any], row_id: Callable[[], str]) -> bool:
    """Whether rows were added, as many as the form reckons."""
    added = 0
    for rules in form.rules:
        place = rules.place
        if rules.count is None or place.parent is None:
            continue
        for above in run.nodes[place.parent.number]:
            wanted = rules.count(above, run) or 0.0
            expected = int(min(wanted, MOST_ROWS + 1)) if wanted > 0 else 0
            missing = expected - len(above.named(place.name))
            flat = f"{above.flat()}/{place.name}".lstrip("/")
            rows = document["rows"].setdefault(flat, {}) if missing > 0 else {}
            added += max(missing, 0)
            if sum(map(len, document["rows"].values())) + max(missing, 0) > MOST_ROWS:
                raise TooManyRows(f"{flat}: more than {MOST_ROWS} rows")
            rows.update({row_id(): {} for _ in range(missing)})
    return added > 0
