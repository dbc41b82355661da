"""The pack's rules in small tables: what breaks each, and what does not."""

from typing import Any

import pytest

from forms.evaluate import evaluate
from forms.pack import Pack, pack_rules
from forms.rules import LEVELS, broken
from tests.forms.rules import HEAD, NOON, SURVEY, told
from tests.forms.test_pack_amounts import SUM

ID = "11010119500502001X"
PHOTO = {"sha256": "ab" * 32, "name": "p.jpg"}
POST = {"labour": "ordinary", "post": "forest", "post_months": 6}
MEMBER = [
    ("R-01", {"id_number": "110101195005020015"}, {"id_number": ID}),
    ("R-01", {"id_number": ID, "birth": "1951-05-02"}, {"id_number": ID, "birth": "1950-05-02"}),
    ("R-01", {"id_number": ID, "sex": "female"}, {"id_number": ID, "sex": "male"}),
    ("R-03", {"health": ["disabled"], "disability_no": ID + "81"},
     {"health": ["disabled"], "disability_no": ID + "42"}),
    ("R-03", {"health": ["disabled"], "disability_no": ID + "41", "id_number": "2" + ID[1:]},
     {"health": ["disabled"], "disability_no": ID + "41", "id_number": ID}),
    ("R-04", {"relation": "02"}, {"relation": "01"}),
    ("R-06", {"birth": "1966-05-01", "pension_state": "none"},
     {"birth": "1966-05-01", "pension_state": "drawing"}),
    ("R-07", {"change": "died", "changed_on": "2024-01-01", "labour": "ordinary",
              "work_place": "china", "work_months": 3},
     {"change": "died", "changed_on": "2026-09-01", "labour": "ordinary", "work_place": "china",
      "work_months": 3}),
    ("R-11", {"labour": "ordinary", "work_place": "china", "work_months": 13},
     {"labour": "ordinary", "work_place": "china", "work_months": 12}),
    ("R-40", {"birth": "2016-01-01", "in_school": "no"},
     {"birth": "2016-01-01", "in_school": "primary"}),
    ("R-12", POST | {"post_second": "road"}, POST),
    ("R-12", POST | {"work_place": "china", "work_months": 7},
     POST | {"work_place": "china", "work_months": 6}),
    ("R-12", POST | {"work_place": "province", "work_months": 12},
     POST | {"work_place": "county", "work_months": 12}),
    ("R-25", {"labour": "skilled"}, {"labour": "ordinary"}),
    ("R-25", {"labour": "skilled"}, {"labour": "skilled", "skill_proven": "yes"}),
    ("R-25", {"labour": "skilled"}, {"labour": "skilled", "photo_skill": PHOTO}),
    ("R-46", {"labour": "skilled", "work_place": "china", "work_months": 9, "work_monthly": 90000},
     {"labour": "skilled", "work_place": "china", "work_months": 9, "work_monthly": 9000}),
]  # fmt: skip
ELDER = {"birth": "1950-05-02"}
EXIT = {"people/exit_planned": "yes"}
LAND = {"income/land": 10}
HOUSE = [
    ("R-10", {"people/attribute": "dibao"}, {"people/attribute": "dibao", "income/dibao": 4000}),
    ("R-10", {"people/attribute": "general", "income/tekun": 9},
     {"people/attribute": "tekun", "income/tekun": 9}),
    ("R-41", {"income/disaster_loss": 10000}, {"income/disaster_loss": 9999}),
    ("R-42", {"medical/all_insured": "some"}, {"medical/all_insured": "all"}),
    ("R-42", EXIT | {"food/bedding": "partly"}, EXIT | {"food/bedding": "enough"}),
    ("R-42", EXIT | {"living/housing_conclusion": "waiting"},
     {"living/housing_conclusion": "waiting"}),
    ("R-16", LAND | {"income/land_farmed": 6, "income/land_out": 5},
     LAND | {"income/land_farmed": 6, "income/land_out": 4}),
    ("R-16", LAND | {"income/land_farmed": 12, "income/land_in": 1},
     LAND | {"income/land_farmed": 12, "income/land_in": 2}),
    ("R-16", LAND | {"income/land_out": 11}, {"income/land_out": 11}),
    ("R-43", {"people/attribute": "dibao", "income/assets": ["car"]},
     {"people/attribute": "dibao", "income/assets": ["none"]}),
    ("R-43", {"people/category": "poor", "income/assets": ["town_house", "salary"]},
     {"people/category": "stable", "income/assets": ["town_house", "salary"]}),
    ("R-13", {"income/business": 5, "income/business_cost": 6},
     {"income/business": 6, "income/business_cost": 6}),
    ("R-14", {"income/pension": 0}, {"income/pension": 1500}),
    ("R-19", {"income/wage": 7999}, {"income/wage": 8000}),
    ("R-20", {"people/cause_main": "illness"}, {"people/cause_main": "other"}),
    ("R-30", {"living/housing_grade": "C", "living/housing_conclusion": "graded_safe"},
     {"living/housing_grade": "B", "living/housing_conclusion": "graded_safe"}),
    ("R-30", {"living/housing_grade": "D", "living/housing_conclusion": "renovated_safe"},
     {"living/housing_grade": "D", "living/housing_conclusion": "renovated_safe",
      "living/renovated_on": "2026-01-01"}),
    ("R-33", {"living/water_conclusion": "safe", "living/water_litres": 34},
     {"living/water_conclusion": "safe", "living/water_litres": 35}),
    ("R-33", {"living/water_conclusion": "safe", "living/water_certificate": "no"},
     {"living/water_conclusion": "basic", "living/water_certificate": "no"}),
    ("R-40", {"schooling/school_gap": "dropped"},
     {"schooling/school_gap": "dropped", "finish/problem": "yes"}),
    ("R-41", {"medical/hospital_total": 30000, "medical/hospital_paid_back": 20000},
     {"medical/hospital_total": 30000, "medical/hospital_paid_back": 20001}),
    ("R-42", {"food/protein": "no"}, {"food/protein": "sometimes"}),
    ("R-42", {"living/water_conclusion": "unsafe"},
     {"living/water_conclusion": "unsafe", "finish/problem": "yes"}),
]  # fmt: skip
OTHER = [
    ("R-26", "village_base", {"base/wubao": 1, "base/wubao_central": 2},
     {"base/wubao": 2, "base/wubao_central": 1}),
    ("R-26", "village_base", {"economy/posts": 3, "economy/posts_forest": 2},
     {"economy/posts": 3, "economy/posts_forest": 2, "economy/posts_river": 1}),
    ("R-27", "village_base", {"base/households": 10, "base/people": 9},
     {"base/households": 10, "base/people": 32}),
    ("R-28", "village_base", {"economy/fund_households": 131, "base/poor_households": 79},
     {"economy/fund_households": 18, "base/poor_households": 79}),
    ("R-31", "relocation", {"home/persons": 2, "home/area": 51},
     {"home/persons": 2, "home/area": 50}),
    ("R-33", "village_water", {"certified/water_conclusion": "safe", "lab/ph": 9},
     {"certified/water_conclusion": "safe", "lab/ph": 7}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "breaks", "holds"), MEMBER, ids=[c[0] for c in MEMBER])
def test_a_rule_about_a_member(
    forms: Any, pack: Pack, rule: str, breaks: dict[str, Any], holds: dict[str, Any]
) -> None:
    assert rule in told(forms, pack, "household_visit", SURVEY, HEAD | breaks)
    assert rule not in told(forms, pack, "household_visit", SURVEY, HEAD | holds)


@pytest.mark.parametrize(("rule", "breaks", "holds"), HOUSE, ids=[c[0] for c in HOUSE])
def test_a_rule_about_a_household(
    forms: Any, pack: Pack, rule: str, breaks: dict[str, Any], holds: dict[str, Any]
) -> None:
    person = HEAD | ELDER
    assert rule in told(forms, pack, "household_visit", SURVEY | breaks, person)
    assert rule not in told(forms, pack, "household_visit", SURVEY | holds, person)


@pytest.mark.parametrize(("rule", "form", "breaks", "holds"), OTHER, ids=[c[0] for c in OTHER])
def test_a_rule_of_another_form(
    forms: Any, pack: Pack, rule: str, form: str, breaks: dict[str, Any], holds: dict[str, Any]
) -> None:
    assert rule in told(forms, pack, form, breaks)
    assert rule not in told(forms, pack, form, holds)


def test_two_heads_break_a_rule_and_one_does_not(forms: Any, pack: Pack) -> None:
    other = {"full_name": "王秀", "relation": "01"}
    assert "R-04" in told(forms, pack, "household_visit", SURVEY, HEAD, other)
    wife = other | {"relation": "02"}
    assert "R-04" not in told(forms, pack, "household_visit", SURVEY, HEAD, wife)


def test_a_measure_that_addresses_the_cause_and_came_is_enough(forms: Any, pack: Pack) -> None:
    ill = SURVEY | {"people/cause_main": "illness"}
    for code, received, expected in (("road", "yes", {"R-20"}), ("health", "no", {"R-21"}),
                                     ("health", "yes", set())):  # fmt: skip
        row = {"code": code, "says_received": received}
        doc = {"set": ill, "rows": {"measures/taken": {"bbbbbbbb": row}}}
        ours = evaluate(forms["household_visit"], doc, now=NOON)
        found = {one.rule for one in broken(forms["household_visit"], doc, ours)}
        assert found & {"R-20", "R-21"} == expected


def test_a_work_wage_is_missed_only_where_somebody_works(forms: Any, pack: Pack) -> None:
    works = HEAD | {
        "labour": "ordinary",
        "work_place": "china",
        "work_months": 3,
        "work_monthly": 4000,
    }
    assert "R-11" in told(forms, pack, "household_visit", SURVEY, works)
    paid = SURVEY | {"income/wage": 12000}
    assert "R-11" not in told(forms, pack, "household_visit", paid, works)
    idle = HEAD | {"labour": "ordinary"}
    none = SURVEY | {"income/wage": 0, "income/business": 0}
    assert "R-23" in told(forms, pack, "household_visit", none, idle)


def test_a_section_that_was_not_opened_breaks_nothing(forms: Any, pack: Pack) -> None:
    values = {"door/outcome": "met", "door/purpose": ["policy"], "food/protein": "no"}
    assert told(forms, pack, "household_visit", values, HEAD | ELDER) == set()


def test_the_line_of_the_place_counts(forms: Any, pack: Pack) -> None:
    values = SURVEY | {"income/wage": 8100}
    person = HEAD | ELDER
    assert "R-19" not in told(forms, pack, "household_visit", values, person)
    assert "R-19" in told(forms, pack, "household_visit", values, person, poverty_line=8200)


def test_a_warning_speaks_of_the_question_in_its_own_row(forms: Any) -> None:
    row = HEAD | {"id_number": "110101195005020015"}
    doc = {"set": SURVEY, "rows": {"people/members": {"aaaaaaaa": row}}}
    visit = forms["household_visit"]
    [one] = [b for b in broken(visit, doc, evaluate(visit, doc, now=NOON)) if b.rule == "R-01"]
    assert one.path == "people/members[aaaaaaaa]/id_number"
    assert one.level == "W" and "110101" not in one.zh + one.en


@pytest.mark.parametrize("rows", [None, 7, {"people/members": 3}, {"people/members": {"x": None}}])
def test_a_document_of_any_shape_is_judged(forms: Any, rows: Any) -> None:
    doc = {"set": SURVEY, "rows": rows}
    visit = forms["household_visit"]
    assert all(one.rule for one in broken(visit, doc, evaluate(visit, doc, now=NOON)))


def test_every_rule_is_asked_somewhere_and_has_a_test(forms: Any) -> None:
    tested = {c[0] for c in MEMBER + HOUSE} | {c[0] for c in OTHER} | {c[0] for c in SUM}
    tested |= {"R-04", "R-05", "R-21", "R-23", "R-24"}
    rules = pack_rules("household")
    assert {rule.id for rule in rules} == tested
    for rule in rules:
        assert rule.level in LEVELS and rule.asks
        for ask in rule.asks:
            definition = forms[ask.form]
            carried = {q.rule for q in definition.questions if q.rule}
            assert rule.id in carried, (rule.id, ask.form)
            known = {*definition.by_path, *(s.path for s in definition.sections)}
            assert ask.at in known, (rule.id, ask.at)
