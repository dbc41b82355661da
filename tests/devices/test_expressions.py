"""Relevance and totals as a phone reckons them; what it does not understand it says."""

from __future__ import annotations

import math

import pytest

from devices.expressions import Place, Unknown, evaluate, number, truth

VALUES = {
    "door/outcome": "phone",
    "income/wage": 36000,
    "income/cost": 500.5,
    "tags": ["a", "b"],
    "people/members[ab12cd34]/birth": "2016-03-01",
    "people/members[ab12cd34]/name": "x",
    "people/members[zz12cd34]/birth": "1960-03-01",
    "people/members[zz12cd34]/name": "y",
}
FORM = Place("income/total")
ROW = Place("people/members/school", "people/members", "ab12cd34")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/data/door/outcome  = 'met' or  /data/door/outcome  = 'phone'", True),
        ("/data/door/outcome = 'met' and true()", False),
        ("/data/door/none != 'yes'", True),
        ("selected( /data/tags , 'b') and not(selected(/data/tags, 'c'))", True),
        ("../wage - coalesce( ../cost , 0)", 35499.5),
        ("coalesce( /data/none , 7) * 2 + 1", 15.0),
        ("count( /data/people/members )", 2.0),
        ("round( 100 div 3 , 2)", 33.33),
        ("if( /data/none = '', 'empty', 'full')", "empty"),
        ("'2020-01-02' > '2020-01-01'", True),
        ("-2 < 1", True),
    ],
)
def test_it_reckons(expression: str, expected: object) -> None:
    assert evaluate(expression, FORM, VALUES) == expected


def test_in_a_repeat_only_ones_own_row_answers() -> None:
    assert truth(evaluate("../birth > '2000-01-01'", ROW, VALUES))
    assert list(evaluate("/data/people/members/name", ROW, VALUES)) == ["x"]
    assert sorted(evaluate("/data/people/members/name", FORM, VALUES)) == ["x", "y"]


def test_dates_count_days_and_today_is_given() -> None:
    assert number(evaluate("today() - '2026-03-01'", FORM, VALUES, "2026-03-04")) == 3
    assert truth(evaluate(". <= today()", Place("day"), {"day": "2026-03-03"}, "2026-03-04"))


def test_dividing_by_nothing_is_no_number() -> None:
    assert math.isnan(number(evaluate("1 div 0", FORM, VALUES)))


@pytest.mark.parametrize("expression", ["pulldata('a', 'b')", "1 +", "(1", "a b", "§"])
def test_what_is_beyond_the_phone_is_said(expression: str) -> None:
    with pytest.raises(Unknown):
        evaluate(expression, FORM, VALUES)
