"""What a form asks of people, and what it asks again."""

import pytest

from forms import burden as meter
from forms.definition import FormDefinition
from forms.pack import ROOT, Pack
from tests.forms.sheets import HEAD, compiled, form

SMALL = f"""
## survey
{HEAD} relevant | calculation | readonly |
| begin_group | a | 甲 | A | | | |
| select_one yes | q | 问 | Q | | | |
| text | why | 为何 | Why | ${{q}} = 'yes' | | |
| note | n | 说明 | Note | | | |
| calculate | c | 算 | C | | 1 + 1 | |
| end_group | | | | | | |
| begin_group | b | 乙 | B | ${{q}} = 'yes' | | |
| integer | x | 数 | X | | | |
| end_group | | | | | | |
## choices
| list_name | name | label::中文 (zh) | label::English (en) |
| yes | yes | 是 | Yes |
"""
ASKS = f"""
## survey
{HEAD}
| begin_group | a | 甲 | A |
| text | mobile | 联系电话（手机） | Telephone |
| select_one water | drink | 喝什么水 | Drinking water |
| text | water_source | 水源 | Where from |
| text | new | 新问题 | A new thing |
| end_group | | | |
## choices
| list_name | name | label::中文 (zh) | label::English (en) |
| water | tap | 自来水 | Tap |
"""


@pytest.fixture(scope="module")
def visit(pack: Pack) -> FormDefinition:
    return next(c.definition for c in pack.forms if c.definition.form_id == "household_visit")


def test_only_what_a_person_asks_is_counted() -> None:
    told = meter.burden(form(SMALL))
    assert (told.questions, told.follow_ups, told.prefilled) == (1, 1, 0)
    assert told.minutes == round(10 / 60, 1)
    assert [(s.path, s.questions) for s in told.sections] == [("a", 1)]


def test_a_purpose_asks_what_it_opens_and_no_more(visit: FormDefinition) -> None:
    asked = {line.purpose: line for line in meter.by_purpose(visit)}
    assert list(asked) == ["", *meter.purposes(visit)]
    sections = {name: {s.path for s in line.sections} for name, line in asked.items()}
    assert sections["policy"] == {"door", "notice", "people", "evidence", "finish"}
    assert sections["comfort"] - sections["policy"] == {"food"}
    assert {"income", "living", "schooling", "medical", "measures"} <= sections["survey"]
    assert asked["survey"].questions > asked["verify"].questions > asked["policy"].questions


def test_what_comes_filled_in_costs_less(visit: FormDefinition) -> None:
    told = meter.burden(visit, "verify")
    assert told.prefilled > told.questions / 2
    assert told.minutes_known < told.minutes


def test_more_people_are_more_questions(visit: FormDefinition) -> None:
    few, many = (meter.burden(visit, "verify", rows) for rows in (1, 6))
    assert many.questions > few.questions and many.minutes > few.minutes


def test_a_round_is_all_its_households(visit: FormDefinition) -> None:
    each = meter.burden(visit, "verify")
    told = meter.of_round(each, 314)
    assert told.questions == 314 * each.questions
    assert told.hours == round(314 * each.minutes / 60, 1) > told.hours_known


def test_no_visit_takes_longer_than_an_hour(visit: FormDefinition) -> None:
    """The pack's own budget: the whole survey within the hour, the yearly round in half of it."""
    asked = {line.purpose: line.minutes for line in meter.by_purpose(visit)}
    assert max(asked.values()) < 60 and asked["verify"] < 30


def test_what_the_register_knows_is_told_by_name(pack: Pack) -> None:
    new = compiled(ASKS).definition
    known = {one.path: one for one in meter.already_known(new, [c.definition for c in pack.forms])}
    assert known["a/drink"].property == "household#water_source"
    assert known["a/water_source"].property == "household#water_source"
    assert "a/new" not in known
    assert not any(one.prefilled for one in known.values())


def test_a_question_tied_to_the_register_comes_filled_in(pack: Pack) -> None:
    forms = {c.definition.form_id: c.definition for c in pack.forms}
    told = meter.already_known(forms["household_visit"], forms.values())
    by_path = {one.path: one for one in told}
    assert by_path["people/phone"].prefilled and by_path["people/phone"].by == "household_register"
    assert all(one.prefilled for one in told), [one.path for one in told if not one.prefilled]


def test_a_form_is_not_compared_with_its_own_versions(visit: FormDefinition) -> None:
    assert meter.already_known(visit, [visit]) == ()


def test_the_readme_tells_what_the_visit_costs(visit: FormDefinition) -> None:
    told = (ROOT / "household" / "README.md").read_text(encoding="utf-8")
    for line in meter.by_purpose(visit):
        assert f" {line.questions} | {line.minutes} | {line.minutes_known} |" in told, line.purpose
