"""Constraints that no answer holds, told apart from those that only few answers hold."""

import pytest

from forms.never import never_holds
from tests.forms.sheets import HEAD, form

CHOICES = (
    "## choices\n| list_name | name | label |\n| yn | yes | Y |\n| yn | no | N |\n| yn | none | X |"
)


def judged(kind: str, constraint: str) -> bool:
    made = form(
        f"## survey\n{HEAD} constraint |\n| text | other | 它 | Other |\n"
        f"| {kind} | q | 问 | Q | {constraint} |\n{CHOICES}"
    )
    return never_holds(made, made.question("q"))


@pytest.mark.parametrize(
    ("kind", "constraint"),
    [
        ("integer", ". > 130 and . < 0"),
        ("integer", ". > 3 and . < 4"),
        ("decimal", ". >= 5 and . < 5"),
        ("integer", ". = 1 and . = 2"),
        ("integer", "not(. < 7 or . >= 7)"),
        ("text", "string-length(.) > 12 and string-length(.) < 11"),
        ("date", ". > date('2026-01-01') and . < date('2025-01-01')"),
        ("select_one yn", ". = 'maybe'"),
        ("select_multiple yn", "selected(., 'yes') and not(selected(., 'yes'))"),
        ("integer", "false()"),
    ],
)
def test_it_never_holds(kind: str, constraint: str) -> None:
    assert judged(kind, constraint)


@pytest.mark.parametrize(
    ("kind", "constraint"),
    [
        ("integer", ". >= 0 and . <= 130"),
        ("decimal", ". > 3 and . < 4"),
        ("decimal", ". > 3.01 and . < 3.02"),
        ("integer", ". mod 7 = 3 or . = 12"),
        ("text", "string-length(.) = 18"),
        ("text", "regex(., '^[0-9]{17}[0-9X]$')"),
        ("date", ". <= today()"),
        ("date", ". > today() + 30 and . < today() + 32"),
        ("select_one yn", ". = 'none'"),
        ("select_multiple yn", "not(selected(., 'none') and count-selected(.) > 1)"),
        ("integer", ". > ${other} and . < ${other}"),
        ("text", ". = 'x' and . = 'y'"),
        ("integer", ""),
    ],
)
def test_it_may_hold_or_cannot_be_told(kind: str, constraint: str) -> None:
    assert not judged(kind, constraint)
