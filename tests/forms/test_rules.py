"""What a form's author may rely on, told in small forms."""

from typing import Any

import pytest

from forms.compile import FormInvalid
from forms.evaluate import evaluate
from forms.external import read_list
from tests.forms.sheets import NOON, asked, faults, form

HEALTH = form("""
## survey
| type | name | label | required | relevant | constraint | constraint_message |
| select_one yn | ill | 病了 | yes | | | |
| text | what | 什么病 | ${ill} = 'yes' | | | |
| begin_group | care | 就医 | | ${ill} = 'yes' | | |
| select_one yn | doctor | 看过 | yes | | | |
| begin_group | paid | 花费 | | ${doctor} = 'yes' | | |
| integer | cost | 花了 | yes | | . < 1000 | 先问清楚 |
| end_group | | | | | | |
| end_group | | | | | | |
## choices
| list_name | name | label |
| yn        | yes  | 是    |
| yn        | no   | 否    |
""")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({}, [("ill", "required")]),
        ({"ill": "no"}, []),
        ({"ill": "yes"}, [("what", "required"), ("care/doctor", "required")]),
        ({"ill": "yes", "what": "感冒", "care__doctor": "no"}, []),
        ({"ill": "yes", "what": "感冒", "care__doctor": "yes"}, [("care/paid/cost", "required")]),
        (
            {"ill": "yes", "what": "感冒", "care__doctor": "yes", "care__paid__cost": 5000},
            [("care/paid/cost", "constraint")],
        ),
        ({"ill": "no", "care__doctor": "yes", "care__paid__cost": 5000}, []),
    ],
)
def test_what_is_asked_and_required_depends_on_other_answers(
    answers: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    assert faults(asked(HEALTH, **answers)) == told


def test_what_does_not_apply_is_named_with_all_that_stands_in_it() -> None:
    assert asked(HEALTH, ill="no").irrelevant == {"care/doctor", "care/paid/cost"}


def test_a_fault_has_its_question_and_the_words_of_the_form_in_every_language() -> None:
    told = asked(HEALTH, ill="yes", what="x", care__doctor="yes", care__paid__cost=5000)
    [fault] = told.faults
    assert (fault.question, fault.given, fault.expected) == ("care/paid/cost", 5000, ". < 1000")
    assert fault.words == {"zh": "先问清楚", "en": "先问清楚"} and fault.zh == "先问清楚"


PLACES = form("""
## survey
| type | name | label | choice_filter | calculation |
| select_one county | county | 县 | | |
| select_one town | town | 乡 | county=${county} | |
| select_one_from_file village.csv | village | 村 | town=${town} | |
| calculate | head | | | pulldata('village', 'head', 'name', ${village}) |
| begin_repeat | people | 人 | | |
| text | name | 名 | | |
| end_repeat | | | | |
| select_one ${name} | oldest | 最老 | | |
## choices
| list_name | name | label | county |
| county    | a    | 甲县  |        |
| county    | b    | 乙县  |        |
| town      | a1   | 甲一  | a      |
| town      | b1   | 乙一  | b      |
""")
VILLAGES = {"village": read_list("village.csv", b"name,label,town,head\nv1,V,a1,Wang\nv2,V,b1,Li")}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"county": "a", "town": "a1", "village": "v1"}, []),
        ({"county": "b", "town": "a1", "village": "v1"}, [("town", "choice")]),
        ({"town": "a1"}, [("town", "choice")]),
        ({"county": "a", "town": "a1", "village": "v2"}, [("village", "choice")]),
        ({"county": "a", "town": "a1", "village": "v9"}, [("village", "choice")]),
    ],
)
def test_a_choice_must_be_among_those_on_offer(
    answers: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    assert faults(asked(PLACES, lists=VILLAGES, **answers)) == told


def test_a_list_beside_the_form_is_looked_into() -> None:
    found = asked(PLACES, lists=VILLAGES, county="a", town="a1", village="v1").values
    assert found == {"head": "Wang"}


def test_choices_are_not_judged_where_their_list_did_not_come_along() -> None:
    told = asked(PLACES, county="a", town="a1", village="v9")
    assert faults(told) == [] and told.values == {"head": None}
    assert asked(PLACES, county="a", town="a1", village="v9", head="Wang").values["head"] == "Wang"


def test_choices_may_be_rows_of_a_repeat() -> None:
    rows = {"people": {"aaaaaaaa": {"name": "王一"}, "bbbbbbbb": {}}}
    assert faults(asked(PLACES, rows, oldest="王一")) == []
    assert faults(asked(PLACES, rows, oldest="李二")) == [("oldest", "choice")]


def test_dated_figures_are_a_list_of_their_own() -> None:
    made = form("""
    ## survey
    | type         | name    | label | constraint                                           |
    | csv-external | figures |       |                                                      |
    | decimal      | income  | I     | . > instance('figures')/root/item[name='line']/figure |
    """)
    told = {"set": {"income": 4000}}
    figures = {"line": 4200, "words": "none", "part": 0.5}
    assert faults(evaluate(made, told, now=NOON, figures=figures)) == [("income", "constraint")]
    assert faults(evaluate(made, told, now=NOON, figures={"line": 3999.5})) == []


FIELDS = form("""
## survey
| type | name | label | repeat_count | required | constraint | calculation | bind::ruhu:calculated |
| integer | plots | 块数 | | | | | |
| begin_repeat | plot | 地 | ${plots} | | | | |
| decimal | area | 亩 | | yes | . > 0 | | |
| begin_repeat | year | 年 | | | | | |
| decimal | crop | 收成 | | | . <= ${area} * 1000 | | |
| end_repeat | | | | | | | |
| calculate | best | | | | | max(${crop}) | yes |
| end_repeat | | | | | | | |
| calculate | total | | | | | sum(${area}) | yes |
| calculate | largest | | | | | max(${best}) | |
""")
ROWS: dict[str, Any] = {
    "plot": {"aaaaaaaa": {"area": 2, "best": 900}, "bbbbbbbb": {"area": 0.5}},
    "plot[aaaaaaaa]/year": {"cccccccc": {"crop": 900}, "dddddddd": {"crop": 500}},
    "plot[bbbbbbbb]/year": {"eeeeeeee": {"crop": 501}},
}


def test_rows_in_rows_are_calculated_and_judged_each_by_itself() -> None:
    told = asked(FIELDS, ROWS, plots=2, total=2.5)
    assert told.values == {
        "plot[aaaaaaaa]/best": 900, "plot[bbbbbbbb]/best": 501, "total": 2.5, "largest": 900,
    }  # fmt: skip
    assert faults(told) == [("plot[bbbbbbbb]/year[eeeeeeee]/crop", "constraint")]
    assert told.faults[0].question == "plot/year/crop"


def test_another_number_of_rows_than_the_form_reckons_is_told() -> None:
    [fault] = [f for f in asked(FIELDS, ROWS, plots=3).faults if f.rule == "rows"]
    assert (fault.path, fault.given, fault.expected) == ("plot", 2, 3)
    assert fault.zh == "“地”有 2 行，按表应有 3 行"
    assert not [f for f in asked(FIELDS, ROWS, plots=2).faults if f.rule == "rows"]


def test_the_rows_of_a_hidden_repeat_are_not_counted() -> None:
    made = form("""
    ## survey
    | type         | name  | label | relevant     | repeat_count |
    | text         | open  | O     |              |              |
    | begin_repeat | plots | P     | ${open} = 'yes' | 2         |
    | text         | crop  | C     |              |              |
    | end_repeat   |       |       |              |              |
    """)
    rows = {"plots": {"aaaaaaaa": {"crop": "麦"}}}
    assert faults(asked(made)) == faults(asked(made, rows)) == []
    assert faults(asked(made, rows, open="yes")) == [("plots", "rows")]
    assert faults(asked(made, open="yes")) == [("plots", "rows")]


def test_a_devices_own_value_stands_where_a_calculation_is_never_the_same_twice() -> None:
    made = form("""
    ## survey
    | type | name | label | calculation | bind::ruhu:calculated |
    | calculate | key | | uuid() | yes |
    | calculate | dice | | once(int(random() * 6)) | |
    | calculate | named | | jr:choice-name('a', '/data/which') | yes |
    | select_one abc | which | W | | |
    | calculate | long | | concat(${key}, '!') | |
    ## choices
    | list_name | name | label |
    | abc       | a    | Alpha |
    """)
    told = asked(made, key="abc", dice="5", named="阿尔法")
    assert told.values == {"key": "abc", "dice": 5, "named": "阿尔法", "long": "abc!"}
    assert faults(told) == []
    assert asked(made).values["named"] == "Alpha"


def test_calculations_may_stand_in_any_order() -> None:
    made = form("""
    ## survey
    | type      | name | label | relevant      | calculation |
    | calculate | c    |       |               | ${b} + 1    |
    | text      | d    | D     | ${c} > 10     |             |
    | calculate | b    |       | ${a} != ''    | ${a} * 2    |
    | integer   | a    | A     |               |             |
    """)
    assert asked(made, a=5).values == {"c": 11, "b": 10} and not asked(made, a=5).irrelevant
    assert asked(made).values == {"c": None, "b": None}
    assert asked(made).irrelevant == {"d", "b"}


@pytest.mark.parametrize(
    ("rows", "circle"),
    [
        ("| calculate | a | | | ${b} + 1 |\n| calculate | b | | | ${a} + 1 |", "a → b → a"),
        ("| calculate | a | | | ${a} + 1 |", "a → a"),
        ("| text | a | A | ${b} = '' | |\n| text | b | B | ${a} = '' | |", "a → b → a"),
        ("| calculate | a | | | ${b} |\n| text | b | B | ${a} = 1 | |", "a → b → a"),
        ("| begin_group | g | G | ${a} = 1 | |\n| text | a | A | | |\n| end_group |", "g → g"),
    ],
)  # fmt: skip
def test_a_circle_of_calculations_is_refused_with_its_names(rows: str, circle: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        form(f"## survey\n| type | name | label | relevant | calculation |\n{rows}")
    assert circle in refused.value.detail
    column = "calculation" if "calculate | a" in rows else "relevant"
    assert refused.value.fields == {"question": circle.split(" ")[0], "column": column}


def test_once_is_no_circle() -> None:
    made = form("""
    ## survey
    | type      | name | label | calculation          |
    | integer   | n    | N     |                      |
    | calculate | kept |       | once(${n} * 2)       |
    """)
    assert asked(made, n=4).values == {"kept": 8}
    assert asked(made, n=4, kept=6).values == {"kept": 6}


def test_a_list_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(FormInvalid) as refused:
        form("""
        ## survey
        | type      | name | label | calculation                          |
        | calculate | a    |       | instance('towns')/root/item[1]/name  |
        """)
    assert "'towns'" in refused.value.detail
