"""The empty workbook: what is to be filled in, and what each column wants."""

from pathlib import Path

import openpyxl

from server.register import guide
from server.register.book import COLUMNS, read
from server.register.template import GUIDE, write_template
from tests.register.conftest import SMALL, Office


def test_every_sheet_has_chinese_headings_and_field_names(tmp_path: Path) -> None:
    write_template(tmp_path / "空表.xlsx")
    book = openpyxl.load_workbook(tmp_path / "空表.xlsx")
    assert book.sheetnames == [*COLUMNS, GUIDE]
    for name, columns in COLUMNS.items():
        rows = list(book[name].iter_rows(values_only=True))
        assert rows == [tuple(zh for _, zh, _ in columns), tuple(f for f, _, _ in columns)]


def test_an_empty_template_reads_as_an_empty_book_without_faults(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx") == ({name: [] for name in COLUMNS}, [])


def test_a_filled_template_loads(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    for name, (heads, *rows) in SMALL.items():
        fields = [cell.value for cell in book[name][2]]
        for row in rows:
            told = dict(zip(heads, row, strict=True))
            book[name].append([told.get(str(field), "") for field in fields])
    book.save(path)
    assert office.load(path).counts["members"] == 3


def test_every_column_is_explained_in_both_languages(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")[GUIDE]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    told = {(str(row[0]), str(row[2])): row for row in rows if row[2]}
    wanted = {(name, f): must for name, columns in COLUMNS.items() for f, _, must in columns}
    assert told.keys() == wanted.keys() == guide.COLUMNS.keys()
    for place, row in told.items():
        assert row[4] and row[5] and (row[3] == "✓") is wanted[place]
        assert not str(row[4]).endswith("：") and not str(row[5]).endswith(": ")
    assert "01 户主" in str(told["members", "relation"][4])
    assert "B Grade B" in str(told["households", "housing_grade"][5])
