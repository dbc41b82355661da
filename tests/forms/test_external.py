"""Lists that come beside a form, and the refusals of those that cannot be read."""

from typing import Any

import pytest

from forms.external import MOST_ROWS, ListInvalid, read_list
from forms.node import Item


def rows(made: Item) -> list[dict[str, str]]:
    [root] = made.named("root")
    return [{cell.name: cell.said() for cell in row.children()} for row in root.children()]


def test_a_csv_is_rows_by_its_headings() -> None:
    data = '\ufeffname,label,区划\r\nv1,"A, the ""first""",南江\r\n\r\nv2,B\r\n'.encode()
    assert rows(read_list("villages.csv", data)) == [
        {"name": "v1", "label": 'A, the "first"', "区划": "南江"},
        {"name": "v2", "label": "B"},
    ]


def test_xml_is_taken_as_it_stands() -> None:
    data = b"<root><!-- c --><item><name>v1</name><size>5</size></item></root>"
    assert rows(read_list("v.xml", data)) == [{"name": "v1", "size": "5"}]


def test_geojson_is_rows_with_positions_as_xforms_writes_them() -> None:
    data = b"""{"type": "FeatureCollection", "features": [
      {"type": "Feature", "id": 7, "properties": {"name": "well", "deep": 3.5, "dry": null},
       "geometry": {"type": "Point", "coordinates": [107.9, 31]}},
      {"type": "Feature", "properties": null,
       "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 4], [1, 2]]]}}]}"""
    assert rows(read_list("wells.geojson", data)) == [
        {"geometry": "31 107.9 0 0", "id": "7", "name": "well", "deep": "3.5", "dry": ""},
        {"geometry": "2 1 0 0; 4 3 0 0; 2 1 0 0"},
    ]


BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><root>&b;</root>'
DEEP = b"<a>" * 100 + b"</a>" * 100


def feature(geometry: str) -> bytes:
    return b'{"features": [{"geometry": ' + geometry.encode() + b"}]}"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("list.xlsx", b"", "list.xlsx: a list is a .csv, .xml or .geojson file"),
        ("a.csv", b"name,two words\n", "row 1, column 2: 'two words'"),
        ("a.csv", b"name,\n", "row 1, column 2: ''"),
        ("a.csv", b'name\n"open', "row 2"),
        ("a.csv", b"name\nv1\n\xff\xfe", "row 3: not in UTF-8"),
        ("a.csv", b"name\n" + b"v\n" * (MOST_ROWS + 1), f"more than {MOST_ROWS} rows"),
        ("a.xml", b"<root>", "a.xml: "),
        ("a.xml", BOMB, "no document type"),
        ("a.xml", DEEP, "deeper than"),
        ("a.geojson", b"{", "a.geojson: "),
        ("a.geojson", b"[]", "no FeatureCollection"),
        ("a.geojson", feature('{"type": "Point", "coordinates": ["x", 1]}'), "feature 1"),
        ("a.geojson", feature('{"type": "MultiPoint"}'), "feature 1: only Point"),
        ("a.geojson", feature('{"type": "Polygon", "coordinates": []}'), "feature 1"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_its_place(name: str, data: Any, words: str) -> None:
    with pytest.raises(ListInvalid) as refused:
        read_list(name, data)
    assert words in str(refused.value)
