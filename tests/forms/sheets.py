"""XLSForms as small tables that a form's author can read."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import openpyxl

from forms.compile import Compiled, compile_xlsform
from forms.definition import FormDefinition
from forms.evaluate import Evaluation, evaluate
from forms.node import Item

NOON = datetime(2026, 10, 18, 4, 0, tzinfo=UTC)
HEAD = "| type | name | label::中文 (zh) | label::English (en) |"
RULES = (
    "required | relevant | constraint | constraint_message::中文 (zh) | "
    "constraint_message::English (en) | calculation | bind::ruhu:calculated |"
)


def tables(text: str) -> dict[str, list[list[str]]]:
    """`## sheet` and rows of `| a | b |`."""
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("##"):
            rows = found.setdefault(line.strip("# "), [])
        elif line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def xlsform(text: str, version: str = "1") -> bytes:
    """An XLSForm's bytes; the settings sheet is ours unless given."""
    return workbook(tables(text), version)


def workbook(given: dict[str, list[list[str]]], version: str = "1") -> bytes:
    sheets = {
        "settings": [
            ["form_title", "form_id", "version", "default_language", "namespaces"],
            ["试 / Trial", "trial", version, "中文 (zh)", 'ruhu="https://ruhu.example/xforms"'],
        ]
    } | given
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([cell or None for cell in row])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def compiled(text: str, version: str = "1") -> Compiled:
    return compile_xlsform(xlsform(text, version))


def form(text: str) -> FormDefinition:
    return compiled(text).definition


def asked(
    definition: FormDefinition,
    rows: Any = None,
    *,
    lists: Mapping[str, Item] | None = None,
    **values: Any,
) -> Evaluation:
    """The server's reading; keyword `a__b` is the answer at `a/b`."""
    told = {path.replace("__", "/"): value for path, value in values.items()}
    return evaluate(definition, {"set": told, "rows": rows or {}}, now=NOON, lists=lists)


def faults(evaluation: Evaluation) -> list[tuple[str, str]]:
    return [(fault.path, fault.rule) for fault in evaluation.faults]
