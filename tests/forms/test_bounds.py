"""Forms and documents beyond measure: told, never a server that hangs."""

from typing import Any

import pytest

from forms.compile import FormInvalid
from forms.definition import Choice, FormDefinition, Question, QuestionType, Section
from forms.evaluate import begin, evaluate, settle
from forms.instance import build
from forms.node import MOST_VISITED
from forms.plan import BadRule, listed, plan
from tests.forms.sheets import NOON, asked, faults, form

ROWS = 10_000


def definition(*questions: Question, **more: Any) -> FormDefinition:
    parts = {"sections": (), "entities": (), "choices": {}} | more
    return FormDefinition("f", "1", {}, (), "household", questions, **parts)


def visited(made: FormDefinition, document: dict[str, Any], lists: Any = None) -> int:
    """How many nodes an evaluation looked at."""
    form = plan(made)
    run = begin(form, build(form.places, document, {}), NOON, lists or {})
    settle(form, run)
    return run.visited


def test_ten_thousand_choices_are_looked_up_not_searched() -> None:
    names = [f"v{number}" for number in range(ROWS)]
    made = definition(
        Question("town", QuestionType.TEXT),
        Question(
            "village", QuestionType.SELECT_ONE, choices="village",
            choice_filter="instance('village')/root/item[town = /data/town]",
        ),
        Question("size", QuestionType.CALCULATE, calculate=(
            "instance('village')/root/item[name = current()/../village and town != '']/size"
        )),
        choices={"village": tuple(Choice(n, {}, {"town": n[-2:], "size": "7"}) for n in names)},
    )  # fmt: skip
    told = evaluate(made, {"set": {"town": "42", "village": "v9942"}}, now=NOON)
    assert told.faults == () and told.values == {"size": 7}
    assert faults(evaluate(made, {"set": {"town": "42", "village": "v9943"}}, now=NOON)) == [
        ("village", "choice")
    ]
    assert visited(made, {"set": {"village": "v9942"}}) < 100


def test_a_list_beside_the_form_is_looked_up_too() -> None:
    towns = listed([{"name": f"t{number}", "size": str(number)} for number in range(ROWS)])
    rules = {"calculate": "pulldata('towns', 'size', 'name', ../name)"}
    made = definition(
        Question("g/name", QuestionType.TEXT, repeat="g"),
        Question("g/size", QuestionType.CALCULATE, repeat="g", **rules),
        sections=(Section("g", {}, repeat=True),),
        lists={"towns": "towns.csv"},
    )
    rows = {"g": {f"row{n:05}": {"name": f"t{n}"} for n in range(1000)}}
    told = evaluate(made, {"rows": rows}, now=NOON, lists={"towns": towns})
    assert told.values["g[row00999]/size"] == 999
    assert visited(made, {"rows": rows}, {"towns": towns}) < 5_000


def rows(expression: str) -> FormDefinition:
    return definition(
        Question("g/n", QuestionType.INTEGER, repeat="g", required=True),
        Question("g/all", QuestionType.CALCULATE, repeat="g", calculate=expression),
        sections=(Section("g", {}, repeat=True),),
    )


@pytest.mark.parametrize(
    "expression",
    [
        "sum(/data/g/n)",
        "count(/data/g[n > current()/../n])",
        "count(//n)",
        "/data/g/n = /data/g/n",
        "count(../preceding-sibling::g)",
    ],
)
def test_every_row_that_asks_for_every_other_is_stopped_and_told(expression: str) -> None:
    document = {"rows": {"g": {f"row{n:05}": {} for n in range(ROWS)}}}
    told = evaluate(rows(expression), document, now=NOON)
    assert ("", "unread") in faults(told)
    assert "没有核对完" in told.faults[-1].zh and "did not finish" in told.faults[-1].en


def test_three_hundred_rows_that_ask_for_each_other_are_finished() -> None:
    document = {"rows": {"g": {f"row{n:05}": {"n": n} for n in range(300)}}}
    told = evaluate(rows("sum(/data/g/n)"), document, now=NOON)
    assert told.faults == () and told.values["g[row00299]/all"] == sum(range(300))
    assert visited(rows("sum(/data/g/n)"), document) < MOST_VISITED // 10


def test_a_thousand_calculations_in_a_chain_are_one_pass() -> None:
    chain = [
        Question(f"q{n}", QuestionType.CALCULATE, calculate=f"/data/q{n + 1} + 1")
        for n in range(1000)
    ]
    made = definition(*chain, Question("q1000", QuestionType.INTEGER))
    assert evaluate(made, {"set": {"q1000": 1}}, now=NOON).values["q0"] == 1001


def test_groups_without_end_are_refused() -> None:
    path = "/".join(["g"] * 500)
    with pytest.raises(BadRule, match="deeper than"):
        plan(definition(Question(path, QuestionType.TEXT)))
    told = evaluate(definition(Question(path, QuestionType.TEXT)), {}, now=NOON)
    assert faults(told) == [("", "unread")]


def test_a_sum_without_end_is_refused_with_its_question() -> None:
    terms = " + ".join(["1"] * 500)
    with pytest.raises(FormInvalid) as refused:
        form(f"## survey\n| type | name | calculation |\n| calculate | much | {terms} |")
    assert refused.value.fields == {"question": "much", "column": "calculation"}


@pytest.mark.parametrize("key", ["g[" * 500, "]" * 500, "g[a]" * 500, "", "[]", "g[][]"])
def test_strange_rows_and_paths_are_answers_to_nothing(key: str) -> None:
    document = {"set": {key: 1, key + "]/x": 2}, "rows": {key: {key: {"n": 1}}, "g": {key: {}}}}
    told = evaluate(rows("count(/data/g)"), document, now=NOON)
    assert all(fault.rule == "required" for fault in told.faults)


def test_a_number_of_rows_beyond_measure_is_only_told() -> None:
    made = form("""
    ## survey
    | type         | name | label | repeat_count |
    | integer      | n    | N     |              |
    | begin_repeat | g    | G     | ${n}         |
    | text         | a    | A     |              |
    | end_repeat   |      |       |              |
    """)
    [fault] = asked(made, n=10**15).faults
    assert (fault.path, fault.rule, fault.given) == ("g", "rows", 0)


def test_a_version_that_cannot_be_evaluated_is_a_fault_of_its_own() -> None:
    made = definition(Question("a", QuestionType.CALCULATE, calculate="strange()"))
    [fault] = evaluate(made, {"set": {"a": 1}}, now=NOON).faults
    assert (fault.path, fault.rule) == ("", "unread") and "strange()" in fault.en


def test_a_pattern_that_would_try_for_hours_is_stopped_and_told() -> None:
    made = definition(
        Question("q", QuestionType.TEXT),
        Question("c", QuestionType.CALCULATE, calculate="regex(/data/q, '(a|aa)+$')"),
    )
    told = evaluate(made, {"set": {"q": "a" * 60 + "b"}}, now=NOON)
    assert ("", "unread") in faults(told)
    assert "太费时" in told.faults[-1].zh and "takes too long" in told.faults[-1].en
