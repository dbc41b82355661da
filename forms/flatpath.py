"""Paths: `income/wage` outside repeats, `members[ab12cd34]/name` inside, `members[ab12cd34]` a row.

On the wire repeats travel nested by row id; inside, everything is one flat mapping.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

_ROW = re.compile(r"\[[a-z0-9]{8}\]")
_IN_ROW = re.compile(r"(?P<repeat>[^\[\]]+)\[(?P<row>[a-z0-9]{8})\](?:/(?P<path>.+))?")


@lru_cache(maxsize=8192)
def definition_path(flat: str) -> str:
    """`members[ab12cd34]/name` → `members/name`: the question's own path."""
    return _ROW.sub("", flat) if "[" in flat else flat


def split(flat: str) -> tuple[str | None, str | None, str]:
    """(repeat, row, path in the row); (None, None, path) outside repeats."""
    found = _IN_ROW.fullmatch(flat)
    if found is None:
        return None, None, flat
    return found["repeat"], found["row"], found["path"] or ""


def join(repeat: str, row: str, path: str) -> str:
    return f"{repeat}[{row}]/{path}" if path else f"{repeat}[{row}]"


def flatten(
    set_: Mapping[str, Any], rows: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> dict[str, Any]:
    """One flat mapping of a wire document; a row without values leaves no trace."""
    flat = dict(set_)
    for repeat, by_row in rows.items():
        for row, values in by_row.items():
            for path, value in values.items():
                flat[f"{repeat}[{row}]/{path}"] = value
    return flat


def unflatten(
    flat: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, dict[str, dict[str, Any]]]]:
    """(set, rows) as on the wire; the inverse of `flatten`."""
    set_: dict[str, Any] = {}
    rows: dict[str, dict[str, dict[str, Any]]] = {}
    known: dict[str, dict[str, Any]] = {}
    for key, value in flat.items():
        if "[" not in key:
            set_[key] = value
            continue
        place, found, path = key.partition("]/")
        values = known.get(place) if found else None
        if values is None:
            repeat, row, _ = split(key)
            if repeat is None or row is None:
                set_[key] = value
                continue
            values = known[place] = rows.setdefault(repeat, {}).setdefault(row, {})
        values[path] = value
    return set_, rows
