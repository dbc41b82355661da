"""Places on the Earth, as expressions reckon with them."""

from typing import Any

import pytest

from tests.forms.sheets import compiled
from tests.forms.small import asked, same

SQUARE = "31 107 0 0; 31 108 0 0; 32 108 0 0; 32 107 0 0; 31 107 0 0"
BOW = "31 107; 32 108; 31 108; 32 107; 31 107"


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        (f"geofence('31.5 107.5 0 0', '{SQUARE}')", True),
        (f"geofence('33 107.5 0 0', '{SQUARE}')", False),
        (f"geofence('', '{SQUARE}')", False),
        ("geofence('31.5 107.5', '31 107; 31 108; 32 108')", False),
        ("round(distance('31 107; 32 107') div 1000)", 111.0),
        ("round(distance('31 107', '32 107', '31 107') div 1000)", 223.0),
        ("distance('31 107; 31 107')", 0.0),
        (f"round(area('{SQUARE}') div 1000000)", 10566.0),
        (f"area('{SQUARE}') = area('31 107; 31 108; 32 108; 32 107')", True),
        ("area('31 107')", 0.0),
        ("area('nowhere')", 0.0),
        ("string(distance('31 107; 91 107'))", ""),
        ("string(distance('one two; 31 107'))", ""),
        (f"intersects('{SQUARE}')", False),
        (f"intersects('{BOW}')", True),
        ("intersects('0 0; 0 2; 0 1; 1 1; 0 0')", True),
        ("intersects('31 107; 32 108')", False),
        ("intersects('')", False),
    ],
)
def test_functions_of_places(expression: str, answer: Any) -> None:
    same(asked(expression), answer)


def test_a_function_that_the_form_app_lacks_is_warned_of() -> None:
    made = compiled("""
    ## survey
    | type     | name  | label | constraint         |
    | geoshape | field | Field | not(intersects(.)) |
    """)
    assert [told for told in made.warnings if "intersects()" in told]
