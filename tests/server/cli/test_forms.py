"""`flask forms …` as an administrator types it."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from forms.template import template
from tests.forms.sheets import HEAD, xlsform

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Both kinds of database are asked in the rooms below."""
BAD = f"## survey\n{HEAD} relevant |\n| hidden | household |\n| text | q | 问 | Q | ${{no}} = 1 |"
NEVER = (
    f"## survey\n{HEAD} constraint |\n| hidden | household |\n"
    "| integer | n | 数 | N | . > 1 and . < 1 |"
)


def run(app: Flask, *words: str | Path) -> Result:
    told: Result = app.test_cli_runner().invoke(args=["forms", *map(str, words)])
    return told


def test_from_the_template_to_a_published_form(app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "t.xlsx"
    assert run(app, "template", book).exit_code == 0 and book.read_bytes().startswith(b"PK")
    checked = run(app, "check", book)
    assert checked.exit_code == 0 and "可以上传" in checked.output
    assert run(app, "upload", book).exit_code == 0
    assert run(app, "testers", "water_check", "alice").exit_code == 0
    assert run(app, "testers", "water_check", "nobody").exit_code == 1
    assert "water_check 2026.1 草稿" in run(app, "list").output
    assert "2026.1 已发布" in run(app, "publish", "water_check").output
    again = run(app, "publish", "water_check")
    assert again.exit_code == 1 and "没有找到 / there is no draft" in again.output


def test_faults_are_told_by_sheet_row_and_column(app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "b.xlsx"
    book.write_bytes(xlsform(BAD))
    for command in ("check", "upload"):
        told = run(app, command, book)
        assert told.exit_code == 1
        assert "error: survey!3!relevant: ${no} 指的题目不存在" in told.output
    book.write_bytes(xlsform(NEVER))
    assert run(app, "check", book).exit_code == 1
    told = run(app, "upload", book, "--publish")
    assert told.exit_code == 1 and "草稿有错误，不能发布 / " in told.output
    assert run(app, "drop", "trial").exit_code == 0


def test_comparing_retiring_and_lists(app: Flask, tmp_path: Path) -> None:
    book = tmp_path / "t.xlsx"
    book.write_bytes(template())
    assert run(app, "upload", book, "--publish").exit_code == 0
    book.write_bytes(
        xlsform(
            f"## survey\n{HEAD} bind::ruhu:was |\n| hidden | household |\n"
            "| text | notes | 备注 | Remarks | remark |\n"
            "## settings\n| form_title | form_id | version | namespaces |\n"
            '| 水 | water_check | 2 | ruhu="https://ruhu.example/xforms" |'
        )
    )
    assert run(app, "upload", book).exit_code == 0
    told = run(app, "compare", "water_check", "2026.1", "draft").output
    assert "renamed remark → notes" in told and "removed water/has_tap" in told
    assert run(app, "retire", "water_check").exit_code == 0
    assert "已停用" in run(app, "list").output
    assert run(app, "reopen", "water_check").exit_code == 0
    assert "已停用" not in run(app, "list").output
    lines = tmp_path / "villages.csv"
    lines.write_text("name,label\n1,A\n", encoding="utf-8")
    assert "villages.csv 1" in run(app, "file", lines).output
    lines.write_text("name\n1\n1\n", encoding="utf-8")
    bad = run(app, "file", lines)
    assert bad.exit_code == 1 and "3!name" in bad.output
