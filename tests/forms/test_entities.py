"""When a filled form may create or update an entity."""

from datetime import UTC, datetime
from typing import Any

import pytest

from forms.author import author
from forms.definition import FormDefinition
from forms.entities import Allowed, allowed
from tests.forms.sheets import HEAD, xlsform

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
FORM = f"""
## survey
{HEAD} save_to |
| hidden | household |
| text | why | 为何 | Why | household#why |
| begin_repeat | people | 人 | People |
| hidden | person |
| text | full_name | 名 | Name | member#full_name |
| text | stays | 常住 | Stays | member#stays |
| end_repeat | | | |
## entities
| list_name | entity_id | label | create_if | update_if |
| household | ${{household}} | ${{why}} | ${{why}} = 'new' | ${{why}} != 'secret' |
| member | ${{person}} | ${{full_name}} | ${{stays}} = 'yes' | ${{stays}} != 'no' |
"""


@pytest.fixture(scope="module")
def form() -> FormDefinition:
    return author(xlsform(FORM)).compiled.definition


@pytest.mark.parametrize(
    ("why", "create", "update"),
    [("new", True, True), ("moved", False, True), ("secret", False, False), (None, False, True)],
)
def test_the_forms_own_entity(form: FormDefinition, why: Any, create: bool, update: bool) -> None:
    told = allowed(form, "household", "", {"why": why} if why else {}, NOW)
    assert told == Allowed(create, update)


def test_each_row_is_asked_by_itself(form: FormDefinition) -> None:
    values = {
        "people[aaaaaaaa]/stays": "yes",
        "people[bbbbbbbb]/stays": "no",
        "people[cccccccc]/full_name": "王",
    }
    told = {row: allowed(form, "member", f"people[{row}]", values, NOW)
            for row in ("aaaaaaaa", "bbbbbbbb", "cccccccc")}  # fmt: skip
    assert told == {
        "aaaaaaaa": Allowed(True, True),
        "bbbbbbbb": Allowed(False, False),
        "cccccccc": Allowed(False, True),
    }


def test_without_conditions_both_are_allowed(form: FormDefinition) -> None:
    plain = author(xlsform(FORM.partition("## entities")[0] + (
        "## entities\n| list_name | entity_id | label |\n"
        "| household | ${household} | ${why} |\n| member | ${person} | ${full_name} |"
    ))).compiled.definition  # fmt: skip
    assert allowed(plain, "household", "", {"why": "secret"}, NOW) == Allowed()
    assert allowed(form, "nothing", "", {}, NOW) == Allowed()
