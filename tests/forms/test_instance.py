"""A document as an XML instance and as flat paths, and back."""

from typing import Any

import pytest

from forms.definition import FormDefinition
from forms.flatpath import definition_path, flatten, join, split, unflatten
from forms.instance import as_text, build
from forms.node import Node
from forms.place import places
from tests.forms.sheets import HEAD, form

FORM = form(f"""
## survey
{HEAD}
| text | top | 顶 | Top |
| begin_group | home | 家 | Home |
| text | street | 街 | Street |
| begin_repeat | people | 人 | People |
| text | name | 名 | Name |
| begin_group | body | 身 | Body |
| integer | age | 岁 | Age |
| end_group | | | |
| end_repeat | | | |
| end_group | | | |
""")
DOC: dict[str, Any] = {
    "set": {"top": "一", "home/street": "上街"},
    "rows": {
        "home/people": {"aaaaaaaa": {"name": "甲", "body/age": 5}, "bbbbbbbb": {"name": "乙"}}
    },
}


def nodes(form: FormDefinition, document: dict[str, Any], sealed: Any = None) -> list[Node]:
    return [node for found in build(places(form), document, sealed or {}) for node in found]


def given(form: FormDefinition, document: dict[str, Any], sealed: Any = None) -> dict[str, Any]:
    made = nodes(form, document, sealed)
    return {node.flat(): node.given for node in made if node.place.question}


def test_every_answer_knows_its_flat_path_and_what_was_given() -> None:
    assert given(FORM, DOC) == {
        "top": "一",
        "home/street": "上街",
        "home/people[aaaaaaaa]/name": "甲",
        "home/people[bbbbbbbb]/name": "乙",
        "home/people[aaaaaaaa]/body/age": 5,
        "home/people[bbbbbbbb]/body/age": None,
    }


def test_groups_and_rows_are_nodes_of_their_own_in_the_order_of_the_form() -> None:
    paths = [node.flat() for node in nodes(FORM, DOC) if not node.place.question]
    assert sorted(paths) == [
        "", "home", "home/people[aaaaaaaa]", "home/people[aaaaaaaa]/body",
        "home/people[bbbbbbbb]", "home/people[bbbbbbbb]/body",
    ]  # fmt: skip
    assert nodes(FORM, DOC)[0].said() == "一上街甲5乙"


def test_sealed_answers_join_the_open_ones_and_strangers_stay_out() -> None:
    sealed = {"home/people[cccccccc]/name": "丙"}
    told = given(FORM, DOC | {"set": {"nowhere": 1}}, sealed)
    assert told["home/people[cccccccc]/name"] == "丙" and "nowhere" not in told


NESTED = form(f"""
## survey
{HEAD}
| begin_repeat | plots | 地 | Plots |
| text | crop | 种 | Crop |
| begin_repeat | years | 年 | Years |
| integer | yield | 收 | Yield |
| end_repeat | | | |
| end_repeat | | | |
""")


@pytest.mark.parametrize(
    "document",
    [
        {"rows": {"plots": {"aaaaaaaa": {"crop": "麦"}},
                  "plots[aaaaaaaa]/years": {"bbbbbbbb": {"yield": 7}}}},
        {"set": {"plots[aaaaaaaa]/years[bbbbbbbb]/yield": 7},
         "rows": {"plots": {"aaaaaaaa": {"crop": "麦"}}}},
        {"set": {"plots[aaaaaaaa]/years[bbbbbbbb]/yield": 7, "plots[aaaaaaaa]/crop": "麦"}},
    ],
)  # fmt: skip
def test_rows_in_rows_are_found_however_they_travel(document: dict[str, Any]) -> None:
    assert given(NESTED, document) == {
        "plots[aaaaaaaa]/crop": "麦",
        "plots[aaaaaaaa]/years[bbbbbbbb]/yield": 7,
    }


@pytest.mark.parametrize(
    "document", [{}, {"set": None}, {"set": [1], "rows": "x"}, {"rows": {"home/people": [1]}}]
)
def test_a_document_of_another_shape_is_an_empty_one(document: dict[str, Any]) -> None:
    assert list(given(FORM, document).values()) == [None, None]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (3, "3"),
        (3.0, "3"),
        (3.25, "3.25"),
        (["a", "b"], "a b"),
        ({"lat": 31.5, "lon": 107.0, "acc": 4}, "31.5 107 0 4"),
        ({"name": "p.jpg", "sha256": "ab"}, "p.jpg"),
        ("a\x00\x0bb\ud800\n", "ab\n"),
    ],
)
def test_answers_are_written_as_xforms_writes_them(value: Any, text: str) -> None:
    assert as_text(value) == text


FLAT = {
    "top": "一",
    "home/street": "上街",
    "home/people[aaaaaaaa]/name": "甲",
    "home/people[aaaaaaaa]/body/age": 5,
    "home/people[bbbbbbbb]/name": "乙",
}


def test_flat_paths_and_the_wires_shape_are_the_same_document() -> None:
    assert flatten(DOC["set"], DOC["rows"]) == FLAT
    assert unflatten(FLAT) == (DOC["set"], DOC["rows"])


@pytest.mark.parametrize(
    ("flat", "parts"),
    [
        ("top", (None, None, "top")),
        ("home/street", (None, None, "home/street")),
        ("home/people[aaaaaaaa]/name", ("home/people", "aaaaaaaa", "name")),
        ("home/people[aaaaaaaa]", ("home/people", "aaaaaaaa", "")),
        ("home/people[short]/name", (None, None, "home/people[short]/name")),
        ("people[AAAAAAAA]/name", (None, None, "people[AAAAAAAA]/name")),
    ],
)
def test_a_flat_path_falls_into_repeat_row_and_rest(
    flat: str, parts: tuple[str | None, str | None, str]
) -> None:
    assert split(flat) == parts
    if parts[0] and parts[1]:
        assert join(parts[0], parts[1], parts[2]) == flat


def test_a_path_leads_to_its_question() -> None:
    assert definition_path("home/people[aaaaaaaa]/name") == "home/people/name"
    assert definition_path("home/street") == "home/street"
    assert definition_path("people[short]/name") == "people[short]/name"
