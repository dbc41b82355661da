"""Our columns pass unharmed from a workbook through the XForm into the definition."""

import pytest

from forms.author import author
from forms.columns import COLUMNS
from forms.compile import compile_xform, compile_xlsform
from forms.definition import FormDefinition, Policy, Sensitivity, Source
from forms.flatpath import DEEPEST
from forms.remark import FormRefused, Level
from forms.row_ids import ROW_ID
from forms.template import explained, template
from tests.forms.sheets import HEAD, xlsform

HEADS = " | ".join(column.heading for column in COLUMNS)
GIVEN = {
    "policy": "union",
    "sensitivity": "P2",
    "source": "document",
    "focus": "yes",
    "photo_role": "card",
    "calculated": "yes",
    "was": "former",
    "label_zh": "名",
    "label_en": "Name",
}
FULL = f"""
## survey
{HEAD} {HEADS} |
| hidden | household |
| image | q | 问 | Q | {" | ".join(GIVEN[column.name] for column in COLUMNS)} |
| text | plain | 问 | Q |
| begin_repeat | rows | 行 | Rows |
| begin_repeat | inner | 内 | Inner |
| text | r | 问 | R |
| end_repeat | | | |
| end_repeat | | | |
## entities
| list_name | entity_id | label | create_if | update_if |
| household | ${{household}} | ${{plain}} | ${{plain}} = 'new' | ${{plain}} != 'new' |
"""


def test_every_column_reaches_its_question() -> None:
    made = author(xlsform(FULL)).compiled.definition
    asked, plain = made.question("q"), made.question("plain")
    assert (asked.policy, asked.sensitivity, asked.source) == (
        Policy.UNION, Sensitivity.P2, Source.DOCUMENT,
    )  # fmt: skip
    assert (asked.focus, asked.photo_role, asked.calculated, asked.was) == (
        True, "card", True, "former",
    )  # fmt: skip
    assert (plain.policy, plain.source, plain.focus, plain.was) == (Policy.FIRST, None, False, None)


def test_a_workbook_and_its_xform_are_the_same_form() -> None:
    for data in (xlsform(FULL), template()):
        made = author(data).compiled
        for encoding in ("utf-8", "utf-16"):
            text = made.xform.replace('"1.0"', f'"1.0" encoding="{encoding}"', 1)
            again = author(text.encode(encoding), "f.xml").compiled
            assert again.definition.to_json() == made.definition.to_json()
            assert author(again.xform.encode(), "f.xml").compiled.xform == again.xform


def test_an_xforms_faults_are_told_by_their_line() -> None:
    text = author(xlsform(FULL)).compiled.xform.replace("<bind", "\n<bind")
    line = text[: text.index('nodeset="/data/q"')].count("\n") + 1
    with pytest.raises(FormRefused) as refused:
        author(text.replace('policy="union"', 'policy="newest"').encode(), "f.xml")
    [told] = refused.value.remarks
    assert (told.row, told.question) == (line, "q") and "newest" in told.en


def test_a_definition_keeps_them_in_its_json() -> None:
    made = author(xlsform(FULL)).compiled.definition
    again = FormDefinition.from_json(made.to_json())
    assert again.questions == made.questions and again.entities == made.entities


def test_conditions_of_entities_are_kept() -> None:
    [entity] = author(xlsform(FULL)).compiled.definition.entities
    assert entity.dataset == "household"
    assert (entity.create_if, entity.update_if) == ("/data/plain  = 'new'", "/data/plain  != 'new'")


def test_every_repeat_has_a_hidden_row_id_and_no_question_more() -> None:
    made = author(xlsform(FULL)).compiled
    assert compile_xlsform(xlsform(FULL)).xform == made.xform
    assert compile_xform(made.xform).xform == made.xform
    for repeat in ('<rows jr:template="">', "<rows>", '<inner jr:template="">', "<inner>"):
        assert f"{repeat}<{ROW_ID}/>" in made.xform
    for repeat in ("rows", "rows/inner"):
        assert f'nodeset="/data/{repeat}/{ROW_ID}"' in made.xform
    assert ROW_ID not in str(made.definition.to_json())


def test_a_question_cannot_take_the_row_ids_place() -> None:
    made = author(xlsform(FULL.replace("| text | r |", f"| text | {ROW_ID} |")))
    [told] = [r for r in made.remarks if r.code == "name_reserved"]
    assert not made.fit and (told.question, told.column) == (f"rows/inner/{ROW_ID}", "name")
    outside = author(
        xlsform(
            FULL.replace("| text | plain |", f"| text | {ROW_ID} |").replace(
                "{plain}", f"{{{ROW_ID}}}"
            )
        )
    )
    assert outside.fit and outside.compiled.definition.question(ROW_ID)


def nested(deep: int) -> str:
    """A form whose one question stands in so many repeats."""
    begin = "".join(f"| begin_repeat | r{n} | 行 | Rows |\n" for n in range(deep))
    return f"## survey\n{HEAD}\n{begin}| text | q | 问 | Q |\n" + "| end_repeat | | | |\n" * deep


def test_repeats_nest_as_deep_as_paths_reach_and_no_deeper() -> None:
    made = author(xlsform(nested(DEEPEST)))
    assert made.fit and not [r for r in made.remarks if r.code == "repeat_too_deep"]
    made = author(xlsform(nested(DEEPEST + 1)))
    [told] = [r for r in made.remarks if r.code == "repeat_too_deep"]
    path = "/".join(f"r{n}" for n in range(DEEPEST + 1))
    assert not made.fit and (told.question, told.column) == (path, "name") and told.row


@pytest.mark.parametrize(("name", "fits"), [("q" * 62, True), ("q" * 63, False)])
def test_names_are_short_enough_for_the_ids_of_the_rows_around(name: str, fits: bool) -> None:
    rows = [f"| begin_repeat | {letter * 58} | 行 | Rows |" for letter in "ab"]
    text = "\n".join([f"## survey\n{HEAD}", *rows, f"| text | {name} | 问 | Q |"])
    made = author(xlsform(text + "\n| end_repeat | | | |" * 2))
    told = [r for r in made.remarks if r.code == "path_too_long"]
    assert made.fit is fits and len(told) == (not fits)
    assert fits or "201" in told[0].en and told[0].column == "name"


def test_people_in_a_repeat_of_a_repeat_are_pointed_out() -> None:
    entities = FULL[: FULL.index("## entities")] + (
        "## entities\n| list_name | entity_id | label | repeat |\n"
        "| member | ${r} | ${r} | ${inner} |"
    )
    [told] = [r for r in author(xlsform(entities)).remarks if r.code == "entity_nested"]
    assert told.level is Level.HINT and told.question == "rows/inner"


def test_the_template_explains_every_column() -> None:
    told = {name for name, zh, en, _ in explained() if zh and en}
    assert {column.heading for column in COLUMNS} < told


def test_an_xform_with_two_entities_in_one_container_is_unfit() -> None:
    text = author(xlsform(FULL)).compiled.xform
    entity = text[text.index("<entity ") : text.index("</entity>") + len("</entity>")]
    twice = text.replace(entity, entity + "\n" + entity.replace('"household"', '"problem"'), 1)
    made = author(twice.encode(), "f.xml")
    [remark] = [r for r in made.remarks if r.code == "two_entities"]
    assert not made.fit and remark.row == 2 and "household、problem" in remark.zh


def test_an_xform_with_an_undeclared_prefix_is_told_by_its_line() -> None:
    text = author(xlsform(FULL)).compiled.xform.replace("<bind", "\n<bind", 1)
    broken = text.replace(' nodeset="/data/household"', ' esri:x="1" nodeset="/data/household"', 1)
    with pytest.raises(FormRefused) as refused:
        author(broken.encode(), "f.xml")
    [told] = refused.value.remarks
    assert (told.code, told.row) == ("xml_broken", 2) and "esri" in told.en
