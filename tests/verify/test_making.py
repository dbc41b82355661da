"""How one visit was made, check by check: unusual fixes, ways, phones and short times."""

from datetime import timedelta
from typing import Any

import pytest

from forms.definition import FormDefinition, Question, QuestionType
from tests.verify.seen import NOON, east
from verify.checks import device, haste, manners, mock, route
from verify.checks.device import Device, Tick
from verify.checks.manners import Made, Manners
from verify.checks.mock import Fixed, Mock
from verify.checks.route import Route, Stop
from verify.finding import Judgement
from verify.many.pace import Pace

OTHERS = [Fixed(f"u{i}", 31.6 + i / 100, 107.9, 4.0 + i, 600.0 + i) for i in range(5)]
STATIC = [Fixed(f"u{i}", 31.6 + i / 100, 107.9, 5.0, 600.0 + i) for i in range(5)]


@pytest.mark.parametrize(
    ("why", "own", "others", "told"),
    [
        ("an honest fix", Fixed("x", 31.7, 107.9, 8.0, 610.0, False), OTHERS, False),
        ("one sign", Fixed("x", 31.7, 107.9, 8.0, 610.0, True), OTHERS, False),
        ("simulated and exact", Fixed("x", 31.7, 107.9, 0.0, 610.0, True), OTHERS, True),
        ("exact and at sea level", Fixed("x", 31.7, 107.9, 0.0, 0.0), OTHERS, True),
        ("the same place twice", Fixed("x", 31.6, 107.9, 8.0, 0.0), OTHERS, True),
        ("the same house again", Fixed("u0", 31.6, 107.9, 8.0, 0.0), OTHERS, False),
        ("always 5 m, simulated", Fixed("x", 31.7, 107.9, 5.0, 610.0, True), STATIC, True),
        ("always 5 m alone", Fixed("x", 31.7, 107.9, 5.0, 610.0), STATIC, False),
        ("without altitude", Fixed("x", 31.7, 107.9, 8.0), OTHERS, False),
    ],
)
def test_d10_two_signs_of_five(why: str, own: Fixed, others: list[Fixed], told: bool) -> None:
    assert bool(mock.check(own, others, "", Mock()).found) is told, why


def test_d10_an_external_receiver_is_a_note() -> None:
    own = Fixed("x", 31.7, 107.9, 0.0, 0.0, True)
    told = mock.check(own, [], "RTK-1", Mock(models=("RTK-1",)))
    assert told.found == () and [n.rule for n in told.notes] == ["D10"]
    assert mock.check(None, OTHERS, "", Mock()) == Judgement()


def stop(rec: str, begin: float, end: float, metres: float | None, got: str = "1") -> Stop:
    """Minutes after noon, metres east."""
    place = None if metres is None else east(metres)
    return Stop(
        rec, rec, NOON + timedelta(minutes=begin), NOON + timedelta(minutes=end), got, place
    )


@pytest.mark.parametrize(
    ("why", "own", "other", "told"),
    [
        ("20 km in 5 minutes", stop("b", 5, 9, 20_000), stop("a", 0, 4, 0), True),
        ("20 km in an hour", stop("b", 60, 90, 20_000), stop("a", 0, 30, 0), False),
        ("no fix", stop("b", 5, 9, None), stop("a", 0, 4, 0), False),
        ("next door", stop("b", 0, 9, 150), stop("a", 0, 4, 0), False),
        ("overlap", stop("b", 20, 50, 2000), stop("a", 0, 30, 0), True),
        ("overlap of a minute", stop("b", 29.5, 50, 2000), stop("a", 0, 30, 0), False),
        ("left open until evening", stop("b", 20, 50, 2000), stop("a", 0, 400, 0), False),
        ("the earlier of two", stop("a", 0, 4, 0), stop("b", 5, 9, 20_000), False),
        ("came last", stop("a", 0, 4, 0, "2"), stop("b", 5, 9, 20_000), True),
    ],
)  # fmt: skip
def test_d12_times_that_do_not_fit(why: str, own: Stop, other: Stop, told: bool) -> None:
    assert bool(route.check(own, [other], Route()).found) is told, why


def tick(n: int, minutes: float, uptime: float | None, boot: str | None = None) -> Tick:
    return Tick(n, NOON + timedelta(minutes=minutes), uptime, boot)


@pytest.mark.parametrize(
    ("why", "own", "before", "told"),
    [
        ("steady", tick(2, 60, 3700), tick(1, 0, 100), False),
        ("set back by 20 minutes", tick(2, 40, 3700), tick(1, 0, 100), True),
        ("switched off in between", tick(2, 600, 3700), tick(1, 0, 100), False),
        ("the battery died", tick(2, 60, 50), tick(1, 0, 9000), False),
        ("set on, one start", tick(2, 600, 3700, "a"), tick(1, 0, 100, "a"), True),
        ("set on, two starts", tick(2, 600, 3700, "b"), tick(1, 0, 100, "a"), False),
        ("no uptime", tick(2, 40, None), tick(1, 0, 100), False),
    ],
)
def test_d29_the_clock_against_the_uptime(why: str, own: Tick, before: Tick, told: bool) -> None:
    found = device.check(own, [before], False, [], None, Device()).found
    assert bool(found) is told, why


def test_d29_numbers_that_ran_back_and_one_account_on_two_phones() -> None:
    one = tick(1, 0, 10)
    assert device.check(one, [], True, [], None, Device()).found
    here, far = stop("a", 0, 30, 0), stop("b", 5, 30, 5000)
    assert device.check(one, [], False, [far], here, Device()).found
    later, near = stop("b", 60, 90, 5000), stop("b", 5, 30, 300)
    assert not device.check(one, [], False, [later, near], here, Device()).found


FORM = FormDefinition(
    "household_visit", "1", {}, ("zh",), "household",
    (
        Question("a", QuestionType.TEXT, label={"zh": "问" * 60, "en": "a"}, focus=True),
        Question("b", QuestionType.TEXT, label={"zh": "问" * 60, "en": "b"}, closed_by="b_same",
                 focus=True),
        Question("b_same", QuestionType.SELECT_ONE, label={"zh": "没有变化"}),
        Question("m/c", QuestionType.TEXT, repeat="m", label={"zh": "问" * 600}),
        Question("d", QuestionType.DECIMAL, label={"zh": "问" * 600}, calculated=True),
        Question("gone", QuestionType.SELECT_MULTIPLE, missing="unknown"),
    ), (), (), {},
)  # fmt: skip


@pytest.mark.parametrize(
    ("why", "seconds", "answers", "told"),
    [
        ("120 letters in 19 s", 19, {"a": "x", "b": "y"}, True),
        ("120 letters in 21 s", 21, {"a": "x", "b": "y"}, False),
        ("closed as unchanged", 12, {"a": "x", "b": "y", "b_same": "yes"}, False),
        ("rows and totals need no reading", 11, {"a": "x", "m[aaaaaaaa]/c": "y", "d": 1}, False),
        ("no arrival", None, {"a": "x", "b": "y"}, False),
        ("an arrival after the end", -60, {"a": "x", "b": "y"}, False),
    ],
)
def test_d14_reading_takes_time(
    why: str, seconds: float | None, answers: dict[str, object], told: bool
) -> None:
    minutes = None if seconds is None else seconds / 60
    assert bool(haste.check(minutes, FORM, answers, Pace()).found) is told, why


NAME = "people/met_name"


def made(
    minutes: float, answers: dict[str, Any], photos: int, located: bool, outcome: str = "met"
) -> Made:
    return Made("household_visit", outcome, minutes, answers, photos, located)


MEMBERS = {"people/members[aaaaaaaa]/full_name": "王芳", "people/met_who": "member"}


@pytest.mark.parametrize(
    ("why", "visit", "paths"),
    [
        ("as it should be", made(20, {}, 2, True), []),
        ("two minutes", made(2, {}, 2, True), ["door/arrived_at"]),
        ("another form", Made("problem", "met", 2, {}, 2, True), []),
        ("no photo", made(20, {}, 0, True), ["evidence/photo_front"]),
        ("declined", made(20, {"evidence/photo_refused": "yes"}, 0, True), []),
        ("no fix", made(20, {}, 1, False), ["door/place"]),
        ("no signal", made(20, {"door/no_fix": "yes"}, 1, False), []),
        ("a member", made(20, MEMBERS | {NAME: "王 芳"}, 1, True), []),
        ("a stranger", made(20, MEMBERS | {NAME: "李四"}, 1, True), [NAME]),
        ("nobody home", made(1, {}, 0, False, "nobody_home"), []),
    ],
)  # fmt: skip
def test_r50_how_a_visit_is_made(why: str, visit: Made, paths: list[str]) -> None:
    assert [found.path for found in manners.check(visit, Manners()).found] == paths, why


@pytest.mark.parametrize(
    ("why", "answers", "irrelevant", "confirmed", "left"),
    [
        ("all answered", {"a": "x", "b": "y"}, set(), set(), 0),
        ("one left out", {"a": "x"}, set(), set(), 1),
        ("both left out", {}, set(), set(), 2),
        ("does not apply", {"a": "x"}, {"b"}, set(), 0),
        ("confirmed", {"a": "x"}, set(), {"b"}, 0),
        ("they did not know", {"a": "x", "gone": ["b"]}, set(), set(), 0),
    ],
)
def test_r51_focus_questions(
    why: str, answers: dict[str, object], irrelevant: set[str], confirmed: set[str], left: int
) -> None:
    found = manners.check_focus(FORM, answers, irrelevant, confirmed).found
    assert [f.numbers["count"] for f in found] == ([left] if left else []), why
