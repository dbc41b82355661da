"""Reading a workbook (xlsx), or csv files named like its sheets, in UTF-8 or GB18030."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from store.errors import Invalid

COLUMNS: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "areas": (
        ("code", "区划代码", True),
        ("parent", "上级代码", False),
        ("level", "级别", True),
        ("name_zh", "名称", True),
        ("name_en", "英文名称", False),
    ),
    "staff": (
        ("login", "登录名", True),
        ("name", "姓名", True),
        ("role", "角色", True),
        ("area", "区划代码", True),
        ("phone", "电话", False),
    ),
    "households": (
        ("hh_code", "户编号", True),
        ("village", "村代码", True),
        ("group", "组代码", False),
        ("head_name", "户主姓名", True),
        ("address", "户籍地址", False),
        ("actual_home", "实际住址", False),
        ("phone", "电话", False),
        ("housing_grade", "住房等级", False),
        ("water_source", "饮水来源", False),
        ("lat", "纬度", False),
        ("lon", "经度", False),
        ("anchor_acc", "定位精度", False),
    ),
    "members": (
        ("hh_code", "户编号", True),
        ("name", "姓名", True),
        ("relation", "与户主关系", True),
        ("sex", "性别", False),
        ("birth", "出生日期", False),
        ("id_number", "身份证号", False),
        ("health", "健康状况", False),
        ("labour", "劳动能力", False),
        ("in_school", "是否在校", False),
    ),
    "pairings": (
        ("login", "登录名", True),
        ("hh_code", "户编号", True),
        ("from", "开始日期", False),
    ),
}
"""{sheet: ((field, Chinese heading, must be filled))}"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, at its place."""

    sheet: str
    row: int
    column: str
    words: str

    def __str__(self) -> str:
        place = f"{self.sheet} row {self.row}" if self.row else self.sheet
        return f"{place}, {self.column}: {self.words}" if self.column else f"{place}: {self.words}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row's cells by field, with the row's number in its sheet."""

    row: int
    cells: dict[str, str]

    def __getitem__(self, field: str) -> str:
        return self.cells.get(field, "")


_BROKEN = (InvalidFileException, BadZipFile, KeyError, OSError, ValueError, SyntaxError)
"""What openpyxl raises for files that are no workbook; broken XML is a SyntaxError."""
Book = dict[str, list[Line]]


class ImportInvalid(Invalid):
    """The workbook has faults; nothing of it was loaded."""

    code = "import_invalid"

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} fault(s); nothing was loaded")
        self.faults = tuple(faults)
        self.with_fields({f"{f.sheet}!{f.row}!{f.column}": f.words for f in faults[:200]})


def read(path: Path) -> tuple[Book, list[Fault]]:
    """Every known sheet's lines, and what is wrong with the headings. Raises ImportInvalid."""
    book: Book = {}
    faults: list[Fault] = []
    for name, rows in _sheets(path):
        if name in COLUMNS:
            book[name], wrong = _lines(name, rows)
            faults += wrong
    if not book:
        known = ", ".join(COLUMNS)
        raise ImportInvalid([Fault(path.name, 0, "", f"has none of the sheets {known}")])
    return book, faults


def _sheets(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    if path.is_dir():
        for file in sorted(path.glob("*.csv")):
            yield file.stem.lower(), _csv(file)
    elif path.suffix.lower() == ".csv":
        yield path.stem.lower(), _csv(path)
    else:
        yield from _xlsx(path)


def _xlsx(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    try:
        with path.open("rb") as file:
            workbook = openpyxl.load_workbook(file, read_only=True, data_only=True)
            sheets = [
                (sheet.title.strip().lower(), [[_text(cell) for cell in row] for row in rows])
                for sheet in workbook.worksheets
                for rows in [sheet.iter_rows(values_only=True)]
            ]
    except _BROKEN as fault:
        raise _unreadable(path, "is not an xlsx file") from fault
    yield from sheets


def _csv(path: Path) -> list[list[str]]:
    """UTF-8 first (with or without a mark); what is not UTF-8 is GB18030."""
    try:
        rows = csv.reader(io.StringIO(_decoded(path.read_bytes()), newline=""), strict=True)
        return [[cell.strip() for cell in row] for row in rows]
    except UnicodeDecodeError as fault:
        raise _unreadable(path, "is neither UTF-8 nor GB18030") from fault
    except (csv.Error, OSError) as fault:
        raise _unreadable(path, f"is not a csv file ({fault})") from fault


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _unreadable(path: Path, words: str) -> "ImportInvalid":
    return ImportInvalid([Fault(path.name, 0, "", words)])


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _lines(sheet: str, rows: Iterable[list[str]]) -> tuple[list[Line], list[Fault]]:
    table = list(rows)
    heads = table[0] if table else []
    known = {word: field for field, zh, _ in COLUMNS[sheet] for word in (field, zh)}
    fields = [known.get(head, "") for head in heads]
    missing = [
        Fault(sheet, 1, field, f"the column {zh} / {field} is missing")
        for field, zh, must in COLUMNS[sheet]
        if must and field not in fields
    ]
    start = 2 if len(table) > 1 and _is_second_heading(table[1], fields) else 1
    lines = [
        Line(number, {f: c for f, c in zip(fields, row, strict=False) if f})
        for number, row in enumerate(table[start:], start + 1)
        if any(row)
    ]
    return lines, missing


def _is_second_heading(row: list[str], fields: list[str]) -> bool:
    return [c for c in row if c] == [f for f in fields if f]
