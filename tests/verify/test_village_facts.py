"""R-34: each fact on both sides, and only where the village's form leaves no room."""

from typing import Any

import pytest

from verify.checks.village_facts import FACTS, Answer, check

WHOLE = {"base/households": 120, "works/lit_households": 120, "works/tap_households": 120}


def found(village: dict[str, Any], **household: str) -> list[str]:
    answers = {name: Answer(value, f"at/{name}") for name, value in household.items()}
    return [f.path for f in check(answers, village).found]


@pytest.mark.parametrize(
    ("village", "name", "wrong", "right"),
    [
        (WHOLE, "electricity", "no", "yes"),
        (WHOLE, "water_source", "river", "tap"),
        ({"works/facilities": ["clinic"]}, "clinic_near", "no", "yes"),
        ({"works/facilities": "water clinic"}, "road", "concrete", "earth"),
        ({"works/facilities": ["water"]}, "broadband", "yes", "no"),
    ],
)
def test_each_fact_speaks_on_one_side_only(
    village: dict[str, Any], name: str, wrong: str, right: str
) -> None:
    assert found(village, **{name: wrong}) == [f"at/{name}"]
    assert found(village, **{name: right}) == []


def test_one_house_without_leaves_room() -> None:
    assert found(WHOLE | {"works/lit_households": 119}, electricity="no") == []


@pytest.mark.parametrize("village", [{}, {"works/facilities": []}, {"base/households": 0}])
def test_a_village_that_says_nothing_contradicts_nobody(village: dict[str, Any]) -> None:
    told = {"electricity": "no", "road": "concrete", "broadband": "yes", "clinic_near": "no"}
    assert found(village, **told) == []


def test_bottled_water_is_nothing_against_the_tap() -> None:
    assert found(WHOLE, water_source="bottled") == []


def test_every_fact_is_a_property_that_the_pack_asks_for(pack: Any) -> None:
    asked = {q.save_to for c in pack.forms for q in c.definition.questions}
    assert {fact.name for fact in FACTS} <= asked
