"""The server's own reading of a document: totals, relevance, faults in both languages."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.definition import FormDefinition
from forms.evaluate import evaluate
from forms.pack import Pack, load_pack
from tests.forms.sheets import HEAD, NOON, RULES, asked, faults, form

EVERY = form(f"""
## survey
{HEAD} {RULES}
| hidden | household | | |
| text | name | 姓名 | Name | yes |
| integer | age | 年龄 | Age | | | . >= 0 and . <= 130 | 年龄在 0 到 130 之间 | Between 0 and 130 |
| decimal | land | 土地 | Land |
| date | born | 出生 | Born | | | . <= today() | 不能晚于今天 | Not after today |
| dateTime | met | 见面 | Met |
| select_one yn | school | 上学 | School |
| text | grade | 年级 | Grade | yes | ${{school}} = 'yes' |
| select_multiple ill | health | 健康 | Health |
| geopoint | place | 位置 | Place |
| image | photo | 照片 | Photo |
| calculate | double | | | | | | | | ${{land}} * 2 | yes |
## choices
| list_name | name | label::中文 (zh) | label::English (en) |
| yn | yes | 是 | Yes |
| yn | no | 否 | No |
| ill | cold | 感冒 | Cold |
| ill | old | 年老 | Old age |
""")
GOOD: dict[str, Any] = {
    "name": "王一",
    "age": 40,
    "land": 1.5,
    "born": "1986-02-28",
    "met": "2026-10-18T09:30:00+08:00",
    "school": "no",
    "health": ["cold"],
    "place": {"lat": 31.6, "lon": 107.9, "acc": 5},
    "photo": {"sha256": "ab" * 32},
    "double": 3,
}


@pytest.fixture(scope="module")
def visit(pack: Pack) -> FormDefinition:
    return next(c.definition for c in pack.forms if c.definition.form_id == "household_visit")


def test_totals_and_income_per_head_are_worked_out(visit: FormDefinition) -> None:
    rows = {"people/members": {f"aaaaaaa{n}": {"full_name": str(n)} for n in range(3)}}
    money = {"wage": 36000, "business": 12500.5, "dibao": 3600, "business_cost": 4100}
    told = asked(visit, rows, door__outcome="met", **{f"income__{k}": v for k, v in money.items()})
    assert told.values["people/size"] == 3
    assert told.values["income/total"] == 52100.5
    assert told.values["income/net"] == 48000.5
    assert told.values["income/per_capita"] == 16000.17


def test_nothing_earned_by_nobody_is_no_division(visit: FormDefinition) -> None:
    told = asked(visit, door__outcome="met")
    assert told.values["people/size"] == 0 and told.values["income/total"] == 0
    assert told.values["income/per_capita"] is None


def test_a_devices_own_total_is_compared_to_the_cent(visit: FormDefinition) -> None:
    def rule(total: Any) -> list[tuple[str, str]]:
        told = asked(visit, door__outcome="met", income__wage=100, income__total=total)
        return [f for f in faults(told) if f[1] == "total"]

    assert rule(100) == rule(100.004) == rule("100") == rule("100.00") == rule(None) == []
    assert rule(100.01) == rule(99) == rule("many") == [("income/total", "total")]
    told = asked(visit, door__outcome="met", income__wage=100, income__total=90)
    [fault] = [f for f in told.faults if f.rule == "total"]
    assert (fault.given, fault.expected) == (90, 100)
    assert fault.zh == "“家庭年总收入”设备上是 90，重新计算是 100"
    assert fault.en == "“Income in all” is 90 on the device, 100 when recalculated"


def test_an_answer_that_holds_is_no_fault() -> None:
    assert faults(asked(EVERY, **GOOD)) == []


def test_a_required_answer_is_missed_in_both_languages() -> None:
    empty: Any
    for empty in ({}, {"name": ""}, {"name": None}, {"name": []}):
        [fault] = asked(EVERY, **empty).faults
        assert (fault.path, fault.rule) == ("name", "required")
        assert (fault.zh, fault.en) == ("“姓名”还没有填写", "“Name” has no answer yet")


def test_a_question_that_does_not_apply_is_not_missed_and_not_judged() -> None:
    assert faults(asked(EVERY, **GOOD | {"school": "yes"})) == [("grade", "required")]
    told = asked(EVERY, **GOOD | {"school": "no", "grade": 7})
    assert "grade" in told.irrelevant and faults(told) == []


def test_an_age_of_999_is_flagged_in_the_authors_words_and_kept() -> None:
    document = {"set": GOOD | {"age": 999}, "rows": {}}
    [fault] = evaluate(EVERY, document, now=NOON).faults
    assert (fault.path, fault.rule, fault.given) == ("age", "constraint", 999)
    assert (fault.zh, fault.en) == ("年龄在 0 到 130 之间", "Between 0 and 130")
    assert document["set"]["age"] == 999


@pytest.mark.parametrize(("age", "holds"), [(0, True), (130, True), (131, False), (-1, False)])
def test_a_constraint_is_kept_up_to_its_ends(age: int, holds: bool) -> None:
    assert (faults(asked(EVERY, **GOOD | {"age": age})) == []) is holds


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("name", 5, "type"),
        ("age", "40", "type"),
        ("age", 40.5, "type"),
        ("age", True, "type"),
        ("land", "much", "type"),
        ("land", {"a": 1}, "type"),
        ("born", "18.10.2026", "type"),
        ("born", "2026-02-30", "type"),
        ("met", "soon", "type"),
        ("school", ["yes"], "type"),
        ("school", "maybe", "choice"),
        ("health", "cold", "type"),
        ("health", ["cold", "luck"], "choice"),
        ("place", "31.6 107.9", "type"),
        ("place", {"lat": "x", "lon": 1}, "type"),
        ("place", {"lat": 91, "lon": 1}, "range"),
        ("place", {"lat": 1, "lon": 181}, "range"),
        ("photo", "p.jpg", "type"),
    ],
)
def test_a_wrong_answer_is_a_fault_with_its_place_and_value(
    path: str, value: Any, rule: str
) -> None:
    found = [f for f in asked(EVERY, **GOOD | {path: value}).faults if f.path == path]
    assert [(f.rule, f.given) for f in found] == [(rule, value)]
    assert found[0].zh.startswith("“") and found[0].en.startswith("“")


def test_a_whole_number_may_be_written_with_a_point() -> None:
    assert faults(asked(EVERY, **GOOD | {"age": 40.0})) == []


def test_today_is_the_day_of_the_visit() -> None:
    document = {"set": GOOD | {"born": "2026-10-18"}, "rows": {}}
    before = datetime(2026, 10, 17, 4, 0, tzinfo=UTC)
    assert evaluate(EVERY, document, now=NOON).faults == ()
    [fault] = evaluate(EVERY, document, now=before).faults
    assert (fault.path, fault.zh) == ("born", "不能晚于今天")


def test_a_fault_in_a_row_names_the_row(visit: FormDefinition) -> None:
    rows = {"people/members": {"aaaaaaaa": {"full_name": "王一", "relation": "99"}}}
    told = asked(visit, rows, door__outcome="met")
    assert ("people/members[aaaaaaaa]/relation", "choice") in faults(told)


def test_a_sealed_answer_is_judged_without_being_repeated(visit: FormDefinition) -> None:
    document = {"set": {"door/outcome": "met"}, "rows": {}}
    sealed = {"people/phone": "12345", "people/members[aaaaaaaa]/id_number": "short"}
    told = evaluate(visit, document, now=NOON, sealed=sealed)
    found = {f.path: f for f in told.faults if f.path in sealed}
    assert set(found) == set(sealed)
    assert "12345" not in repr(found) and "short" not in repr(found)
    good = {"people/phone": "13912345678", "people/members[aaaaaaaa]/id_number": "1" * 17 + "X"}
    told = evaluate(visit, document, now=NOON, sealed=good)
    assert not [f for f in told.faults if f.path in good]


VISIT = next(c.definition for c in load_pack("household").forms if len(c.definition.questions) > 30)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
paths = st.sampled_from([q.path for q in VISIT.questions if q.repeat is None])
row_paths = st.sampled_from([q.path.rpartition("/")[2] for q in VISIT.questions if q.repeat])
documents = st.fixed_dictionaries(
    {
        "set": st.dictionaries(paths, anything, max_size=8),
        "rows": st.fixed_dictionaries(
            {
                "people/members": st.dictionaries(
                    st.from_regex(r"[a-z0-9]{8}", fullmatch=True),
                    st.dictionaries(row_paths, anything, max_size=4),
                    max_size=3,
                )
            }
        )
        | anything,
    }
)


@settings(deadline=None)
@given(documents)
def test_no_document_whatever_breaks_the_reading(document: dict[str, Any]) -> None:
    told = evaluate(VISIT, document, now=NOON)
    for fault in told.faults:
        assert fault.zh and fault.en and fault.path
