"""Lists that come beside a form (CSV, XML, GeoJSON), as `instance(…)` and `pulldata` find them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson
from lxml import etree

from forms.node import Item
from forms.plan import listed
from forms.safe_xml import XmlBroken, parsed

MOST_ROWS = 100_000
MOST_CELLS = 1_000_000
"""Some 200 MB once they are read."""
_NAME = re.compile(r"[^\W\d][\w.\-]*")
_GEOMETRIES = ("Point", "LineString", "Polygon")


class ListInvalid(ValueError):
    """This is no list; the message says where."""


def read_list(name: str, data: bytes) -> Item:
    """A file by its name's ending. Raises ListInvalid with row and column."""
    ending = name.lower().rpartition(".")[2]
    readers = {"csv": _csv, "xml": _xml, "geojson": _geojson, "json": _geojson}
    if ending not in readers:
        raise ListInvalid(f"{name}: a list is a .csv, .xml or .geojson file")
    try:
        return readers[ending](data)
    except ListInvalid as fault:
        raise ListInvalid(f"{name}: {fault}") from fault


def _csv(data: bytes) -> Item:
    return listed(table(data))


def table(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV by heading. Raises ListInvalid."""
    lines = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    try:
        head = [name.strip() for name in next(lines, [])]
        for column, name in enumerate(head, 1):
            if not _NAME.fullmatch(name):
                raise ListInvalid(f"row 1, column {column}: {name!r} cannot name a column")
        rows = ({n: c for n, c in zip(head, cells, strict=False)} for cells in lines if any(cells))
        return list(_bounded(rows))
    except csv.Error as fault:
        raise ListInvalid(f"row {lines.line_num}: {fault}") from fault


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = data.count(b"\n", 0, fault.start) + 1
        raise ListInvalid(f"row {row}: not in UTF-8") from fault


def _bounded(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    cells = 0
    for number, row in enumerate(rows, 1):
        cells += len(row)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise ListInvalid(f"more than {MOST_ROWS} rows or {MOST_CELLS} cells")
        yield row


def _xml(data: bytes) -> Item:
    """`<root><item>…`; without document types, from which entities could come."""
    try:
        root = parsed(data)
    except XmlBroken as fault:
        raise ListInvalid(str(fault)) from fault
    if sum(1 for _ in root.iter()) > MOST_CELLS:
        raise ListInvalid(f"more than {MOST_CELLS} cells")
    return Item("instance", kids=[_element(root, 0)])


def _element(element: etree._Element, depth: int) -> Item:
    if depth > _DEEPEST:
        raise ListInvalid(f"nests deeper than {_DEEPEST}")
    kids = [_element(child, depth + 1) for child in element if isinstance(child.tag, str)]
    return Item(etree.QName(element).localname, element.text or "", kids)


_DEEPEST = 20


def _geojson(data: bytes) -> Item:
    """Features as rows: their properties, `id`, and `geometry` as XForms writes positions."""
    try:
        read = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise ListInvalid(str(fault)) from fault
    features = read.get("features") if isinstance(read, Mapping) else None
    if not isinstance(features, list):
        raise ListInvalid("no FeatureCollection")
    return listed(list(_bounded(_feature(f, number) for number, f in enumerate(features, 1))))


def _feature(feature: Any, number: int) -> dict[str, str]:
    geometry = feature.get("geometry") if isinstance(feature, Mapping) else None
    if not isinstance(geometry, Mapping) or geometry.get("type") not in _GEOMETRIES:
        raise ListInvalid(f"feature {number}: only {', '.join(_GEOMETRIES)} can be used")
    told = geometry.get("coordinates")
    if geometry["type"] == "Point":
        told = [told]
    elif geometry["type"] == "Polygon":
        told = told[0] if isinstance(told, list) and len(told) == 1 else None
    row = {"geometry": "; ".join(_position(each, number) for each in _sequence(told, number))}
    if feature.get("id") is not None:
        row["id"] = str(feature["id"])
    properties = feature.get("properties")
    given = properties.items() if isinstance(properties, Mapping) else ()
    return row | {name: _said(value) for name, value in given if _NAME.fullmatch(name)}


def _sequence(told: Any, number: int) -> list[Any]:
    if not isinstance(told, list):
        raise ListInvalid(f"feature {number}: its geometry has no single line of positions")
    return told


def _position(told: Any, number: int) -> str:
    if isinstance(told, list) and len(told) == 2 and all(isinstance(n, int | float) for n in told):
        return f"{_said(told[1])} {_said(told[0])} 0 0"
    raise ListInvalid(f"feature {number}: a position is a longitude and a latitude")


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode()
