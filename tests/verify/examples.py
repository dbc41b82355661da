"""One of everything that the checks of how a visit is made, and those over many, can say."""

from datetime import timedelta

from tests.verify.seen import FIVE, NOON, SAID, east, edit, seen, town
from tests.verify.test_making import FORM, MEMBERS, NAME, made, stop, tick
from verify.checks import device, haste, manners, mock, route
from verify.checks.mock import Fixed, Mock
from verify.finding import Judgement
from verify.many import (
    benefits,
    bursts,
    carried,
    copied,
    elsewhere,
    notes,
    notmade,
    outliers,
    pace,
    retouched,
    twice,
    unlocated,
)
from verify.many.check import Told
from verify.many.notmade import Reply
from verify.many.retouched import Edited
from verify.many.twice import Member

HOMES = {f"home {i}": east(500.0 * i) for i in range(8)}


def judgements() -> list[Judgement]:
    here, far = stop("b", 5, 9, 20_000), stop("a", 0, 4, 0)
    own = Fixed("x", 31.7, 107.9, 0.0, 0.0, True)
    bad = made(1, MEMBERS | {NAME: "李四"}, 0, False)
    return [
        mock.check(own, [], "", Mock()),
        mock.check(own, [], "RTK", Mock(models=("RTK",))),
        route.check(here, [far], route.Route()),
        route.check(stop("b", 20, 50, 2000), [stop("a", 0, 30, 0)], route.Route()),
        device.check(tick(2, 40, 3700), [tick(1, 0, 100)], True, [far], here, device.Device()),
        haste.check(0.1, FORM, {"a": "x", "b": "y"}, pace.Pace()),
        manners.check(bad, manners.Manners()),
        manners.check_focus(FORM, {}, set(), set()),
        *(Judgement(tuple(found for _, found in told)) for told in over_many()),
    ]


def over_many() -> list[Told]:
    office = [seen(str(i), 2 * i, fix=east(9000 + i)) for i in range(5)]
    night = [seen(f"n{i}", 660 + 60 * i) for i in range(12)]
    fixed = [seen(f"q{i}", device="q", fix=east(9.0 * i)) for i in range(20)]
    usual = [seen(f"u{i}", i, 25 + i % 9, device="q", answers={"c0": "1"}) for i in range(40)]
    short = [seen(f"s{i}", minutes=2, answers={"c0": "1"}) for i in range(3)]
    same = {f"c{i}": "1" for i in range(12)} | {"wage": 1, "farm": 2, "rent": 3, "dibao": 4}
    rounds = [
        seen("old", -60 * 24 * 300, unit="x", answers=same),
        seen("x", unit="x", answers=same),
    ]
    said = [seen(str(i), answers={"note": SAID}) for i in range(3)]
    wages = [seen(str(i), answers={"wage": 1000.0 + 7 * i}) for i in range(40)]
    slip = seen("x", answers={"wage": 9_000_000.0})
    touched = seen("x", first={"c0": "1"}, edits=(edit(11, **FIVE), edit(11.5, c0="1")))
    edited = Edited(town([touched]), (NOON + timedelta(days=1),))
    people = [
        Member(str(i), f"H{i}", "v", name, "1986-02-28", "male")
        for i, name in enumerate(("王小芳", "王小芳", "王晓芳"))
    ]
    pair = copied.Pair(0, 1, 40.0, 12.0, 50, 60)
    return [
        elsewhere.judge(town(office, HOMES), {}),
        unlocated.judge(town([*night, *fixed]), {}),
        pace.judge(town([*usual, *short]), {}),
        bursts.judge(town(office), {}),
        bursts.judge(town(night), {}),
        [("x", copied._found("H1", pair))],
        carried.judge(town(rounds), {}),
        notes.judge(town([*said, *usual]), {}),
        outliers.judge(town([*wages, slip]), {}),
        retouched.judge_many(edited, {}),
        retouched.judge_back(edited, {}),
        retouched.judge_late(edited, {}),
        twice.judge(people, {}),
        benefits.judge({"u": {"R-10": "a", "R-14": "b"}}, {}),
        notmade.judge([Reply("v", "no", 10)], {}),
    ]
