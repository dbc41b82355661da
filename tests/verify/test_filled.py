"""A filled form laid out: by groups, rows as tables, and nothing swallowed."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.definition import FormDefinition
from forms.pack import Pack, load_pack
from tests.forms.sheets import HEAD, compiled
from verify.filled import About, Answer, groups, same
from verify.labels import Names, saved


@pytest.fixture(scope="module")
def form(pack: Pack) -> FormDefinition:
    return next(c.definition for c in pack.forms if c.definition.form_id == "household_visit")


VISIT = next(
    c.definition for c in load_pack("household").forms if c.definition.form_id == "household_visit"
)


def shown(
    definition: FormDefinition | None, values: Mapping[str, Any], about: About | None = None
) -> dict[str, Answer]:
    laid = groups(definition, values, about or About())
    cells = (cell for g in laid for t in g.tables for row in t.rows for cell in row)
    return {
        a.path: a for a in (*(a for g in laid for a in g.answers), *cells) if a.value is not None
    }


def test_groups_stand_in_the_forms_order_with_its_words(form: FormDefinition) -> None:
    values = {"living/water_source": "tap", "door/outcome": "met", "income/wage": 5}
    laid = groups(form, values, About())
    assert [g.path for g in laid] == ["door", "income", "living"]
    [water] = laid[2].answers
    assert water.named.label["zh"] == "饮水来源"
    assert water.named.choices is not None and water.named.choices["tap"]["en"] == "Tap"


def test_a_repeat_is_a_table_of_the_questions_anybody_answered(form: FormDefinition) -> None:
    values = {
        "people/members[aaaaaaaa]/full_name": "Wang",
        "people/members[bbbbbbbb]/full_name": "Zhao",
        "people/members[bbbbbbbb]/birth": "1980-01-01",
    }
    [group] = groups(form, values, About())
    [table] = group.tables
    assert [head.path for head in table.heads] == [
        "people/members/full_name", "people/members/birth",
    ]  # fmt: skip
    assert [[cell.value for cell in row] for row in table.rows] == [
        ["Wang", None], ["Zhao", "1980-01-01"],
    ]  # fmt: skip


def test_a_masked_value_takes_the_open_ones_place(form: FormDefinition) -> None:
    about = About(masked={"people/phone": "138****5678"})
    answer = shown(form, {}, about)["people/phone"]
    assert (answer.value, answer.sealed) == ("138****5678", True)


def test_the_servers_figure_stands_only_where_it_differs(form: FormDefinition) -> None:
    values = {"income/total": 100, "income/net": 90}
    answers = shown(form, values, About(server={"income/total": 100.001, "income/net": 80}))
    assert answers["income/total"].server is None
    assert answers["income/net"].server == 80


def test_a_fault_brings_an_empty_answer_to_sight(form: FormDefinition) -> None:
    fault = {"zh": "还没有填写", "en": "empty"}
    laid = groups(form, {}, About(faults={"people/met_who": [fault]}, irrelevant=frozenset()))
    [answer] = next(g for g in laid if g.path == "people").answers
    assert answer.faults == (fault,) and answer.value is None


def test_blank_are_the_questions_that_apply_and_have_no_answer(form: FormDefinition) -> None:
    irrelevant = frozenset({"door/away_note", "door/refused_note"})
    about = About(irrelevant=irrelevant)
    [door] = (g for g in groups(form, {"door/outcome": "met"}, about) if g.path == "door")
    told = [named.path for named in door.blank]
    assert told == ["door/arrived_at", "door/place", "door/purpose", "door/also"]


def test_a_box_left_unticked_is_no_missing_answer(form: FormDefinition) -> None:
    laid = groups(form, {"door/outcome": "met"}, About(irrelevant=frozenset()))
    blank = {named.path for group in laid for named in group.blank}
    assert "door/no_fix" not in blank and "door/place" in blank


def test_the_head_of_the_household_stands_first(form: FormDefinition) -> None:
    values = {
        "people/members[aaaaaaaa]/relation": "03",
        "people/members[bbbbbbbb]/full_name": "nobody's relation",
        "people/members[cccccccc]/relation": "01",
        "people/members[dddddddd]/relation": "02",
    }
    [group] = groups(form, values, About())
    [table] = group.tables
    rows = [row[0].path.partition("[")[2][:8] for row in table.rows]
    assert rows == ["cccccccc", "dddddddd", "aaaaaaaa", "bbbbbbbb"]


def test_numbers_that_tie_a_visit_to_the_register_are_no_answers(form: FormDefinition) -> None:
    values = {
        "household": "f851c80e-b76a-5842-a589-c7dc432922db",
        "people/members[aaaaaaaa]/full_name": "Wang",
        "people/members[aaaaaaaa]/person": "3c37c209-b6fd-5f38-86f8-22b7ae71aecd",
    }
    assert set(shown(form, values)) == {"people/members[aaaaaaaa]/full_name"}
    tie = Names(form).of("people/members[aaaaaaaa]/person", values)
    assert tie.label == {"zh": "Wang · 登记编号", "en": "Wang · Number in the register"}


def test_a_photo_has_its_own_place_but_its_absence_is_told(form: FormDefinition) -> None:
    photo = {"sha256": "ab" * 32, "size": 3}
    assert "evidence/photo_front" not in shown(form, {"evidence/photo_front": photo})
    about = About(faults={"evidence/photo_front": [{"zh": "缺", "en": "missing"}]})
    assert any(a.path == "evidence/photo_front" for g in groups(form, {}, about) for a in g.answers)


def test_a_row_is_called_by_its_first_open_text(form: FormDefinition) -> None:
    values = {"people/members[aaaaaaaa]/full_name": "Wang"}
    names = Names(form)
    assert names.of("people/members[aaaaaaaa]/birth", values).label["en"] == "Wang · Date of birth"
    assert names.row("people/members[bbbbbbbb]/birth", values) == "bbbbbbbb"
    assert names.of("income/wage", values).label["en"] == "Wages"


def test_the_registers_properties_are_called_by_the_first_form(pack: Pack) -> None:
    words = saved(c.definition for c in pack.forms)
    assert words["household", "hh_code"].label["zh"] == "户编号"
    assert words["member", "id_number"].label["en"] == "Id number"


_known = st.sampled_from([q.path for q in VISIT.questions if "/" in q.path])
_strange = st.from_regex(r"[a-z]{1,6}(/[a-z]{1,6}){0,2}", fullmatch=True)
_row = st.builds(
    lambda repeat, row, leaf: f"{repeat}[{row}]/{leaf}",
    st.sampled_from(["people/members", "cattle"]),
    st.from_regex(r"[a-z0-9]{8}", fullmatch=True),
    st.sampled_from(["full_name", "birth", "id_number", "person", "horns"]),
)
_values = st.dictionaries(
    st.one_of(_known, _strange, _row),
    st.one_of(st.integers(), st.text(min_size=1), st.lists(st.text(), min_size=1)),
    max_size=12,
)


@given(values=_values)
def test_no_value_of_any_document_is_swallowed(values: dict[str, Any]) -> None:
    assert shown(VISIT, values).keys() == values.keys()
    assert shown(None, values).keys() == values.keys()


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [(36000, 36000.0, True), (1, 1.004, True), (1, 1.01, False), ("1", 1, False), (None, 0, False)],
)
def test_answers_are_compared_as_people_would(one: object, other: object, equal: bool) -> None:
    assert same(one, other) is equal


def test_a_page_that_applies_and_holds_nothing_says_so(form: FormDefinition) -> None:
    hidden = {q.path for q in form.questions if not q.path.startswith("evidence/")}
    [page] = groups(form, {}, About(irrelevant=hidden))
    blank = {named.path for named in page.blank}
    assert page.path == "evidence" and not page.answers
    assert {"evidence/photo_front", "evidence/signature"} <= blank


NESTED = compiled(f"""
## survey
{HEAD}
| begin_group | land | 地 | Land |
| begin_repeat | plots | 地块 | Plots |
| text | crop | 种 | Crop |
| begin_repeat | years | 年份 | Years |
| integer | grain | 收 | Grain |
| end_repeat | | | |
| end_repeat | | | |
| end_group | | | |
""").definition


def test_a_repeat_in_a_repeat_is_a_table_for_each_row_around_named_by_it() -> None:
    values = {
        "land/plots[aaaaaaaa]/crop": "麦",
        "land/plots[aaaaaaaa]/years[bbbbbbbb]/grain": 7,
        "land/plots[aaaaaaaa]/years[cccccccc]/grain": 8,
        "land/plots[dddddddd]/years[bbbbbbbb]/grain": 9,
    }
    [group] = groups(NESTED, values, About())
    assert group.path == "land"
    told = [(t.path, t.label["zh"], [[c.value for c in r] for r in t.rows]) for t in group.tables]
    assert told == [
        ("land/plots", "地块", [["麦"], [None]]),
        ("land/plots[aaaaaaaa]/years", "麦 · 年份", [[7], [8]]),
        ("land/plots[dddddddd]/years", "dddddddd · 年份", [[9]]),
    ]


def test_a_path_in_rows_of_rows_is_called_by_each_of_them() -> None:
    path = "land/plots[aaaaaaaa]/years[bbbbbbbb]/grain"
    named = Names(NESTED).of(path, {"land/plots[aaaaaaaa]/crop": "麦", path: 7})
    assert named.label["zh"] == "麦 · bbbbbbbb · 收"


def test_an_inner_row_without_its_outer_one_is_not_swallowed() -> None:
    assert shown(NESTED, {"land/plots/years[bbbbbbbb]/grain": 7})
    assert shown(NESTED, {"land/plots[aaaaaaaa]/years/grain": 7})
