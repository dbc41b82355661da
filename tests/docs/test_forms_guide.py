"""The guide to forms says what the code does, in both languages."""

import re
from pathlib import Path

import click
import openpyxl
import pytest

from forms.columns import COLUMNS
from forms.template import SETTINGS, template
from server.cli.forms import forms as commands
from tests.docs.markdown import ROOT, blocks

GUIDES = (ROOT / "docs" / "forms.md", ROOT / "docs" / "forms.zh.md")


@pytest.mark.parametrize("path", GUIDES, ids=lambda p: p.name)
def test_every_column_of_ours_is_explained_with_its_values(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for column in COLUMNS:
        line = next(
            row for row in text.splitlines() if row.startswith("|") and column.heading in row
        )
        for value in column.values:
            assert re.search(rf"\b{value}\b", line), (column.heading, value)


@pytest.mark.parametrize("path", GUIDES, ids=lambda p: p.name)
def test_every_command_in_it_is_one(path: Path, app_commands: set[str]) -> None:
    lines = [line for block in blocks(path) for line in block.text.splitlines()]
    told = {line.split("flask forms ")[1].split()[0] for line in lines if "flask forms" in line}
    assert told and told <= app_commands


@pytest.fixture
def app_commands() -> set[str]:
    assert isinstance(commands, click.Group)
    return set(commands.commands)


def test_the_template_beside_it_is_the_one_that_the_console_gives(tmp_path: Path) -> None:
    def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
        book = openpyxl.load_workbook(path)
        return {s.title: list(s.iter_rows(values_only=True)) for s in book.worksheets}

    fresh = tmp_path / "t.xlsx"
    fresh.write_bytes(template())
    assert cells(ROOT / "docs" / "form-template.xlsx") == cells(fresh)
    assert cells(fresh)["settings"] == list(SETTINGS)


def test_both_guides_have_the_same_parts() -> None:
    heads = [re.findall(r"^(#+) ", path.read_text(encoding="utf-8"), re.M) for path in GUIDES]
    assert heads[0] == heads[1]
