"""Answers that do not hold by the form's own rules, and totals that do not add up (R-18)."""

from collections.abc import Sequence

from forms.evaluate import Fault
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


def check(faults: Sequence[Fault]) -> Judgement:
    return Judgement(tuple(_found(fault) for fault in faults))


def _found(fault: Fault) -> Found:
    rule, score = RULES[fault.rule]
    numbers = {"given": fault.given, "expected": fault.expected}
    return Found(
        rule, score, f"待核实：{fault.zh}", f"To be checked: {fault.en}", fault.path, numbers
    )
