"""What the documents list is what the code has: settings, checks, figures, columns, links."""

import json
import re
from pathlib import Path

import openpyxl
import pytest

from server.config import SETTINGS
from server.register.book import COLUMNS
from tests.docs.markdown import CODE, LINK, ROOT, files, prose, rows
from verify.catalogue import CATALOGUE

DOCS = ROOT / "docs"
ROOMS = frozenset(
    {
        "backup",
        "devices",
        "docs",
        "forms",
        "jobs",
        "media",
        "migrations",
        "reports",
        "server",
        "store",
    }
    | {"sync", "tests", "verify", "benchmarks"}
)
"""A word in backticks that begins with one of these and a slash is a path of ours."""
PATH = re.compile(r"[A-Za-z0-9_.*/{},-]+")


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for found in LINK.finditer(prose(path)):
        target = found["target"]
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        led = (path.parent / name).resolve() if name else path
        assert led.exists(), target
        if anchor:
            assert anchor in anchors(led), target


def anchors(path: Path) -> set[str]:
    """Heading anchors as GitHub makes them."""
    heads = re.findall(r"^#+ +(.+)$", prose(path), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_paths_in_backticks_exist(path: Path) -> None:
    for found in CODE.finditer(prose(path)):
        word = found["text"]
        if not PATH.fullmatch(word) or word.partition("/")[0] not in ROOMS or "/" not in word:
            continue
        assert list(ROOT.glob(word.rstrip("/"))), word


def test_every_setting_is_listed_with_its_default() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in rows(DOCS / "operations.md", HEAD)}
    assert told == {setting.name: setting.default for setting in SETTINGS}


HEAD = "## Settings"


def test_every_check_is_described() -> None:
    heads = " ".join(re.findall(r"^###? (.+)$", prose(DOCS / "verification.md"), re.M))
    assert [check.rule for check in CATALOGUE if check.rule not in heads] == []


def test_every_limit_is_listed_with_its_value() -> None:
    table = rows(DOCS / "verification.md", "## Limits are data with dates")
    figures = json.loads((ROOT / "forms/packs/household/parameters.json").read_bytes())
    told = {(row[0].strip("`"), row[1]): row[2] for row in table}
    assert told == {(f["name"], f["since"]): as_text(f["value"]) for f in figures}


def as_text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {figure}" for name, figure in value.items())
    return str(value)


@pytest.mark.parametrize("sheet", COLUMNS)
def test_every_column_of_the_workbook_is_explained(sheet: str) -> None:
    told = [row[:3] for row in rows(DOCS / "register-import.md", f"### {sheet}")]
    assert told == [[f"`{name}`", zh, "✓" if must else ""] for name, zh, must in COLUMNS[sheet]]


def test_the_workbooks_template_has_every_column_and_no_other() -> None:
    workbook = openpyxl.load_workbook(DOCS / "register-template.xlsx")
    told = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in workbook}
    assert told == {
        name: [tuple(zh for _, zh, _ in columns), tuple(field for field, _, _ in columns)]
        for name, columns in COLUMNS.items()
    }


def test_make_knows_every_target_that_is_named() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.M))
    named = {t for path in files() for t in re.findall(r"\bmake ([a-z-]+)", fenced(path))}
    assert len(named) > 4
    assert named <= known, named - known


def fenced(path: Path) -> str:
    """What stands as code: in backticks or in a block."""
    text = path.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"`[^`\n]+`|^make .+$", text, re.M))
