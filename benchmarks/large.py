"""A form larger than any visit: 300 questions in ten sections, each with a repeat of ten rows."""

import io
from collections.abc import Iterator, Sequence

import xlsxwriter

from forms.compile import Compiled, compile_xlsform

SECTIONS, EACH, ROWS = 10, 30, 10
VERSION = "9999.1"
"""Sorts after every version of the pack, so that the app opens this one."""
HEADS = ("type", "name", "label::中文 (zh)", "label::English (en)", "relevant", "constraint",
         "calculation", "appearance", "repeat_count")  # fmt: skip
GRADES = ("a", "b", "c", "d")
Row = dict[str, str]


def compiled() -> Compiled:
    """Through the project's own compiler, from a workbook like any office's."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True}) as book:
        _sheet(book, "survey", HEADS, [tuple(r.get(h, "") for h in HEADS) for r in survey()])
        choices = [("grade", name, f"第 {name} 种", f"Kind {name}") for name in GRADES]
        heads = ("list_name", "name", "label::中文 (zh)", "label::English (en)")
        _sheet(book, "choices", heads, choices)
        settings = ("form_title", "form_id", "version", "default_language")
        told = ("大表 / Large form", "household_visit", VERSION, "中文 (zh)")
        _sheet(book, "settings", settings, [told])
    return compile_xlsform(kept.getvalue())


def _sheet(
    book: xlsxwriter.Workbook, name: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    sheet = book.add_worksheet(name)
    for line, row in enumerate([heads, *rows]):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, cell)


def survey() -> Iterator[Row]:
    yield {"type": "hidden", "name": "household"}
    for section in range(SECTIONS):
        yield from _section(section)


def _section(section: int) -> Iterator[Row]:
    yield _row("begin_group", f"s{section}", f"第 {section + 1} 部分")
    for place in range(EACH - 1):
        yield _question(section, place)
    amounts = [_name(section, place) for place in range(EACH - 1) if place % 6 in (0, 1)]
    total = " + ".join(f"coalesce(${{{name}}}, 0)" for name in amounts)
    yield _row("calculate", _name(section, EACH - 1), "") | {"calculation": total}
    yield _row("begin_repeat", f"r{section}", "各行") | {"repeat_count": str(ROWS)}
    yield _row("text", f"r{section}_name", "名称")
    yield _row("integer", f"r{section}_amount", "数量") | {"constraint": ". >= 0"}
    yield _row("select_one grade", f"r{section}_grade", "种类")
    yield {"type": "end_repeat"}
    yield {"type": "end_group"}


def _question(section: int, place: int) -> Row:
    """Of every six: two amounts, two texts, a choice, and a text shown by that choice."""
    name = _name(section, place)
    label = f"第 {section + 1} 部分第 {place + 1} 题"
    kind = place % 6
    if kind in (0, 1):
        return _row("integer", name, label) | {"constraint": ". >= 0 and . <= 999999999"}
    if kind == 4:
        return _row("select_one grade", name, label)
    shown = {"relevant": f"${{{_name(section, place - 1)}}} != 'd'"} if kind == 5 else {}
    return _row("text", name, label) | shown


def _name(section: int, place: int) -> str:
    return f"q{section}_{place}"


def _row(kind: str, name: str, label: str) -> Row:
    return {"type": kind, "name": name, HEADS[2]: label, HEADS[3]: label}
