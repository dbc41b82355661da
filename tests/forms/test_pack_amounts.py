"""The pack's rules about amounts, parents and jobs, in small tables."""

from typing import Any

import pytest

from forms.evaluate import evaluate
from forms.pack import Pack
from store.parameters import stored
from tests.forms.rules import HEAD, NOON, SURVEY, told

POST = {"labour": "ordinary", "post": "forest", "post_months": 6}
COUPLE = (
    {"full_name": "陈福", "relation": "01", "ethnicity": "藏族"},
    {"full_name": "王秀", "relation": "02", "ethnicity": "汉族"},
)
CHILD = [
    ("赵小满", "03", "汉族", True),
    ("王小满", "03", "汉族", False),
    ("陈小满", "04", "汉族", False),
    ("赵小满", "07", "汉族", False),
    ("卓玛", "04", "藏族", False),
    ("王木果", "03", "彝族", True),
    ("赵小满", "03", "", False),
]
"""R-05: name, relation, ethnicity, whether it is asked about."""
HOLDS_POST = POST | {"post_pay": 3000}
ON_DIBAO = {"on_dibao": "yes"}
SUM = [
    ("R-10", {"dibao": 7000}, {"dibao": 7600}, [ON_DIBAO, ON_DIBAO, {}]),
    ("R-10", {"dibao": 8000, "aid_months": 6}, {"dibao": 4000, "aid_months": 6},
     [ON_DIBAO, ON_DIBAO]),
    ("R-10", {"tekun": 9000}, {"tekun": 11900}, [{"on_tekun": "yes"}]),
    ("R-12", {"wage": 2999}, {"wage": 3000}, [HOLDS_POST]),
    ("R-12", {"wage": 5000}, {"wage": 6000}, [HOLDS_POST, HOLDS_POST]),
    ("R-17", {"eco": 220, "eco_kind": "forest", "eco_area": 10},
     {"eco": 160, "eco_kind": "forest", "eco_area": 10}, []),
    ("R-17", {"eco": 100, "eco_kind": "returned", "eco_area": 1},
     {"eco": 100, "eco_kind": "pasture", "eco_area": 1}, []),
    ("R-19", {"wage": 15001, "per_capita_last": 10000}, {"wage": 15000, "per_capita_last": 10000},
     [{}]),
    ("R-19", {"wage": 24000, "per_capita_last": 30000}, {"wage": 25000, "per_capita_last": 30000},
     [{}]),
    ("R-19", {"wage": 30000, "per_capita_last": 10000},
     {"wage": 30000, "per_capita_last": 10000, "change_reason": "儿子找到工作"}, [{}]),
]  # fmt: skip
"""Income lines and members: amounts that do not come out, and those that do."""
STANDARDS = {
    "dibao_month_each": 320, "tekun_month_each": 1000, "eco_forest_mu": 16, "eco_returned_mu": 125,
}  # fmt: skip
JOBS = [
    ({"labour": "ordinary"}, "yes", True),
    ({"labour": "ordinary"}, "no", False),
    ({"labour": "lost"}, "yes", False),
    ({"labour": "ordinary", "work_place": "county", "work_months": 3}, "yes", False),
    ({"labour": "skilled", "post": "forest"}, "yes", False),
]
"""R-24: a member, whether the household is to leave poverty, whether it is asked about."""


@pytest.mark.parametrize(("name", "relation", "people", "asked"), CHILD)
def test_a_child_with_neither_parents_surname_or_people_is_asked_about(
    forms: Any, pack: Pack, name: str, relation: str, people: str, asked: bool
) -> None:
    child = {"full_name": name, "relation": relation, "ethnicity": people}
    assert ("R-05" in told(forms, pack, "household_visit", SURVEY, *COUPLE, child)) is asked
    assert "R-05" not in told(forms, pack, "household_visit", SURVEY, COUPLE[0], child)


@pytest.mark.parametrize(("rule", "breaks", "holds", "members"), SUM, ids=[c[0] for c in SUM])
def test_amounts_come_out(
    forms: Any,
    pack: Pack,
    rule: str,
    breaks: dict[str, Any],
    holds: dict[str, Any],
    members: list[dict[str, Any]],
) -> None:
    who = {"people/attribute": "tekun" if "tekun" in holds else "dibao" if "dibao" in holds else ""}
    for lines, expected in ((breaks, True), (holds, False)):
        values = SURVEY | who | {f"income/{name}": value for name, value in lines.items()}
        found = told(forms, pack, "household_visit", values, *members, **STANDARDS)
        assert (rule in found) is expected, lines


def test_an_amount_without_a_standard_is_not_checked(forms: Any, pack: Pack) -> None:
    values = SURVEY | {"people/attribute": "dibao", "income/dibao": 1, "income/eco": 1}
    values |= {"income/eco_kind": "forest", "income/eco_area": 900}
    assert not {"R-10", "R-17"} & told(forms, pack, "household_visit", values, ON_DIBAO)


@pytest.mark.parametrize(("member", "leaving", "asked"), JOBS)
def test_who_leaves_poverty_with_labour_has_a_job(
    forms: Any, pack: Pack, member: dict[str, Any], leaving: str, asked: bool
) -> None:
    values = SURVEY | {"people/exit_planned": leaving}
    assert ("R-24" in told(forms, pack, "household_visit", values, HEAD | member)) is asked


def test_a_reason_is_asked_for_only_where_income_jumped(forms: Any, pack: Pack) -> None:
    known = {f["name"]: stored(f) for f in pack.parameters}
    for wage, asked in ((15000, False), (15001, True), (4999, True), (5000, False)):
        values = SURVEY | {"income/wage": wage, "income/per_capita_last": 10000}
        doc = {"set": values, "rows": {"people/members": {"aaaaaaaa": HEAD}}}
        ours = evaluate(forms["household_visit"], doc, now=NOON, figures=known)
        assert ("income/change_reason" not in ours.irrelevant) is asked, wage
