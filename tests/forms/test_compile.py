"""From a spreadsheet to a definition, and the refusals on the way."""

import orjson
import pytest

from forms.compile import FormInvalid, compile_xlsform, read_xform
from forms.definition import FormDefinition, Policy, QuestionType, Sensitivity
from forms.pack import Pack
from tests.forms.sheets import HEAD, RULES, compiled, form

SMALL = f"""
## survey
{HEAD} required | bind::ruhu:policy | bind::ruhu:sensitivity | appearance |
| hidden | household | | |
| begin_group | home | 家 | Home |
| text | phone | 电话 | Phone | yes | latest | P1 | numbers |
| begin_repeat | people | 人 | People |
| integer | age | 年龄 | Age | | max |
| end_repeat | | | |
| end_group | | | |
"""


def test_a_form_keeps_its_order_groups_and_repeats() -> None:
    made = form(SMALL)
    assert [q.path for q in made.questions] == ["household", "home/phone", "home/people/age"]
    assert (made.form_id, made.version, made.title) == ("trial", "1", {"zh": "试", "en": "Trial"})
    assert [(s.path, s.repeat) for s in made.sections] == [("home", False), ("home/people", True)]
    assert made.question("home/people/age").repeat == "home/people"
    assert [s.path for s in made.repeats] == ["home/people"]


def test_our_columns_reach_their_question() -> None:
    made = form(SMALL)
    phone, age = made.question("home/phone"), made.question("home/people/age")
    assert (phone.policy, phone.sensitivity) == (Policy.LATEST, Sensitivity.P1)
    assert phone.required and phone.appearance == "numbers"
    assert (age.policy, age.sensitivity, age.required) == (Policy.MAX, None, False)
    assert phone.label == {"zh": "电话", "en": "Phone"}


def test_every_type_of_answer_is_told_apart() -> None:
    kinds = {
        "text": QuestionType.TEXT,
        "integer": QuestionType.INTEGER,
        "decimal": QuestionType.DECIMAL,
        "date": QuestionType.DATE,
        "dateTime": QuestionType.DATETIME,
        "time": QuestionType.TIME,
        "select_one yn": QuestionType.SELECT_ONE,
        "select_multiple yn": QuestionType.SELECT_MULTIPLE,
        "geopoint": QuestionType.GEOPOINT,
        "image": QuestionType.IMAGE,
        "file": QuestionType.FILE,
        "barcode": QuestionType.BARCODE,
        "acknowledge": QuestionType.ACKNOWLEDGE,
        "note": QuestionType.NOTE,
    }
    rows = "\n".join(f"| {kind} | q{n} | 问 | Q |" for n, kind in enumerate(kinds))
    choices = "## choices\n| list_name | name | label |\n| yn | y | Y |"
    made = form(f"## survey\n{HEAD}\n{rows}\n{choices}")
    assert [q.type for q in made.questions] == list(kinds.values())


def test_a_definition_comes_back_from_its_json(pack: Pack) -> None:
    for shipped in pack.forms:
        told = orjson.dumps(shipped.definition.to_json())
        again = FormDefinition.from_json(orjson.loads(told))
        assert again.questions == shipped.definition.questions
        assert again.sections == shipped.definition.sections
        assert again.choices == dict(shipped.definition.choices)
        assert orjson.dumps(again.to_json()) == told


def test_an_xform_says_the_same_as_its_spreadsheet() -> None:
    made = compiled(SMALL)
    assert read_xform(made.xform).to_json() == made.definition.to_json()


def test_bytes_that_are_no_spreadsheet_are_refused() -> None:
    for data in (b"", b"not a workbook", b"PK\x03\x04broken"):
        with pytest.raises(FormInvalid):
            compile_xlsform(data)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("| text | | 问 | Q |", "name"),
        ("| wonder | q | 问 | Q |", "wonder"),
        ("| select_one nowhere | q | 问 | Q |", "choices sheet"),
        ("| begin_group | g | 组 | G |\n| text | q | 问 | Q |", "g"),
    ],
)
def test_a_form_that_cannot_be_is_refused_with_the_reason(rows: str, words: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        form(f"## survey\n{HEAD}\n{rows}")
    assert words in refused.value.detail and refused.value.code == "form_invalid"


@pytest.mark.parametrize(
    ("column", "expression"),
    [
        ("constraint", "strange(.) > 1"),
        ("relevant", "${q} = property('deviceid')"),
        ("calculation", "lang('en')"),
    ],
)
def test_a_function_we_do_not_evaluate_is_refused_by_question_and_name(
    column: str, expression: str
) -> None:
    place = [name.strip() for name in f"{HEAD} {RULES}".strip("|").split("|")]
    kind = "calculate" if column == "calculation" else "text"
    row = dict.fromkeys(place, "") | {"type": kind, "name": "asked", column: expression}
    row |= {"label::中文 (zh)": "问", "label::English (en)": "Q"}
    text = "| " + " | ".join(row[name] for name in place) + " |"
    with pytest.raises(FormInvalid) as refused:
        form(f"## survey\n{HEAD} {RULES}\n| text | q | 问 | Q |\n{text}")
    name = expression.partition("(")[0].rpartition(" ")[2]
    assert "asked" in refused.value.detail and name in refused.value.detail
    assert refused.value.fields == {"question": "asked", "column": column}


@pytest.mark.parametrize("xform", ["", "<h:html/>", "<html><body/></html>", "no xml"])
def test_text_that_is_no_xform_is_refused(xform: str) -> None:
    with pytest.raises(FormInvalid):
        read_xform(xform)


def test_an_entity_of_the_network_is_not_fetched() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'
    with pytest.raises(FormInvalid):
        read_xform(bomb)
