"""The example forms of the public documentation: one file a page, one heading an example."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forms.author import Authored, author
from forms.definition import FormDefinition
from forms.flatpath import definition_path, unflatten
from forms.reading import from_text
from tests.forms.sheets import workbook

HERE = Path(__file__).parent
SHEETS = ("survey", "choices", "settings", "entities", "external_choices")
_NOT_FORMS = ("README.md", "functions.md")
_CELL = re.compile(r"(?<!\\)\|")
_XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms"
 xmlns:odk="http://www.opendatakit.org/xforms" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
 xmlns:entities="http://www.opendatakit.org/xforms/entities">
<h:head><h:title>{name}</h:title><model>{model}</model></h:head><h:body>{body}</h:body></h:html>"""


@dataclass(slots=True)
class Example:
    """One example: its tables, or the model and body of an XForm; what is given and what then."""

    page: str
    name: str
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    xml: dict[str, str] = field(default_factory=dict)

    def authored(self) -> Authored:
        """As an upload is read. Raises FormRefused."""
        if self.xml:
            return author(_XFORM.format(name=self.name, **self.xml).encode(), "example.xml")
        sheets = {name: rows for name, rows in self.tables.items() if name in SHEETS}
        if "settings" in sheets:
            sheets["settings"] = _whole(sheets["settings"])
        return author(workbook(sheets), "example.xlsx")

    def told(self, table: str) -> list[list[str]]:
        """Rows of a table of ours: `given`, `then`, `refused`."""
        return self.tables.get(table, [[]])[1:]

    def given(self, definition: FormDefinition) -> Mapping[str, Any]:
        """The answers as a document."""
        types = {question.path: question.type for question in definition.questions}
        told = {p: from_text(types[definition_path(p)], text) for p, text in self.told("given")}
        set_, rows = unflatten(told)
        return {"set": set_, "rows": rows}

    def files(self) -> dict[str, bytes]:
        """Lists that the page shows beside its form."""
        named = {name: rows for name, rows in self.tables.items() if "." in name}
        return {n: "\n".join(map(_comma, rows)).encode() for n, rows in named.items()}


def examples() -> list[Example]:
    pages = sorted(path for path in HERE.glob("*.md") if path.name not in _NOT_FORMS)
    return [each for path in pages for each in _read(path)]


def rows(path: Path) -> list[list[str]]:
    """Every row of a page that is one table."""
    return [_cells(line) for line in path.read_text("utf-8").splitlines() if line[:1] == "|"]


def _read(path: Path) -> list[Example]:
    made: list[Example] = []
    part = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("# "):
            made.append(Example(path.stem, line[2:]))
        elif line.startswith("## "):
            part = line[3:].strip()
        elif line.startswith("|"):
            made[-1].tables.setdefault(part, []).append(_cells(line))
        elif line.strip() and made and not line.startswith("```"):
            made[-1].xml[part] = made[-1].xml.get(part, "") + line + "\n"
    return made


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(line.strip()[1:-1])]


def _whole(settings: list[list[str]]) -> list[list[str]]:
    """With the two settings without which nothing can be published."""
    told = dict(zip(*settings, strict=True))
    told = {"form_id": "example", "version": "1"} | {n: v for n, v in told.items() if v}
    return [list(told), list(told.values())]


def _comma(cells: list[str]) -> str:
    return ",".join(cells)
