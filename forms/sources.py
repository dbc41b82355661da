"""A pack's readable sources, in TOML, as the sheets of XLSForms: questions, lists, figures.

What a source may say stands in `forms/packs/household/README.md`. Nothing here reads a clock: the
day and the place that lists and figures hold for are given.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from forms.rules import rules_of
from forms.survey import COLUMNS, EN, ZH, Pages, Row, SourceInvalid, Survey
from store.parameters import held

Sheets = dict[str, list[list[str]]]
_CHOICES = ["list_name", "name", f"label::{ZH}", f"label::{EN}", "figure"]
_ENTITIES = ["list_name", "entity_id", "label", "repeat"]


def read(folder: Path, day: str, place: str = "") -> list[Pages]:
    """Every form of a folder of sources, for a day and an area's code. Raises SourceInvalid."""
    lists = _toml(folder / "lists.toml")
    rules = rules_of(_toml(folder / "rules.toml"))
    figures = _figures(folder.parent / "parameters.json", day, place)
    chosen = {name: [c[:3] for c in each if _holds(c, day, place)] for name, each in lists.items()}
    forms = sorted(p for p in folder.glob("*.toml") if p.stem not in ("lists", "rules"))
    return [Pages(p.stem, _toml(p), chosen, rules, figures) for p in forms]


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as fault:
        raise SourceInvalid(f"{path.name}: {fault}") from fault


def _holds(choice: Sequence[Any], day: str, place: str) -> bool:
    """Whether a line of a list holds on a day and in a place."""
    told: Mapping[str, Any] = choice[3] if len(choice) > 3 else {}
    places = told.get("places")
    here = places is None or any(place.startswith(code) for code in places)
    return here and told.get("since", "") <= day < told.get("until", "9999")


def _figures(path: Path, day: str, place: str) -> dict[str, Any]:
    rows = orjson.loads(path.read_bytes())
    told = sorted((r for r in rows if r["since"] <= day), key=lambda r: str(r["since"]))
    return {row["name"]: held(row, place) for row in told}


def sheets(pages: Pages) -> Sheets:
    """{sheet: rows with their heads} of the form's workbook. Raises SourceInvalid."""
    maker = Survey(pages)
    rows = list(maker.rows())
    used = {
        row["q"].split()[1]: pages.lists.get(row["q"].split()[1], ())
        for row in rows
        if row["q"].startswith("select_")
    }
    lists = used | maker.made
    empty = [name for name, each in lists.items() if not each]
    if empty:
        raise SourceInvalid(f"{pages.form}: no list {', '.join(empty)}")
    survey = [[row.get(key, "") for key in COLUMNS] for row in rows]
    made: Sheets = {
        "survey": [list(COLUMNS.values()), *survey],
        "choices": [_CHOICES, *_choices(lists), *_carried(pages, rows)],
        "settings": [list(_settings(pages)), list(_settings(pages).values())],
    }
    if "entities" in pages.source:
        made["entities"] = [_ENTITIES, *_entities(pages.source["entities"])]
    return made


def _choices(lists: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[list[str]]:
    for name, each in lists.items():
        yield from ([name, *choice, ""] for choice in each)


def _carried(pages: Pages, rows: Sequence[Row]) -> Iterator[list[str]]:
    """The figures that this form's expressions ask for."""
    told = " ".join(value for row in rows for value in row.values())
    for name, value in pages.figures.items():
        if f"[name = '{name}']" in told:
            yield ["figures", name, name, name, str(value)]


def _settings(pages: Pages) -> Row:
    return {
        "form_title": pages.source["title"],
        "form_id": pages.form,
        "version": pages.source["version"],
        "default_language": ZH,
        "namespaces": 'ruhu="https://ruhu.example/xforms"',
    }


def _entities(told: Mapping[str, Mapping[str, str]]) -> Iterator[list[str]]:
    for name, entity in told.items():
        yield [name, entity["entity_id"], entity["label"], entity.get("repeat", "")]
