"""An empty workbook to fill in: a sheet for each table, and one that explains every column."""

from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from forms.definition import Choice
from forms.pack import load_pack
from server.register import guide
from server.register.book import COLUMNS
from server.register.check import MEMBER_CHOICES
from server.register.entry import FORM

GUIDE = "说明"
MUST, MAY = "必填 / must be filled", "可空 / may be empty"
_WIDTHS = (14, 16, 16, 8, 60, 60)


def write_template(path: Path) -> None:
    """Every cell is text, so that no code loses its zeros and no id number its last digits."""
    with xlsxwriter.Workbook(str(path)) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DDE8E0"})
        grey = book.add_format({"font_color": "#777777", "italic": True})
        text = book.add_format({"num_format": "@"})
        for name, columns in COLUMNS.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, len(columns) - 1, 16, text)
            for place, (field, zh, must) in enumerate(columns):
                sheet.write_string(0, place, zh, bold)
                sheet.write_string(1, place, field, grey)
                sheet.write_comment(
                    0, place, "必填 / must be filled" if must else "可空 / optional"
                )
            sheet.freeze_panes(2, 1)
        _explain(book, bold)


def _explain(book: xlsxwriter.Workbook, bold: object) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(GUIDE)
    heads = ("表 Sheet", "列 Column", "字段 Field", "必填 Must", "说明", "Meaning")
    for place, (head, width) in enumerate(zip(heads, _WIDTHS, strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, bold)
    for line, row in enumerate(_lines(), start=1):
        for place, cell in enumerate(row):
            sheet.write_string(line, place, cell, wrap)
    sheet.freeze_panes(1, 0)


def _lines() -> Iterator[tuple[str, str, str, str, str, str]]:
    listed = _choices()
    for name, columns in COLUMNS.items():
        yield (name, "", "", "", *guide.SHEETS[name])
        for field, zh, must in columns:
            told = guide.COLUMNS[name, field]
            choices = listed.get((name, field), ())
            words_zh = told[0] + "、".join(f"{c.name} {c.label['zh']}" for c in choices)
            words_en = told[1] + ", ".join(f"{c.name} {c.label['en']}" for c in choices)
            yield name, zh, field, "✓" if must else "", words_zh, words_en


def _choices() -> dict[tuple[str, str], tuple[Choice, ...]]:
    """{(sheet, field): the answers that the shipped form takes}."""
    forms = (compiled.definition for compiled in load_pack("household").forms)
    form = next(definition for definition in forms if definition.form_id == FORM)
    asked = {("households", f): f"facts/{f}" for f in ("housing_grade", "water_source")}
    asked |= {("members", field): f"members/{field}" for field in MEMBER_CHOICES}
    return {place: form.choices[form.question(path).choices or ""] for place, path in asked.items()}
