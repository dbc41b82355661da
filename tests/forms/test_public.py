"""Every example form of the public documentation: it compiles and is evaluated, or its refusal
names the question and the column."""

from collections.abc import Mapping
from typing import Any

import pytest

from forms.evaluate import Evaluation, evaluate
from forms.external import read_list
from forms.fresh import fresh
from forms.functions import FUNCTIONS
from forms.remark import FormRefused, Level, Remark
from forms.values import text_of
from forms.xpath import UnsupportedFunction
from tests.forms.agreement.answers import documents
from tests.forms.public.pages import HERE, Example, examples, rows
from tests.forms.sheets import NOON
from tests.forms.small import asked, code

ALL = examples()
REFUSED = [each for each in ALL if each.told("refused")]
TAKEN = [each for each in ALL if not each.told("refused")]
FAULTS = {"required", "type", "choice", "range", "constraint", "total", "rows"}
IN_A_FORM = {"jr:choice-name", "jr:itext"}
"""They need a form's own words: see xforms-spec.md."""
TABLE = [row for row in rows(HERE / "functions.md") if row[0] not in ("function", "---")]
EVALUATED = [row for row in TABLE if row[0] in FUNCTIONS]
UNKNOWN = [row for row in TABLE if row[0] not in FUNCTIONS]


def named(example: Example) -> str:
    return f"{example.page}: {example.name}"


def test_the_pages_are_there() -> None:
    assert len(TAKEN) > 240 and len({each.page for each in TAKEN}) >= 14


@pytest.mark.parametrize("example", TAKEN, ids=named)
def test_an_example_compiles_and_is_evaluated_to_its_end(example: Example) -> None:
    made = example.authored()
    assert made.fit, [str(remark) for remark in made.remarks if remark.level is Level.ERROR]
    form = made.compiled.definition
    lists = {
        id_: read_list(file, example.files()[file])
        for id_, file in form.lists.items()
        if file in example.files()
    }
    ids = iter(f"row{number:05}" for number in range(100))
    begun = fresh(form, NOON, lambda: next(ids), lists=lists)
    for document in (begun, *documents(form, example.name, 4, NOON, lists)):
        told = evaluate(form, document, now=NOON, lists=lists)
        assert [fault for fault in told.faults if fault.rule in ("unread", "total")] == []


@pytest.mark.parametrize("example", [e for e in TAKEN if e.told("then")], ids=named)
def test_an_example_says_what_its_page_says(example: Example) -> None:
    form = example.authored().compiled.definition
    lists = {i: read_list(f, example.files()[f]) for i, f in form.lists.items()}
    told = evaluate(form, example.given(form), now=NOON, lists=lists)
    assert _said(told, example.told("then")) == {path: what for path, what in example.told("then")}
    faults = {fault.path for fault in told.faults}
    assert faults <= {path for path, _ in example.told("then")}


def _said(told: Evaluation, wanted: list[list[str]]) -> Mapping[str, Any]:
    """{path: fault's rule, `hidden`, or the calculated value as words} of the wanted paths."""
    faults = {fault.path: fault.rule for fault in told.faults}
    hidden = dict.fromkeys(told.irrelevant, "hidden")
    values = {path: str(value) for path, value in told.values.items()}
    return {path: (values | hidden | faults).get(path, "") for path, _ in wanted}


@pytest.mark.parametrize("example", REFUSED, ids=named)
def test_a_refusal_names_the_question_and_the_column(example: Example) -> None:
    [[code_, question, column, words]] = example.told("refused")
    found = [r for r in _remarks(example) if r.level is Level.ERROR and r.code == code_]
    assert [(r.question, r.column) for r in found] == [(question, column)]
    assert words in found[0].en and found[0].zh != found[0].en and found[0].row > 0


def _remarks(example: Example) -> tuple[Remark, ...]:
    try:
        return example.authored().remarks
    except FormRefused as refused:
        return refused.remarks


@pytest.mark.parametrize(
    ("expression", "gives"), [row[1:] for row in EVALUATED], ids=[row[1] for row in EVALUATED]
)
def test_a_function_gives_what_the_lists_say(expression: str, gives: str) -> None:
    value = asked(expression)
    assert (value[0] if isinstance(value, list) else text_of(value)) == gives


def test_every_function_has_an_example() -> None:
    assert {row[0] for row in EVALUATED} | IN_A_FORM == set(FUNCTIONS)


@pytest.mark.parametrize("expression", [row[1] for row in UNKNOWN])
def test_a_function_of_other_servers_is_refused_by_name(expression: str) -> None:
    with pytest.raises(UnsupportedFunction) as refused:
        code(expression)
    assert f"{expression.partition('(')[0]}()" in str(refused.value)
