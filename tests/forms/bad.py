"""Files that no office should have, for every door: what each is refused with, and where."""

import io
import zipfile
from dataclasses import dataclass

import openpyxl
import xlsxwriter

from forms import gate
from forms.template import template
from tests.forms.sheets import HEAD, compiled, xlsform

SMALL = f"## survey\n{HEAD}\n| hidden | household |\n| text | q | 问 | Q |"
_CALCULATED = f"{HEAD} calculation | relevant |\n| hidden | household |"


@dataclass(frozen=True, slots=True)
class Bad:
    """A file, the code it is refused with, and the place that is told."""

    name: str
    data: bytes
    code: str
    place: str


def bad() -> dict[str, Bad]:
    """{what it is: the file}"""
    whole = template()
    xform = compiled(SMALL).xform
    outside = '<!DOCTYPE h [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    grows = '<!DOCTYPE h [<!ENTITY b "bbbb"><!ENTITY a "&b;&b;&b;&b;">]>'
    return {
        "broken workbook": Bad("f.xlsx", whole[: len(whole) // 2], "workbook_broken", "form"),
        "wrong sheet names": Bad(
            "f.xlsx", xlsform(SMALL.replace("survey", "Surveys")), "sheet_missing", "Surveys"
        ),
        "cyclic calculations": Bad("f.xlsx", _circle("calculation"), "circular",
                                   "survey!3!calculation"),
        "circular references": Bad("f.xlsx", _circle("relevant"), "circular", "survey!3!relevant"),
        "a formula in a cell": Bad("f.xlsx", _formula(), "formula", "survey!3!label::中文 (zh)"),
        "macros": Bad("f.xlsm", with_member("xl/vbaProject.bin", b"\xd0\xcf"), "workbook_macros",
                      "form"),
        "zip bomb": Bad("f.xlsx", with_member("xl/media/a.bin", b"\0" * (gate.INFLATED + 1)),
                        "workbook_bomb", "form"),
        "XXE": Bad("f.xml", _declaring(xform, outside), "xml_entities", "form"),
        "entity bomb": Bad("f.xml", _declaring(xform, grows), "xml_entities", "form"),
        "entities in a workbook": Bad(
            "f.xlsx", with_member("xl/styles.xml", grows.encode()), "xml_entities", "xl/styles.xml"
        ),
        "ill-formed XML": Bad("f.xml", b"<h:html\n xmlns:h='x'>\n<a></b></h:html>", "xml_broken",
                              "3"),
    }  # fmt: skip


def with_member(name: str, data: bytes) -> bytes:
    """The template with one member more, or another in its place."""
    with zipfile.ZipFile(io.BytesIO(template())) as book:
        members = {each: book.read(each) for each in book.namelist()}
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for each, content in (members | {name: data}).items():
            book.writestr(each, content)
    return kept.getvalue()


def _circle(column: str) -> bytes:
    said = ("${b} + 1 | |", "${a} + 1 | |")
    kind = "calculate"
    if column == "relevant":
        said, kind = ("| ${b} = '1' |", "| ${a} = '1' |"), "text"
    rows = f"| {kind} | a | 甲 | A | {said[0]}\n| {kind} | b | 乙 | B | {said[1]}"
    return xlsform(f"## survey\n{_CALCULATED}\n{rows}")


def _formula() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(xlsform(SMALL)))
    book["survey"]["C3"] = '="问"&"题"'
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _declaring(xform: str, declared: str) -> bytes:
    return xform.replace('<?xml version="1.0"?>', declared).replace("问", "&a;", 1).encode()


def ten_thousand_choices() -> bytes:
    """A form that is large and good."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        sheets = {
            "survey": [["type", "name", "label"], ["hidden", "household", ""],
                       ["select_one village", "v", "村"]],
            "choices": [["list_name", "name", "label"],
                        *(["village", f"v{n}", f"村{n}"] for n in range(10_000))],
            "settings": [["form_title", "form_id", "version"], ["村", "villages", "1"]],
        }  # fmt: skip
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return kept.getvalue()
