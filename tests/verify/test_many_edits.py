"""What was changed after sending, and people who stand in two households."""

from datetime import timedelta

import pytest

from tests.verify.seen import FIVE, NOON, edit, recs, seen, town
from verify.many import retouched, twice
from verify.many.retouched import Edited
from verify.many.twice import Member
from verify.township import Edit, Seen


def edited(*visits: Seen, deadline: float | None = None) -> Edited:
    ends = () if deadline is None else (NOON + timedelta(hours=deadline),)
    return Edited(town(visits), ends)


def test_d25_much_changed_after_sending_unless_it_was_asked_for() -> None:
    honest = [seen(str(i), edits=(edit(1, c0="2"),)) for i in range(100)]
    told = retouched.judge_many(edited(*honest, seen("x", edits=(edit(1, **FIVE),))), {})
    assert recs(told) == ["x"]
    asked = seen("x", edits=(edit(1, True, **FIVE),))
    assert retouched.judge_many(edited(*honest, asked), {}) == []
    assert retouched.judge_many(edited(*honest), {}) == []


@pytest.mark.parametrize(
    ("why", "edits", "told"),
    [
        ("A B A", (edit(1, wage=2), edit(2, wage=1)), 1),
        ("A B C", (edit(1, wage=2), edit(2, wage=3)), 0),
        ("after 31 days", (edit(1, wage=2), edit(31 * 24 + 1, wage=1)), 0),
        ("asked for", (edit(1, wage=2), edit(2, True, wage=1)), 0),
        ("A B", (edit(1, wage=2),), 0),
    ],
)
def test_r53_changed_and_changed_back(why: str, edits: tuple[Edit, ...], told: int) -> None:
    visit = seen("x", first={"wage": 1}, edits=edits)
    found = retouched.judge_back(edited(visit), {})
    assert [f.path for _, f in found] == ["wage"] * told, why


@pytest.mark.parametrize(
    ("why", "edits", "deadline", "told"),
    [
        ("at night", (edit(11, c0="2", c1="2", c2="2"),), None, 1),
        ("by day", (edit(3, c0="2", c1="2", c2="2"),), None, 0),
        ("in the last two days", (edit(3, c0="2", c1="2", c2="2"),), 20, 1),
        ("long before", (edit(3, c0="2", c1="2", c2="2"),), 90, 0),
        ("two answers", (edit(11, c0="2", c1="2"),), None, 0),
        ("mostly by day", (edit(3, **FIVE), edit(11, c5="2", c6="2", c7="2")), None, 0),
        ("asked for", (edit(11, True, c0="2", c1="2", c2="2"),), None, 0),
    ],
)
def test_r54_late_hours(
    why: str, edits: tuple[Edit, ...], deadline: float | None, told: int
) -> None:
    assert (
        len(retouched.judge_late(edited(seen("x", edits=edits), deadline=deadline), {})) == told
    ), why


def member(
    unit: str, name: str, birth: str = "1986-02-28", sex: str = "male", village: str = "v"
) -> Member:
    return Member(unit, f"H{unit}", village, name, birth, sex)


@pytest.mark.parametrize(
    ("why", "one", "other", "told"),
    [
        ("name and birth", member("1", "王芳"), member("2", "王芳"), 0.5),
        ("one letter", member("1", "张小明"), member("2", "张晓明"), 0.2),
        ("one letter of two", member("1", "王芳"), member("2", "王红"), 0.0),
        ("another sex", member("1", "张小明"), member("2", "张晓明", sex="female"), 0.0),
        ("another birth", member("1", "王芳"), member("2", "王芳", "1986-03-01"), 0.0),
        ("another village", member("1", "王芳"), member("2", "王芳", village="w"), 0.0),
        ("one household", member("1", "王芳"), member("1", "王芳"), 0.0),
        ("no birth", member("1", "王芳", ""), member("2", "王芳", ""), 0.0),
    ],
)  # fmt: skip
def test_d26_one_person_in_two_households(
    why: str, one: Member, other: Member, told: float
) -> None:
    found = twice.judge([one, other], {})
    assert recs(found) == (["1", "2"] if told else []), why
    assert {f.score for _, f in found} == ({told} if told else set())
    assert not any(one.name in f.zh + f.en for _, f in found), "a finding names nobody"
