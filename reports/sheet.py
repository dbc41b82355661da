"""A list as a spreadsheet: what people typed stays text, whatever it begins with."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlsxwriter

Cell = str | int | float | None
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
LONGEST = 32_767
"""Characters that a cell may hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how wide its cells are, in characters."""

    heading: str
    width: int


def workbook(name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet; rows are written as they come, so that long lists need little memory."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, OPTIONS) as book:
        sheet = book.add_worksheet(name[:31])
        head = book.add_format({"bold": True, "bg_color": "#E6F0EC", "bottom": 1})
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column.heading, head)
        last = 0
        for last, row in enumerate(rows, start=1):
            _line(sheet, last, row)
        sheet.autofilter(0, 0, last, len(columns) - 1)
    return kept.getvalue()


def _line(sheet: xlsxwriter.worksheet.Worksheet, number: int, row: Sequence[Cell]) -> None:
    for place, cell in enumerate(row):
        if isinstance(cell, str) and cell:
            sheet.write_string(number, place, cell[:LONGEST])
        elif isinstance(cell, int | float):
            sheet.write_number(number, place, cell)
