"""Files that no office should have, each refused with a code, a place and a sentence."""

import gc
import io
import re
import weakref
import zipfile

import openpyxl
import pytest

from forms import gate
from forms.author import author
from forms.remark import FormRefused, Remark
from forms.template import template
from tests.forms.bad import SMALL, ten_thousand_choices, with_member
from tests.forms.sheets import HEAD, compiled, xlsform


def refused(data: bytes, name: str = "f.xlsx") -> Remark:
    with pytest.raises(FormRefused) as told:
        author(data, name)
    assert told.value.code == "form_invalid" and told.value.fields
    return told.value.remarks[0]


def zipped(members: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for name, data in members.items():
            book.writestr(name, data)
    return kept.getvalue()


def test_no_file_and_no_form() -> None:
    assert refused(b"").code == refused(b" \n").code == "empty"
    assert refused(b"name,label\na,b").code == "not_a_form"
    assert refused(b"%PDF-1.7").code == "not_a_form"


def test_a_broken_workbook() -> None:
    whole = template()
    for data in (whole[: len(whole) // 2], b"PK\x03\x04broken", zipped({"a.txt": b"a"})):
        assert refused(data).code == "workbook_broken"
    damaged = bytearray(whole)
    damaged[len(whole) // 3 : len(whole) // 3 + 40] = b"\0" * 40
    assert refused(bytes(damaged)).code == "workbook_broken"
    assert refused(with_member("xl/workbook.xml", b"<workbook")).code == "workbook_broken"


def test_an_old_workbook_or_one_with_a_password() -> None:
    assert refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500).code == "workbook_old"


def test_wrong_names_of_sheets() -> None:
    told = refused(xlsform(SMALL.replace("survey", "Surveys")))
    assert (told.code, told.sheet) == ("sheet_missing", "Surveys")
    assert "survey" in told.zh
    told = refused(xlsform("## 表一\n| a |"))
    assert (told.code, told.sheet) == ("sheet_missing", "survey")


def test_settings_that_are_missing() -> None:
    told = refused(xlsform(f"{SMALL}\n## settings\n| form_title | form_id |\n| 表 | x |"))
    assert (told.code, told.sheet, told.row, told.column) == (
        "setting_missing", "settings", 2, "version",
    )  # fmt: skip


def test_a_formula_in_a_cell() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsform(SMALL)))
    book["survey"]["C3"] = '="问"&"题"'
    kept = io.BytesIO()
    book.save(kept)
    told = refused(kept.getvalue())
    assert (told.code, told.sheet, told.row, told.column) == (
        "formula", "survey", 3, "label::中文 (zh)",
    )  # fmt: skip
    assert "C3" in told.zh and "C3" in told.en


def test_macros() -> None:
    assert (
        refused(with_member("xl/vbaProject.bin", b"\xd0\xcf"), "f.xlsm").code == "workbook_macros"
    )


def test_a_zip_bomb_whatever_its_header_says(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = with_member("xl/media/image1.bin", b"\0" * (gate.INFLATED + 1))
    assert len(bomb) < 1024 * 1024
    assert refused(bomb).code == "workbook_bomb"
    many = zipped({f"m{n}": b"" for n in range(gate.MEMBERS + 1)})
    assert refused(many).code == "workbook_bomb"


def test_entities_in_a_workbooks_xml() -> None:
    lol = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    for text in (lol, lol.decode().encode("utf-16-le")):
        told = refused(with_member("xl/styles.xml", text))
        assert (told.code, told.column) == ("xml_entities", "xl/styles.xml")


BOMBS = {
    "another machine's": '<!DOCTYPE h [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>',
    "a file's": '<!DOCTYPE h [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    "one that grows": '<!DOCTYPE h [<!ENTITY b "bbbb"><!ENTITY a "&b;&b;&b;&b;">]>',
    "a parameter's": '<!DOCTYPE h [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    "a grammar of another machine": '<!DOCTYPE h SYSTEM "http://127.0.0.1:9/x.dtd">',
}


@pytest.mark.parametrize("declared", BOMBS.values(), ids=BOMBS)
def test_entities_in_an_xform(declared: str) -> None:
    xform = compiled(SMALL).xform.replace('<?xml version="1.0"?>', declared).replace("问", "&a;", 1)
    assert refused(xform.encode(), "f.xml").code == "xml_entities"
    assert refused(f'<?xml version="1.0" encoding="utf-16"?>{xform}'.encode("utf-16"), "f.xml")


def test_an_ill_formed_xform_is_told_by_its_line() -> None:
    told = refused(b"<h:html\n xmlns:h='x'>\n<a></b></h:html>", "f.xml")
    assert (told.code, told.row) == ("xml_broken", 3)


def test_xml_that_is_no_xform() -> None:
    assert refused(b"<html><body/></html>", "f.xml").level.value == "error"


def test_a_list_of_ten_thousand_choices_works() -> None:
    made = author(ten_thousand_choices(), "f.xlsx")
    assert made.fit and len(made.compiled.definition.choices["village"]) == 10_000


def test_a_cell_that_says_it_is_far_away_does_not_fill_the_memory() -> None:
    with zipfile.ZipFile(io.BytesIO(template())) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    far = sheet.replace(
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
    )
    wide = re.sub('<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1048576"/>', far)
    assert refused(with_member("xl/worksheets/sheet1.xml", wide.encode())).code == "too_many_rows"
    empty = re.sub('<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1048576"/>', sheet)
    with_member("xl/worksheets/sheet1.xml", empty.encode())
    assert author(with_member("xl/worksheets/sheet1.xml", empty.encode())).fit


def test_an_expression_that_is_nested_without_end() -> None:
    deep = "(" * 3000 + "1" + ")" * 3000
    head = f"## survey\n{HEAD} relevant |\n| hidden | household |\n"
    assert refused(xlsform(f"{head}| text | q | 问 | Q | {deep} |")).code == "too_deep"
    nested = "".join(f"<a{n}>" for n in range(600)).encode()
    assert refused(nested, "f.xml").code == "xml_broken"


def test_an_upload_that_was_only_looked_at_leaves_the_memory() -> None:
    made = author(template(), "f.xlsx")
    looked_at = weakref.ref(made.compiled.definition)
    del made
    gc.collect()

    assert looked_at() is None
