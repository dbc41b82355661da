"""A spreadsheet opens as it was meant."""

import io

import openpyxl

from reports.sheet import LONGEST, Column, workbook


def opened(data: bytes) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def test_text_stays_text_and_numbers_numbers() -> None:
    cells = ("=1+1", "0012", "+8613", "http://example.org", "", None, 3, 2.5)
    columns = [Column(f"c{n}", 10) for n in range(len(cells))]
    sheet = opened(workbook("名册", columns, [cells]))
    kept = [(c.value, c.data_type) for c in sheet[2]]
    assert kept == [
        ("=1+1", "s"), ("0012", "s"), ("+8613", "s"), ("http://example.org", "s"),
        (None, "n"), (None, "n"), (3, "n"), (2.5, "n"),
    ]  # fmt: skip
    assert sheet.title == "名册"


def test_headings_stay_in_sight_and_filter() -> None:
    sheet = opened(workbook("x", [Column("一", 9), Column("二", 9)], [("a", 1), ("b", 2)]))
    assert [c.value for c in sheet[1]] == ["一", "二"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B3"


def test_an_empty_list_is_a_sheet_with_headings_alone() -> None:
    sheet = opened(workbook("x", [Column("一", 9)], []))
    assert [[c.value for c in row] for row in sheet.iter_rows()] == [["一"]]


def test_a_text_longer_than_a_cell_is_cut_not_lost() -> None:
    sheet = opened(workbook("x", [Column("一", 9)], [("字" * (LONGEST + 5),)]))
    assert sheet["A2"].value == "字" * LONGEST
