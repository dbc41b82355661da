"""What evaluating a form comes to: every rule compiled, calculations in the order they need.

Made once per version. A form whose rules cannot be evaluated has no plan: it is refused when it is
uploaded, with the question and the column.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forms.code import LOOSE, Code, Scope, nodes, numbers, texts, truths
from forms.definition import Choice, FormDefinition
from forms.node import Item, Node, Run
from forms.order import Circular, in_turn
from forms.place import Place, places
from forms.syntax import BadExpression
from forms.xpath import compiled

_DEEPEST = 50
"""Groups in groups: far beyond any form, far below Python's own limit."""
_KEPT = "_plan"


class BadRule(BadExpression):
    """A rule that this server does not evaluate: whose, and in which column of the sheet."""

    def __init__(self, path: str, column: str, words: str) -> None:
        super().__init__(f"{path}: {column}: {words}")
        self.path = path
        self.column = column


@dataclass(slots=True)
class Rules:
    """A place's rules, ready to be asked; None where it has no such rule."""

    place: Place
    relevant: Callable[[Any, Run], bool] | None = None
    calculate: Callable[[Any, Run], str] | None = None
    constraint: Callable[[Any, Run], bool] | None = None
    required: Callable[[Any, Run], bool] | None = None
    offered: Callable[[Any, Run], list[Any]] | None = None
    """The rows that are on offer to a choice question."""
    initial: Callable[[Any, Run], str] | None = None
    count: Callable[[Any, Run], float | None] | None = None
    """How many rows, asked for the group in which the repeat stands; None where it is hidden."""
    loose: bool = False
    """What it calculates may come out otherwise each time: the device's own value stands."""
    beside: set[str] = field(default_factory=set)
    """Lists it looks into that come beside the form: without them, too, the device's stands."""
    reads: set[int] = field(default_factory=set)
    """Places that its relevance and calculation look at."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of a form, compiled."""

    definition: FormDefinition
    places: tuple[Place, ...]
    rules: tuple[Rules, ...]
    """By place."""
    turns: tuple[Rules, ...]
    """Those that hide or calculate, each after all it leans on."""
    lists: Mapping[str, Item]
    """The form's own lists, as far as its rules look into them."""
    language: str


def plan(definition: FormDefinition) -> Plan:
    """Raises BadRule for a rule that is none, that we do not evaluate, or that goes in a circle.

    Kept on the definition, for as long as that is: published ones stay, and an upload that was
    only looked at goes with its plan, however long its lists.
    """
    kept = vars(definition)
    if _KEPT not in kept:
        kept[_KEPT] = _made(definition)
    made: Plan = kept[_KEPT]
    return made


def _made(definition: FormDefinition) -> Plan:
    paths = [each.path for each in definition.questions] + [s.path for s in definition.sections]
    for path in paths:
        if path.count("/") > _DEEPEST:
            raise BadRule(path, "type", f"groups nest deeper than {_DEEPEST}")
    shape = places(definition)
    rules = [_Compiler(definition, shape, place).rules() for place in shape]
    return Plan(
        definition=definition,
        places=tuple(shape),
        rules=tuple(rules),
        turns=tuple(_turns(shape, rules)),
        lists=dict(_lists(definition)),
        language="zh" if "zh" in definition.languages else next(iter(definition.languages), ""),
    )


def _turns(shape: list[Place], rules: list[Rules]) -> list[Rules]:
    steps = [p for p in shape[0].below() if rules[p.number].relevant or rules[p.number].calculate]
    try:
        turns = in_turn(steps, {rule.place.number: rule.reads for rule in rules})
    except Circular as fault:
        first = next(rule for rule in rules if rule.place.path == fault.paths[0])
        column = "calculation" if first.calculate else "relevant"
        raise BadRule(fault.paths[0], column, str(fault)) from fault
    return [rules[place.number] for place in turns]


class _Compiler:
    """Compiles the rules of one place."""

    def __init__(self, definition: FormDefinition, shape: list[Place], place: Place) -> None:
        self.definition = definition
        self.shape = shape
        self.place = place
        self.made = Rules(place)

    def rules(self) -> Rules:
        made, question, section = self.made, self.place.question, self.place.section
        if section is not None:
            made.relevant = self._truth("relevant", section.relevant, leans=True)
            count = self._code("count", section.count)
            made.count = _of_repeat(made, numbers(count)) if count else None
        if question is not None:
            made.relevant = self._truth("relevant", question.relevant, leans=True)
            made.calculate = self._text("calculation", question.calculate, leans=True)
            made.constraint = self._truth("constraint", question.constraint)
            made.required = self._truth("required", question.required_when)
            made.initial = self._text("default", question.initial)
            offered = self._code("choice_filter", question.choice_filter)
            made.offered = nodes(offered, "choice_filter") if offered else None
        return made

    def _truth(
        self, column: str, expression: str | None, leans: bool = False
    ) -> Callable[[Any, Run], bool] | None:
        code = self._code(column, expression, leans=leans)
        return truths(code) if code else None

    def _text(
        self, column: str, expression: str | None, leans: bool = False
    ) -> Callable[[Any, Run], str] | None:
        code = self._code(column, expression, leans=leans)
        return texts(code) if code else None

    def _code(self, column: str, expression: str | None, leans: bool = False) -> Code | None:
        if not expression:
            return None
        place = self.place
        scope = Scope(self.shape[0], self.shape, place, place, form=self.definition)
        try:
            code = compiled(expression, scope)
        except BadExpression as fault:
            raise BadRule(self.place.path, column, str(fault)) from fault
        if leans:
            self.made.reads |= scope.reads
        if column == "calculation":
            self.made.loose = LOOSE in scope.traits
            self.made.beside = scope.beside
        return code


def _of_repeat(
    rules: Rules, count: Callable[[Any, Run], float]
) -> Callable[[Any, Run], float | None]:
    """A count is asked for the group around the repeat, and means paths from a row of its own."""

    def asked(above: Any, run: Run) -> float | None:
        run.current = row = Node(rules.place, above, None, "")
        if not above.on or (rules.relevant is not None and not rules.relevant(row, run)):
            return None
        return count(row, run)

    return asked


def _lists(definition: FormDefinition) -> Iterator[tuple[str, Item]]:
    """A form has lists of ten thousand rows that nothing ever looks into: those are not made."""
    asked = " ".join(
        rule
        for each in (*definition.questions, *definition.sections)
        for name in ("relevant", "calculate", "constraint", "required_when", "choice_filter",
                     "initial", "count")
        if (rule := getattr(each, name, None))
    )  # fmt: skip
    for name, choices in definition.choices.items():
        if name in asked:
            yield name, listed([_row(choice) for choice in choices])


def _row(choice: Choice) -> dict[str, str]:
    label = next(iter(choice.label.values()), "")
    return {"name": choice.name, "label": label, **choice.columns}


def listed(rows: list[dict[str, str]]) -> Item:
    """A list as `instance('…')` finds it: `root`, in it an `item` for each row."""
    items = [Item("item", kids=[Item(n, text) for n, text in row.items()]) for row in rows]
    return Item("instance", kids=[Item("root", kids=items)])
