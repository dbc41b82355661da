"""A document as an XML instance and as flat paths, and back."""

from typing import Any

import pytest
from lxml import etree

from forms.flatpath import definition_path, flatten, join, split, unflatten
from forms.instance import as_text, build
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


def test_a_document_becomes_the_instance_its_form_describes() -> None:
    made = build(FORM, DOC, {})
    text = etree.tostring(made.root, encoding="unicode")
    assert text == (
        "<data><top>一</top><home><street>上街</street>"
        "<people><name>甲</name><body><age>5</age></body></people>"
        "<people><name>乙</name><body><age></age></body></people></home></data>"
    )


def test_every_answer_knows_its_flat_path_and_what_was_given() -> None:
    nodes = {node.flat: node.given for node in build(FORM, DOC, {}).nodes}
    assert nodes == {
        "top": "一",
        "home/street": "上街",
        "home/people[aaaaaaaa]/name": "甲",
        "home/people[bbbbbbbb]/name": "乙",
        "home/people[aaaaaaaa]/body/age": 5,
        "home/people[bbbbbbbb]/body/age": None,
    }


def test_groups_and_rows_have_elements_of_their_own() -> None:
    paths = [path for path, _ in build(FORM, DOC, {}).groups]
    assert sorted(paths) == ["home", *["home/people"] * 2, *["home/people/body"] * 2]


def test_sealed_answers_join_the_open_ones_and_strangers_stay_out() -> None:
    sealed = {"home/people[cccccccc]/name": "丙"}
    made = build(FORM, DOC | {"set": {"nowhere": 1}}, sealed)
    flat = {node.flat: node.given for node in made.nodes}
    assert flat["home/people[cccccccc]/name"] == "丙" and "nowhere" not in flat


@pytest.mark.parametrize(
    "document", [{}, {"set": None}, {"set": [1], "rows": "x"}, {"rows": {"home/people": [1]}}]
)
def test_a_document_of_another_shape_is_an_empty_one(document: dict[str, Any]) -> None:
    assert [node.given for node in build(FORM, document, {}).nodes] == [None, None]


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
