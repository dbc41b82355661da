"""The form's own rules, told as findings."""

import pytest

from forms.evaluate import Fault
from verify.checks.answers import RULES, check


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("required", "F-REQ"),
        ("type", "F-TYPE"),
        ("choice", "F-CHOICE"),
        ("range", "F-RANGE"),
        ("constraint", "F-RANGE"),
        ("total", "R-18"),
        ("rows", "R-18"),
        ("unread", "F-TYPE"),
    ],
)
def test_each_fault_has_its_rule(rule: str, told: str) -> None:
    [found] = check([Fault("income/wage", rule, "说明", "words", 5, 6)]).found
    assert (found.rule, found.path) == (told, "income/wage")
    assert (found.zh, found.en) == ("待核实：说明", "To be checked: words")
    assert found.numbers == {"given": 5, "expected": 6} and 0 < found.score < 1


def test_every_rule_an_evaluation_knows_has_a_finding() -> None:
    known = {"required", "type", "choice", "range", "constraint", "total", "rows", "unread"}
    assert set(RULES) == known


def test_an_answer_without_faults_is_no_finding() -> None:
    assert check([]).found == ()
