"""A source is read with everything to be said of it, each line at its place."""

import pytest

from forms.author import author
from forms.definition import FormDefinition
from forms.pack import ROOT, Pack
from forms.remark import FormRefused, Level, Remark
from forms.template import template
from tests.forms.sheets import HEAD, xlsform

ENTITIES = "## entities\n| list_name | entity_id | label |\n| household | ${household} | ${q} |"
MORE = (
    f"{HEAD} required | relevant | constraint | calculation | save_to | bind::ruhu:policy | "
    "bind::ruhu:photo_role | bind::ruhu:sensitivity |"
)


def sheet(*rows: str, more: str = "", head: str = MORE) -> bytes:
    return xlsform("\n".join(["## survey", head, "| hidden | household |", *rows, more]))


def said(data: bytes, others: list[FormDefinition] | None = None) -> tuple[Remark, ...]:
    """Every remark, whether the source was taken or refused."""
    try:
        return author(data, "f.xlsx", others or []).remarks
    except FormRefused as refused:
        return refused.remarks


def places(data: bytes) -> list[tuple[str, str, int, str]]:
    return [(r.code, r.sheet, r.row, r.column) for r in said(data)]


TABLE: list[tuple[str, bytes, tuple[str, str, int, str]]] = [
    (
        "a constraint that nothing holds",
        sheet("| integer | age | 年龄 | Age | | | . > 130 and . < 0 |"),
        ("never_holds", "survey", 3, "constraint"),
    ),
    (
        "calculations that need each other",
        sheet(
            "| calculate | a | | | | | | ${b} + 1 |",
            "| calculate | b | | | | | | ${a} + 1 |",
        ),
        ("circular", "survey", 3, "calculation"),
    ),
    (
        "questions that open each other",
        sheet(
            "| text | a | 甲 | A | | ${b} = '1' |",
            "| text | b | 乙 | B | | ${a} = '1' |",
        ),
        ("circular", "survey", 3, "relevant"),
    ),
    (
        "words in one language only",
        sheet("| text | a | 甲 | A |", "| text | b | 乙 |"),
        ("untranslated", "survey", 4, "label::中文 (zh)"),
    ),
    (
        "a register's question without a policy",
        sheet("| text | q | 问 | Q | | | | | household#q |", more=ENTITIES),
        ("policy_missing", "survey", 3, "bind::ruhu:policy"),
    ),
    (
        "a photo without a role",
        sheet("| image | p | 照片 | Photo |"),
        ("photo_role_missing", "survey", 3, "bind::ruhu:photo_role"),
    ),
    (
        "the register brought in by a calculation",
        sheet(
            "| text | q | 问 | Q | | | | | household#q | first |",
            "| calculate | c | | | | | | instance('household')/root/item[name=${household}]/q |",
            more=ENTITIES,
        ),
        ("prefill_by_calculate", "survey", 4, "calculation"),
    ),
    (
        "a phone number that is not sealed",
        sheet("| text | tel | 联系电话 | Phone |"),
        ("unsealed", "survey", 3, "bind::ruhu:sensitivity"),
    ),
    (
        "a prefix that is not declared",
        sheet("| text | q | 问 | Q |", head=f"{HEAD} bind::esri:fieldType |"),
        ("prefix_undeclared", "survey", 1, "bind::esri:fieldType"),
    ),
    (
        "a column that XLSForm does not know",
        sheet("| text | q | 问 | Q |", head=f"{HEAD} relevent |"),
        ("column_ignored", "survey", 1, "relevent"),
    ),
    (
        "a column of ours that we do not know",
        sheet("| text | q | 问 | Q |", head=f"{HEAD} bind::ruhu:polcy |"),
        ("column_ignored", "survey", 1, "bind::ruhu:polcy"),
    ),
    (
        "a value that a column of ours does not take",
        sheet("| text | q | 问 | Q | newest |", head=f"{HEAD} bind::ruhu:policy |"),
        ("value_unknown", "survey", 3, "bind::ruhu:policy"),
    ),
    (
        "a question that is not there",
        sheet("| text | q | 问 | Q | | ${nobody} = 1 |"),
        ("name_unknown", "survey", 3, "relevant"),
    ),
    (
        "a function that is not evaluated",
        sheet("| text | q | 问 | Q | | | property('deviceid') = 'x' |"),
        ("function_unknown", "survey", 3, "constraint"),
    ),
    (
        "a question's name without ${}",
        sheet("| text | a | 问 | Q |", "| text | q | 问 | Q | | a = 'yes' |"),
        ("name_bare", "survey", 4, "relevant"),
    ),
    (
        "a word without quotes",
        sheet("| text | a | 问 | Q |", "| text | q | 问 | Q | | ${a} = yes |"),
        ("name_bare", "survey", 4, "relevant"),
    ),
    (
        "required by a word that is none",
        sheet("| text | q | 问 | Q | maybe |"),
        ("name_bare", "survey", 3, "required"),
    ),
    (
        "a path from the top that leads nowhere",
        sheet("| text | a | 问 | Q |", "| text | q | 问 | Q | | /data/aa = 1 |"),
        ("path_nowhere", "survey", 4, "relevant"),
    ),
    (
        "a path beside the question that leads nowhere",
        sheet("| text | a | 问 | Q |", "| text | q | 问 | Q | | | ../a != '' and . > ../aa |"),
        ("path_nowhere", "survey", 4, "constraint"),
    ),
    (
        "an unknown type",
        sheet("| wonder | q | 问 | Q |"),
        ("type_unknown", "survey", 3, "type"),
    ),
    (
        "a list that is not there",
        sheet(
            "| select_one none | q | 问 | Q |",
            more="## choices\n| list_name | name | label |\n| a | b | c |",
        ),
        ("list_missing", "survey", 3, "type"),
    ),
    (
        "no choices at all",
        sheet("| select_one none | q | 问 | Q |"),
        ("choices_missing", "choices", 0, "type"),
    ),
    (
        "a name that stands twice",
        sheet("| text | q | 问 | Q |", "| text | q | 问 | Q |"),
        ("name_twice", "survey", 4, "name"),
    ),
    (
        "a name that stands in two groups, asked for by a rule",
        sheet(
            "| begin_group | g | 组 | G |",
            "| text | q | 问 | Q |",
            "| end_group | | | |",
            "| begin_group | h | 组 | H |",
            "| text | q | 问 | Q |",
            "| text | r | 问 | R | | ${q} = 1 |",
            "| end_group | | | |",
        ),
        ("name_ambiguous", "survey", 8, "relevant"),
    ),
    (
        "two entities in one container",
        sheet(
            "| text | q | 问 | Q | | | | | household#q | first |",
            "| text | r | 问 | R | | | | | problem#r | first |",
            more=f"{ENTITIES}\n| problem | | ${{r}} |",
        ),
        ("two_entities", "entities", 3, "list_name"),
    ),
    (
        "no household",
        xlsform(f"## survey\n{HEAD}\n| text | q | 问 | Q |"),
        ("unit_missing", "survey", 0, ""),
    ),
]


@pytest.mark.parametrize(("data", "place"), [case[1:] for case in TABLE], ids=[c[0] for c in TABLE])
def test_what_is_wrong_is_said_at_its_place(data: bytes, place: tuple[str, str, int, str]) -> None:
    assert place in places(data)


def test_every_remark_speaks_both_languages_and_has_a_place() -> None:
    for _, data, _ in TABLE:
        for remark in said(data):
            assert any("\u4e00" <= sign <= "\u9fff" for sign in remark.zh), remark
            assert remark.en and not any("\u4e00" <= s <= "\u9fff" for s in remark.en[:12]), remark
            assert remark.place != "form", remark
            assert Remark.from_json(remark.to_json()) == remark


def test_a_choice_without_a_translation_is_found_by_its_row() -> None:
    data = sheet(
        "| select_one yn | q | 问 | Q |",
        more="## choices\n| list_name | name | label::中文 (zh) | label::English (en) |\n"
        "| yn | y | 是 | Yes |\n| yn | n | 否 |",
    )
    assert ("untranslated", "choices", 3, "label") in places(data)


def test_what_another_form_asks_already_is_told_by_its_name(pack: Pack) -> None:
    others = [shipped.definition for shipped in pack.forms]
    data = sheet("| text | tel | 联系电话 | Phone | | | | | | | | P1 |")
    [remark] = [r for r in said(data, others) if r.code == "asked_elsewhere"]
    assert remark.level is Level.HINT and "户籍册登记 facts/phone" in remark.zh
    assert not [r for r in said(data) if r.code == "asked_elsewhere"]


def test_a_form_does_not_stand_in_its_own_way(pack: Pack) -> None:
    others = [shipped.definition for shipped in pack.forms]
    data = (ROOT / "household/household_register.xlsx").read_bytes()
    told = {r.question for r in said(data, others) if r.code == "asked_elsewhere"}
    alone = [o for o in others if o.form_id != "household_register"]
    assert told == {r.question for r in said(data, alone) if r.code == "asked_elsewhere"}


def test_the_shipped_forms_and_the_template_pass_without_a_remark() -> None:
    for path in sorted((ROOT / "household").glob("*.xlsx")):
        assert author(path.read_bytes(), path.name).remarks == ()
    assert author(template(), "t.xlsx").remarks == ()


def test_errors_come_first_and_make_a_form_unfit() -> None:
    made = author(
        sheet("| image | p | 照片 | Photo |", "| integer | n | 数 | N | | | . > 1 and . < 1 |")
    )
    assert not made.fit and made.remarks[0].level is Level.ERROR
    assert [r.level for r in made.remarks] == sorted(
        (r.level for r in made.remarks), key=[Level.ERROR, Level.WARNING, Level.HINT].index
    )
    assert author(sheet("| image | p | 照片 | Photo |")).fit


def test_a_refusal_points_to_its_cells() -> None:
    with pytest.raises(FormRefused) as refused:
        author(sheet("| text | q | 问 | Q | | ${nobody} = 1 |"))
    assert refused.value.code == "form_invalid"
    assert list(refused.value.fields) == ["survey!3!relevant"]
    assert "nobody" in refused.value.fields["survey!3!relevant"]


def test_a_former_name_that_never_was_is_told() -> None:
    head = f"{HEAD} bind::ruhu:was |"
    former = author(sheet("| text | old | 问 | Q |", head=head)).compiled.definition
    for was, told in (("old", []), ("older", [("survey", 3, "bind::ruhu:was")])):
        data = sheet(f"| text | new | 问 | Q | {was} |", head=head)
        found = [r for r in said(data, [former]) if r.code == "was_unknown"]
        assert [(r.sheet, r.row, r.column) for r in found] == told
        assert not [r for r in said(data) if r.code == "was_unknown"]


@pytest.mark.parametrize(
    ("label", "sealed"),
    [("联系电话", True), ("身份证号", True), ("银行账号", True), ("开户银行", False),
     ("一卡通户名", False), ("一卡通账号", True), ("残疾证号", True), ("年收入", False)],
)  # fmt: skip
def test_what_looks_like_a_number_of_somebody_is_to_be_sealed(label: str, sealed: bool) -> None:
    found = [r for r in said(sheet(f"| text | q | {label} | Q |")) if r.code == "unsealed"]
    assert bool(found) is sealed


def test_a_circle_is_named_in_both_languages() -> None:
    data = sheet("| calculate | a | | | | | | ${b} |", "| calculate | b | | | | | | ${a} |")
    [remark] = [r for r in said(data) if r.code == "circular"]
    assert "a → b → a" in remark.zh and "a → b → a" in remark.en
