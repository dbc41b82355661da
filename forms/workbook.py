"""XLSForm workbooks from a pack's sources: `python -m forms.workbook household`.

A county that needs its own lists and figures builds for its place and day:
`python -m forms.workbook household --day 2026-10-01 --place 513222 --into …`.
"""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from forms.sources import Sheets, read, sheets

ROOT = Path(__file__).parent / "packs"
DAY = "2026-01-01"
"""The day whose lists and figures the shipped workbooks carry."""
_MADE = datetime(2026, 1, 1)
_WIDEST = 48


def build(name: str, into: Path | None = None, day: str = DAY, place: str = "") -> list[Path]:
    """Write every workbook of a pack; answers their paths. Raises SourceInvalid."""
    folder = ROOT / name
    made = []
    for pages in read(folder / "sources", day, place):
        path = (into or folder) / f"{pages.form}.xlsx"
        write(sheets(pages), path)
        made.append(path)
    return made


def write(told: Sheets, path: Path) -> None:
    """Every cell as text: no formula, no lost zeros."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})  # the same sources make the same bytes
        bold = book.add_format({"bold": True, "bg_color": "#DDE8E0"})
        for name, rows in told.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 2 if name == "survey" else 0)
            for place, width in enumerate(_widths(rows)):
                sheet.set_column(place, place, width)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if cell:
                        sheet.write_string(line, place, cell, bold if line == 0 else None)


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        min(_WIDEST, 2 + max(len(cell) for cell in column)) for column in zip(*rows, strict=True)
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m forms.workbook", description=__doc__)
    parser.add_argument("pack")
    parser.add_argument("--into", type=Path, help="folder for the workbooks; the pack's own")
    parser.add_argument("--day", default=DAY, help="ISO day whose lists and figures hold")
    parser.add_argument("--place", default="", help="code of a province or county")
    told = parser.parse_args(arguments)
    for path in build(told.pack, told.into, told.day, told.place):
        print(path)


if __name__ == "__main__":
    main()
