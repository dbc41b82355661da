"""Answers that do not hold by the form's own rules, and totals that do not add up (R-18)."""

from collections.abc import Sequence

from forms.definition import FormDefinition
from forms.evaluate import Fault
from forms.flatpath import definition_path
from forms.rules import Broken
from verify.finding import Found, Judgement

RULES = {
    "required": ("F-REQ", 0.2),
    "type": ("F-TYPE", 0.3),
    "choice": ("F-CHOICE", 0.3),
    "range": ("F-RANGE", 0.3),
    "constraint": ("F-RANGE", 0.3),
    "total": ("R-18", 0.3),
    "rows": ("R-18", 0.3),
    "unread": ("F-TYPE", 0.3),
}
"""{fault's rule: (finding's rule, score)}"""


RULE_SCORE = 0.4
"""How sure a rule of the pack is that a person should look."""


def check(
    faults: Sequence[Fault],
    broken: Sequence[Broken] = (),
    definition: FormDefinition | None = None,
) -> Judgement:
    """`definition` tells which rule of the catalogue a constraint stands for."""
    told = tuple(_found(fault, definition) for fault in faults)
    by_place: dict[tuple[str, str], list[Broken]] = {}
    for one in broken:
        by_place.setdefault((one.rule, one.path), []).append(one)
    return Judgement(told + tuple(_by_rule(each) for each in by_place.values()))


def _found(fault: Fault, definition: FormDefinition | None) -> Found:
    rule, score = RULES[fault.rule]
    question = definition.by_path.get(definition_path(fault.path)) if definition else None
    if fault.rule == "constraint" and question is not None and question.rule:
        rule = question.rule
    numbers = {"given": fault.given, "expected": fault.expected}
    return Found(
        rule, score, f"待核实：{fault.zh}", f"To be checked: {fault.en}", fault.path, numbers
    )


def _by_rule(broken: Sequence[Broken]) -> Found:
    """What one rule says of one place, as one finding."""
    zh, en = "；".join(one.zh for one in broken), "; ".join(one.en for one in broken)
    return Found(
        broken[0].rule,
        RULE_SCORE,
        f"待核实：{zh}",
        f"To be checked: {en}",
        broken[0].path,
        {"level": broken[0].level},
    )
