"""The township as the workbook an office would import: one sheet each, two heading rows."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import xlsxwriter

from devices.township import Township, township

Heads = Sequence[tuple[str, str]]
Cell = str | float | None
ANCHOR_ACCURACY = 8.0

AREAS: Heads = (
    ("区划代码", "code"), ("上级代码", "parent"), ("级别", "level"),
    ("名称", "name_zh"), ("英文名称", "name_en"),
)  # fmt: skip
STAFF: Heads = (
    ("登录名", "login"), ("姓名", "name"), ("角色", "role"), ("区划代码", "area"),
    ("电话", "phone"),
)  # fmt: skip
HOUSEHOLDS: Heads = (
    ("户编号", "hh_code"), ("村代码", "village"), ("组代码", "group"), ("户主姓名", "head_name"),
    ("户籍地址", "address"), ("实际住址", "actual_home"), ("电话", "phone"),
    ("住房等级", "housing_grade"), ("饮水来源", "water_source"), ("纬度", "lat"),
    ("经度", "lon"), ("定位精度", "anchor_acc"),
)  # fmt: skip
MEMBERS: Heads = (
    ("户编号", "hh_code"), ("姓名", "name"), ("与户主关系", "relation"), ("性别", "sex"),
    ("出生日期", "birth"), ("身份证号", "id_number"), ("健康状况", "health"),
    ("劳动能力", "labour"), ("是否在校", "in_school"),
)  # fmt: skip
PAIRINGS: Heads = (("登录名", "login"), ("户编号", "hh_code"), ("开始日期", "from"))


def write_workbook(place: Township, path: Path) -> None:
    """Row 1 names the columns in Chinese, row 2 by their field names; everything is text but
    coordinates, so that no code loses its zeros."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#DDE8E0"})
        grey = book.add_format({"font_color": "#777777", "italic": True})
        for name, heads, rows in _sheets(place):
            sheet = book.add_worksheet(name)
            for column, (chinese, field) in enumerate(heads):
                sheet.write_string(0, column, chinese, bold)
                sheet.write_string(1, column, field, grey)
            for line, row in enumerate(rows, start=2):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(line, column, cell)
                    elif cell is not None:
                        sheet.write_number(line, column, cell)
            sheet.freeze_panes(2, 1)
            sheet.set_column(0, len(heads) - 1, 16)


def _sheets(place: Township) -> Iterable[tuple[str, Heads, list[Sequence[Cell]]]]:
    yield (
        "areas",
        AREAS,
        [(a.code, a.parent, a.level, a.name_zh, a.name_en) for a in place.areas],
    )
    yield "staff", STAFF, [(s.login, s.name, s.role.value, s.area, s.phone) for s in place.staff]
    yield "households", HOUSEHOLDS, [
        (
            h.hh_code, h.village, h.group, h.head_name, h.address, h.actual_home, h.phone,
            h.housing_grade, h.water_source,
            *((h.lat, h.lon, ANCHOR_ACCURACY) if h.anchored else (None, None, None)),
        )
        for h in place.households
    ]  # fmt: skip
    yield "members", MEMBERS, [
        (
            h.hh_code, m.name, m.relation, m.sex, m.birth, m.id_number, m.health, m.labour,
            m.in_school,
        )
        for h in place.households
        for m in h.members
    ]  # fmt: skip
    yield "pairings", PAIRINGS, [(p.login, p.hh_code, p.since) for p in place.pairings]


if __name__ == "__main__":
    write_workbook(township(), Path(sys.argv[1]))
