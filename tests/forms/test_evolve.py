"""Old answers in the words of the newest version; nothing of them is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.evolve import evolve
from tests.forms.sheets import HEAD, compiled

TOP = f"## survey\n{HEAD} bind::ruhu:was |\n"
CHOICES = "## choices\n| list_name | name | label |\n| yn | yes | Y |\n| yn | no | N |\n"


def form(*rows: str, version: str = "1") -> Any:
    return compiled(TOP + "\n".join(rows) + "\n" + CHOICES, version).definition


FIRST = form(
    "| text | name | 名 | Name |",
    "| text | age | 岁 | Age |",
    "| select_one yn | poor | 贫 | Poor |",
    "| begin_repeat | people | 人 | People |",
    "| text | nick | 小名 | Nick |",
    "| end_repeat | | | |",
)
SECOND = form(
    "| begin_group | who | 谁 | Who |",
    "| text | full_name | 名 | Name | name |",
    "| integer | age | 岁 | Age | age |",
    "| end_group | | | |",
    "| begin_repeat | members | 人 | Members |",
    "| text | pet_name | 小名 | Pet name | people/nick |",
    "| end_repeat | | | |",
    version="2",
)
THIRD = form(
    "| begin_group | who | 谁 | Who |",
    "| text | called | 名 | Name | full_name |",
    "| decimal | age | 岁 | Age |",
    "| end_group | | | |",
    "| begin_repeat | members | 人 | Members |",
    "| text | pet_name | 小名 | Pet name |",
    "| end_repeat | | | |",
    version="3",
)
ANSWERS = {
    "name": "王一",
    "age": "41",
    "poor": "yes",
    "people[aaaaaaaa]/nick": "毛毛",
}


def test_answers_walk_through_every_version_between() -> None:
    told = evolve([FIRST, SECOND, THIRD], ANSWERS)
    assert told.values == {
        "who/called": "王一",
        "who/age": 41,
        "members[aaaaaaaa]/pet_name": "毛毛",
    }
    assert told.kept == {"poor": "yes"}


def test_the_newest_versions_own_answers_stay_as_they_are() -> None:
    assert evolve([FIRST], ANSWERS).values == ANSWERS
    assert evolve([FIRST, FIRST], ANSWERS).values == ANSWERS


def test_what_does_not_fit_the_new_type_is_kept_in_its_old_words() -> None:
    told = evolve([FIRST, SECOND], ANSWERS | {"age": "about forty"})
    assert "who/age" not in told.values and told.kept["age"] == "about forty"


def test_a_question_that_moved_out_of_its_repeat_is_kept_beside() -> None:
    single = form("| text | nick | 小名 | Nick | people/nick |", version="2")
    told = evolve([FIRST, single], ANSWERS)
    assert told.values == {} and told.kept == ANSWERS


@pytest.mark.parametrize(
    ("old", "new", "value", "becomes"),
    [
        ("integer", "decimal", 3, 3),
        ("decimal", "integer", 3.0, 3),
        ("decimal", "integer", 3.5, None),
        ("integer", "text", 3, "3"),
        ("text", "decimal", "3.25", 3.25),
        ("text", "integer", "３", None),
        ("text", "date", "2026-01-02", "2026-01-02"),
        ("dateTime", "date", "2026-01-02T10:00:00+08:00", "2026-01-02"),
        ("date", "dateTime", "2026-01-02", "2026-01-02T00:00:00"),
        ("select_one yn", "select_multiple yn", "yes", ["yes"]),
        ("select_multiple yn", "select_one yn", ["no"], "no"),
        ("select_multiple yn", "select_one yn", ["no", "yes"], None),
        ("text", "select_one yn", "yes", "yes"),
        ("text", "select_one yn", "perhaps", None),
        ("select_multiple yn", "text", ["no", "yes"], "no yes"),
        ("text", "geopoint", "1 2", None),
        ("image", "file", {"sha256": "ab"}, {"sha256": "ab"}),
        ("text", "image", "p.jpg", None),
        ("integer", "text", None, None),
    ],
)
def test_types_change_where_the_value_says_the_same(
    old: str, new: str, value: Any, becomes: Any
) -> None:
    before, after = form(f"| {old} | q | 问 | Q |"), form(f"| {new} | q | 问 | Q |", version="2")
    told = evolve([before, after], {"q": value})
    if becomes is None and value is not None:
        assert told.values == {} and told.kept == {"q": value}
    else:
        assert told.values == {"q": becomes} and told.kept == {}


words = st.text("a1-. 中", max_size=6)
anything = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words
paths = st.sampled_from([*ANSWERS, "people[bbbbbbbb]/nick", "strange", "people[x]"])


@given(st.dictionaries(paths, anything | st.lists(anything, max_size=3)))
def test_every_answer_is_in_one_of_the_two_places(answers: dict[str, Any]) -> None:
    told = evolve([FIRST, SECOND, THIRD], answers)
    assert len(told.values) + len(told.kept) == len(answers)


def land(outer: str, inner: str, was: str = "", version: str = "1") -> Any:
    return form(
        f"| begin_repeat | {outer} | 地 | Plots |",
        f"| begin_repeat | {inner} | 年 | Years |",
        f"| integer | grain | 收 | Grain | {was} |",
        "| end_repeat | | | |",
        "| end_repeat | | | |",
        version=version,
    )


def test_rows_in_rows_come_along_under_the_new_names_of_both_repeats() -> None:
    old, new = land("plots", "years"), land("fields", "seasons", "plots/years/grain", "2")
    told = evolve([old, new], {"plots[aaaaaaaa]/years[bbbbbbbb]/grain": 7})
    assert told.values == {"fields[aaaaaaaa]/seasons[bbbbbbbb]/grain": 7} and not told.kept


def test_an_answer_whose_outer_repeat_went_is_kept_beside() -> None:
    flat = form("| begin_repeat | years | 年 | Years |", "| integer | grain | 收 | Grain |",
                "| end_repeat | | | |", version="2")  # fmt: skip
    answers = {"plots[aaaaaaaa]/years[bbbbbbbb]/grain": 7}
    told = evolve([land("plots", "years"), flat], answers)
    assert told.kept == answers and not told.values
