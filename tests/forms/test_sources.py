"""The workbooks are what the sources say; a source without sense is refused with its place."""

from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest

from forms.compile import compile_xlsform
from forms.pack import ROOT
from forms.sources import read, sheets
from forms.survey import SourceInvalid
from forms.workbook import DAY, build, write

FOLDER = ROOT / "household"
SOURCE = """
title = "试 / Trial"
version = "1"
[entities]
household = { entity_id = "${a}", label = "${free}" }
[words]
met = "${a} = 'x'"
[opens]
default = ["money"]
survey = ["money", "food"]
[[page]]
begin = "one"
zh = "一"
en = "One"
rows = [
  { q = "select_one kind", name = "a", zh = "甲", en = "A" },
  { topic = "money", zh = "没变", en = "Same" },
  { q = "decimal", name = "wage", zh = "工资", en = "Wage", save = "household", when = "{met}" },
  { q = "note", name = "purpose", zh = "用途", en = "Purpose" },
  { q = "note", name = "also", zh = "还有", en = "Also" },
  { q = "text", name = "free", zh = "其他", en = "Other", when = "{open.food}", closable = false },
  { missing = "money" },
]
"""
LISTS = """
yes = [["yes", "是", "Yes"]]
kind = [["x", "某", "X"], ["old", "旧", "Old", { until = "2026-01-01" }],
  ["new", "新", "New", { since = "2026-01-01" }], ["far", "远", "Far", { places = ["51"] }]]
"""
RULES = """
[R-90]
level = "W"
zh = "工资"
en = "Wage"
care_zh = "可以说明"
care_en = "A word is enough"
[[R-90.ask]]
form = "trial"
at = "one/wage"
when = "${wage} < number(instance('figures')/root/item[name = 'least']/figure)"
zh = "偏低"
en = "Low"
"""
FIGURES = [
    {"name": "least", "since": "2020-01-01", "value": 5, "places": {"51": 7}, "source": {}},
    {"name": "least", "since": "2026-01-01", "value": 6, "source": {}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "sources"
    made.mkdir()
    for name, text in (("trial", SOURCE), ("lists", LISTS), ("rules", RULES)):
        (made / f"{name}.toml").write_text(text, encoding="utf-8")
    (tmp_path / "parameters.json").write_bytes(orjson.dumps(FIGURES))
    return made


def cells(path: Path) -> dict[str, list[list[str]]]:
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [
            [str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        for sheet in book.worksheets
    }


def columns(told: dict[str, list[list[str]]], sheet: str = "survey") -> list[dict[str, str]]:
    head, *rows = told[sheet]
    return [dict(zip(head, row, strict=True)) for row in rows]


def made(folder: Path, day: str = DAY, place: str = "") -> dict[str, list[list[str]]]:
    [pages] = read(folder, day, place)
    return sheets(pages)


def test_the_shipped_workbooks_are_what_the_sources_say(tmp_path: Path) -> None:
    """After a change of a source: `python -m forms.workbook household`."""
    shipped = {path.name: cells(path) for path in FOLDER.glob("*.xlsx")}
    assert {path.name: cells(path) for path in build("household", tmp_path)} == shipped


def test_a_source_becomes_a_form_that_compiles(folder: Path, tmp_path: Path) -> None:
    write(made(folder), tmp_path / "trial.xlsx")
    definition = compile_xlsform(tmp_path / "trial.xlsx").definition
    wage = definition.question("one/wage")
    assert (wage.save_to, wage.closed_by) == ("wage", "one/money_unchanged")
    warning = definition.question("one/r_90_1")
    assert (warning.rule, warning.level, warning.about) == ("R-90", "W", "one/wage")
    assert definition.question("one/money_unknown").missing == "unknown"


def test_a_topic_closes_what_can_be_confirmed_and_nothing_else(folder: Path) -> None:
    by_name = {row["name"]: row for row in columns(made(folder))}
    assert by_name["wage"]["readonly"] == "${money_unchanged} = 'yes'"
    assert by_name["free"]["readonly"] == ""
    assert by_name["wage"]["save_to"] == "household#wage"


def test_placeholders_stand_for_expressions(folder: Path) -> None:
    by_name = {row["name"]: row for row in columns(made(folder))}
    assert by_name["wage"]["relevant"] == "${a} = 'x'"
    opened = by_name["free"]["relevant"]
    assert opened == "(selected(${purpose}, 'survey') or selected(${also}, 'food'))"


@pytest.mark.parametrize(
    ("day", "place", "kinds", "least"),
    [
        ("2025-06-01", "", ["x", "old"], "5"),
        ("2025-06-01", "513222", ["x", "old", "far"], "7"),
        ("2026-06-01", "", ["x", "new"], "6"),
    ],
)
def test_lists_and_figures_hold_for_a_day_and_a_place(
    folder: Path, day: str, place: str, kinds: list[str], least: str
) -> None:
    rows = columns(made(folder, day, place), "choices")
    assert [row["name"] for row in rows if row["list_name"] == "kind"] == kinds
    assert [row["figure"] for row in rows if row["name"] == "least"] == [least]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ('save = "household"', 'saves = "household"', "wage has ['saves']"),
        ('q = "select_one kind"', 'q = "select_one kinds"', "no list kinds"),
        ("begin =", "begin", "trial.toml"),
        ('{ topic = "money", zh = "没变", en = "Same" },', "", "money has no topic"),
    ],
)
def test_a_source_that_cannot_be_a_form_is_refused_with_its_place(
    folder: Path, was: str, now: str, told: str
) -> None:
    (folder / "trial.toml").write_text(SOURCE.replace(was, now), encoding="utf-8")
    with pytest.raises(SourceInvalid) as refused:
        made(folder)
    assert told in str(refused.value)


def test_no_choice_list_is_written_twice_or_left_unused() -> None:
    used: set[str] = set()
    for pages in read(FOLDER / "sources", DAY):
        used |= {row["list_name"] for row in columns(sheets(pages), "choices")}
    listed: dict[str, Any] = dict(read(FOLDER / "sources", DAY)[0].lists)
    assert listed.keys() - used == set()
