"""Lines, shapes, ranks and ranges: what they must hold."""

from typing import Any

import pytest

from tests.forms.sheets import asked, faults, form

FORM = form("""
## survey
| type        | name  | label | parameters             | choice_filter |
| geotrace    | way   | 路    |                        |               |
| geoshape    | field | 地    |                        |               |
| range       | mood  | 心情  | start=1 end=5 step=1   |               |
| range       | part  | 份    | start=0 end=1 step=0.1 |               |
| rank needs  | order | 次序  |                        |               |
## choices
| list_name | name  | label |
| needs     | water | 水    |
| needs     | road  | 路    |
| needs     | house | 房    |
""")
RING = "31 107 0 0;31 108 0 0;32 108 0 0;31 107 0 0"


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("way", "31 107 0 0;31 108 0 0", None),
        ("way", "31 107 0 0", "type"),
        ("way", "31 107 0 0;91 107 0 0", "type"),
        ("way", "somewhere", "type"),
        ("way", 5, "type"),
        ("field", RING, None),
        ("field", "31 107 0 0;31 108 0 0;32 108 0 0", "type"),
        ("field", ["x"], "type"),
        ("mood", 1, None),
        ("mood", 5, None),
        ("mood", 6, "range"),
        ("mood", 2.5, "type"),
        ("part", 0.5, None),
        ("part", -0.1, "range"),
        ("part", "half", "type"),
        ("order", "road water house", None),
        ("order", "road water", "choice"),
        ("order", "road water house road", "choice"),
        ("order", ["road"], "type"),
    ],
)
def test_what_they_hold_is_looked_at(path: str, value: Any, rule: str | None) -> None:
    assert faults(asked(FORM, **{path: value})) == ([(path, rule)] if rule else [])
