"""Paths: `income/wage` outside repeats, `members[ab12cd34]/name` inside, `members[ab12cd34]` a row.

A repeat in a repeat goes on in the same way: `plots[ab12cd34]/years[ef56gh78]/yield`. On the wire
repeats travel by their own flat path and row id (`{"plots[ab12cd34]/years": {"ef56gh78": …}}`);
inside, everything is one flat mapping.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

_ROW = re.compile(r"\[[a-z0-9]{8}\]")
_IN_ROW = re.compile(
    r"(?P<repeat>(?:[^\[\]]+\[[a-z0-9]{8}\]/)*[^\[\]]+)\[(?P<row>[a-z0-9]{8})\]"
    r"(?:/(?P<path>[^\[\]]+))?"
)
DEEPEST = 8
"""Repeats in repeats; lint refuses a form that goes deeper."""
LONGEST = 200
"""Characters of a question's flat path, with the ids of the rows around it: photos go by it."""


@lru_cache(maxsize=8192)
def definition_path(flat: str) -> str:
    """`members[ab12cd34]/name` → `members/name`: the question's own path."""
    return _ROW.sub("", flat) if "[" in flat else flat


def split(flat: str) -> tuple[str | None, str | None, str]:
    """(repeat, row, path in the row) of the innermost row; (None, None, path) outside repeats.

    The repeat is a flat path itself: `plots[ab12cd34]/years` in a repeat.
    """
    found = _IN_ROW.fullmatch(flat)
    if found is None:
        return None, None, flat
    return found["repeat"], found["row"], found["path"] or ""


def join(repeat: str, row: str, path: str) -> str:
    return f"{repeat}[{row}]/{path}" if path else f"{repeat}[{row}]"


def rows_around(flat: str) -> list[str]:
    """The rows that a path stands in or names, the outermost first: `a[…]`, `a[…]/b[…]`."""
    ends = [at + 1 for at, sign in enumerate(flat) if sign == "]"] if "]" in flat else []
    return [flat[:end] for end in ends]


def rows_of(paths: Iterable[str], repeat: str) -> Iterator[str]:
    """`plots[ab12cd34]/years[ef56gh78]`: each row of a repeat that these paths stand in, once.

    `repeat` is the form's own path of it, whatever rows are around.
    """
    rows = (row for path in paths for row in rows_around(path))
    return (row for row in dict.fromkeys(rows) if definition_path(row) == repeat)


def placed(path: str, around: Sequence[str], rows: Sequence[str]) -> str:
    """The flat path of a question in these rows of the repeats around it, the outermost first."""
    for repeat, row in zip(reversed(around), reversed(rows), strict=True):
        path = f"{repeat}[{row}]{path[len(repeat) :]}"
    return path


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
        place, found, path = key.rpartition("]/")
        values = known.get(place) if found else None
        if values is None:
            repeat, row, _ = split(key)
            if repeat is None or row is None:
                set_[key] = value
                continue
            values = known[place] = rows.setdefault(repeat, {}).setdefault(row, {})
        values[path] = value
    return set_, rows
