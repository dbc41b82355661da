"""An XLSForm's cells with their places, read beside pyxform: it forgets where things stood."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from forms.gate import refused
from forms.remark import FormRefused, Remark, error

SHEETS = ("survey", "choices", "settings", "entities", "external_choices", "osm")
MOST_ROWS, MOST_COLUMNS = 200_000, 500
_BROKEN = (
    InvalidFileException, BadZipFile, KeyError, OSError, ValueError, TypeError, SyntaxError,
    AttributeError, IndexError,
)  # fmt: skip
"""What openpyxl raises for zips that are no workbook; broken XML is a SyntaxError."""
ALIASES = {
    "calculate": "calculation",
    "relevance": "relevant",
    "constraining_message": "constraint_message",
    "list name": "list_name",
    "tag": "name",
    "value": "name",
    "command": "type",
    "caption": "label",
    "count": "repeat_count",
}
"""{another way of writing a heading: XLSForm's own}"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet shows it, its cells by heading."""

    number: int
    cells: dict[str, str]

    def get(self, heading: str) -> str:
        return self.cells.get(heading, "")


@dataclass(slots=True)
class Sheet:
    """`headings` as they are written, in order."""

    name: str
    headings: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Book:
    """A workbook's sheets by their small-letter names."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    """Sheets that XLSForm does not know."""
    formulas: list[Remark] = field(default_factory=list)
    paths: dict[str, Row] = field(default_factory=dict)
    """{a question's or group's path: its row of the survey}"""

    def sheet(self, name: str) -> Sheet:
        return self.sheets.get(name, Sheet(name))

    def setting(self, name: str) -> str:
        rows = self.sheet("settings").rows
        return rows[0].get(name) if rows else ""

    def of(self, path: str, *columns: str) -> dict[str, object]:
        """The place of a question: of the first of `columns` that is filled in its row."""
        row = self.paths.get(path)
        if row is None:
            return {"question": path}
        filled = [h for c in columns for h in row.cells if standing(h) == c and row.cells[h]]
        column = filled[0] if filled else (columns[0] if columns else "")
        return {"sheet": "survey", "row": row.number, "column": column, "question": path}

    def of_choice(self, list_name: str, name: str, column: str) -> dict[str, object]:
        """The place of one answer of a list."""
        heads = {standing(head): head for head in reversed(self.sheet("choices").headings) if head}
        for row in self.sheet("choices").rows:
            of_list = row.get(heads.get("list_name", "")) == list_name
            if of_list and row.get(heads.get("name", "")) == name:
                return {"sheet": "choices", "row": row.number, "column": column}
        return {"sheet": "choices", "column": column}


def standing(heading: str) -> str:
    """A heading in XLSForm's own words, without the language: `label::中文 (zh)` → `label`."""
    name = heading.partition("::")[0] if not heading.startswith("bind::") else heading
    plain = name.strip().lower()
    return ALIASES.get(plain, plain)


def read(data: bytes) -> Book:
    """Raises FormRefused for a file that is no workbook."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        book = Book()
        for sheet in workbook.worksheets:
            name = sheet.title.strip().lower()
            if name in SHEETS:
                book.sheets[name] = _sheet(name, sheet, book.formulas)
            else:
                book.others.append(sheet.title)
        workbook.close()
    except FormRefused:
        raise
    except _BROKEN as fault:
        raise refused(
            "workbook_broken",
            "工作簿打不开，可能没有保存好；请在 Excel 或 WPS 里重新另存为 .xlsx",
            "the workbook cannot be opened; save it again as .xlsx in a spreadsheet program",
        ) from fault
    book.paths = dict(_paths(book.sheet("survey")))
    return book


def _sheet(name: str, sheet: Any, formulas: list[Remark]) -> Sheet:
    """A sheet may say that it is a million columns wide: only headings tell how far to look."""
    first = next(sheet.iter_rows(max_row=1, max_col=MOST_COLUMNS), ())
    heads = [_text(cell.value) for cell in first]
    width = max((place for place, head in enumerate(heads, 1) if head), default=0)
    made = Sheet(name, heads[:width])
    for number, cells in enumerate(sheet.iter_rows(min_row=2, max_col=width or 1), 2):
        if number > MOST_ROWS:
            raise refused("too_many_rows", f"工作表“{name}”超过 {MOST_ROWS} 行",
                          f"the sheet {name} has more than {MOST_ROWS} rows",
                          sheet=name, row=number)  # fmt: skip
        told = [_text(cell.value) for cell in cells]
        for place, cell in enumerate(cells):
            if getattr(cell, "data_type", "") == "f" and _heading(made, place):
                formulas.append(_formula(name, number, _heading(made, place), place))
        if any(told):
            named = zip(made.headings, told, strict=False)
            made.rows.append(Row(number, {head: cell for head, cell in named if head and cell}))
    return made


def _heading(sheet: Sheet, place: int) -> str:
    return sheet.headings[place] if place < len(sheet.headings) else ""


def _formula(sheet: str, row: int, heading: str, place: int) -> Remark:
    cell = f"{get_column_letter(place + 1)}{row}"
    return error(
        "formula",
        f"单元格 {cell} 里是公式；请复制后“选择性粘贴—数值”",
        f"cell {cell} holds a formula; copy it and paste its value",
        sheet=sheet,
        row=row,
        column=heading,
    )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\xa0", " ").strip()


def _paths(survey: Sheet) -> Iterator[tuple[str, Row]]:
    """Every row by the path its question will have."""
    heads = {standing(head): head for head in reversed(survey.headings) if head}
    above: list[str] = []
    for row in survey.rows:
        kind = row.get(heads.get("type", "")).lower().replace(" ", "_")
        name = row.get(heads.get("name", ""))
        if kind.startswith("end_"):
            above = above[:-1]
            continue
        if name:
            yield "/".join((*above, name)), row
        if kind.startswith("begin_"):
            above = [*above, name]
