"""Checks over many visits: staged townships and honest ones, check by check."""

import numpy as np
import pytest

from tests.verify.seen import DEFINITION, FORM, SAID, east, recs, seen, town
from verify.many import (
    benefits,
    bursts,
    carried,
    elsewhere,
    notes,
    notmade,
    outliers,
    pace,
    unlocated,
)
from verify.many.notmade import Reply
from verify.township import Seen, Township

HOMES = {f"home {i}": east(500.0 * i) for i in range(8)}


def at_office(count: int, **more: object) -> list[Seen]:
    return [seen(str(i), 60 * i, fix=east(5000 + i), **more) for i in range(count)]


AT_HOME = [seen(str(i), fix=HOMES[f"home {i}"]) for i in range(5)]
BESIDE = {f"home {i}": east(4000 + 5 * i) for i in range(4)}
FOUR = [seen(str(i), author=str(i), fix=east(5000)) for i in range(4)]


def test_d11_houses_far_apart_filled_in_at_one_spot() -> None:
    told = elsewhere.judge(town(at_office(4), HOMES), {})
    assert recs(told) == ["0", "1", "2", "3"]
    assert dict(told)["0"].numbers["houses"] == 4


@pytest.mark.parametrize(
    ("why", "township"),
    [
        ("two are not enough", town(at_office(2), HOMES)),
        ("each is at its own door", town(AT_HOME, HOMES)),
        ("a meeting", town(at_office(4, answers={"door/purpose": ["policy"]}), HOMES)),
        ("told as text", town(at_office(4, answers={"door/purpose": "policy"}), HOMES)),
        ("a conference", town(at_office(4, answers={"door/purpose": ["verify", "study"]}), HOMES)),
        ("houses side by side", town(at_office(4), BESIDE)),
        ("no approved positions", town(at_office(4))),
        ("by phone", town(at_office(4, outcome="phone"), HOMES)),
        ("four accounts", town(FOUR, HOMES)),
        ("a poor fix", town([seen(str(i), fix=east(2500 + i, 2000)) for i in range(4)], HOMES)),
    ],
)  # fmt: skip
def test_d11_leaves_alone(why: str, township: Township) -> None:
    assert elsewhere.judge(township, {}) == [], why


def phones(without: int, own: int, others_without: int, others: int) -> Township:
    """Visits of phone p, then of phone q."""
    mine = [seen(f"p{i}", fix=None if i < without else east(9.0 * i)) for i in range(own)]
    theirs = [
        seen(f"q{i}", device="q", fix=None if i < others_without else east(9.0 * i))
        for i in range(others)
    ]
    return town([*mine, *theirs])


@pytest.mark.parametrize(
    ("figures", "p_below"),
    [
        ((12, 12, 1, 40), 1e-6),
        ((10, 12, 2, 40), 1e-4),
        ((2, 12, 2, 40), 1.0),
        ((12, 12, 38, 40), 1.0),
    ],
)  # fmt: skip
def test_d13_tells_how_unlikely_missing_fixes_are(
    figures: tuple[int, int, int, int], p_below: float
) -> None:
    told = unlocated.judge(phones(*figures), {})
    mine = {found.p for rec, found in told if rec[0] == "p"}
    assert len(mine) == 1
    p = mine.pop()
    assert p is not None and p < p_below and (p_below < 1 or p > 0.001)


def test_d13_a_house_where_nobody_has_a_fix_says_nothing_of_a_phone() -> None:
    valley = [seen(f"q{i}", device="q", unit=f"home p{i}") for i in range(12)]
    mine = [seen(f"p{i}") for i in range(12)]
    others = [seen(f"r{i}", device="q", fix=east(0)) for i in range(20)]
    assert unlocated.judge(town([*mine, *valley, *others]), {}) == []
    assert recs(unlocated.judge(town([*mine, *others]), {})) == sorted(v.id for v in mine)


def usual(count: int = 40, seed: int = 1) -> list[Seen]:
    times = np.random.default_rng(seed).lognormal(np.log(30), 0.3, count)
    return [
        seen(f"u{i}", i, float(t), device="q", answers={f"c{k}": "1" for k in range(4 + i % 8)})
        for i, t in enumerate(times)
    ]


def test_d14_several_short_visits_with_one_phone_and_never_one_alone() -> None:
    short = [seen(f"s{i}", minutes=3, answers={"c0": "1", "c1": "1"}) for i in range(3)]
    assert recs(pace.judge(town([*usual(), *short]), {})) == ["s0", "s1", "s2"]
    assert pace.judge(town([*usual(), short[0]]), {}) == []
    assert pace.judge(town(usual()), {}) == []
    long = [seen(f"l{i}", minutes=400) for i in range(5)]
    assert pace.judge(town([*usual(), *long]), {}) == []
    assert pace.judge(town([*usual(10), *short]), {}) == [], "too few say what is usual"


def test_d15_many_finished_at_once() -> None:
    burst = [seen(str(i), 2 * i, fix=east(9000)) for i in range(5)]
    assert recs(bursts.judge(town(burst, HOMES), {})) == ["0", "1", "2", "3", "4"]
    assert bursts.judge(town(burst), {}) == [], "nobody knows where the houses are"
    some = {unit: HOMES[unit] for unit in ("home 1", "home 2", "home 3", "home 4")}
    assert recs(bursts.judge(town(burst, some), {})) == ["1", "2", "3", "4"]
    assert bursts.judge(town(burst[:4], some), {}) == []
    pairs = {f"home {i}": east(1000.0 * (i % 2) + 10 * i) for i in range(5)}
    assert bursts.judge(town(burst, pairs), {}) == [], "two places far apart are not four"
    assert bursts.judge(town(burst[:3], HOMES), {}) == []
    slow = [seen(str(i), 20 * i, fix=east(9000)) for i in range(5)]
    assert bursts.judge(town(slow, HOMES), {}) == []
    beside = {f"home {i}": east(20.0 * i) for i in range(5)}
    assert bursts.judge(town(burst, beside), {}) == []
    away = [seen(str(i), i, outcome="nobody_home") for i in range(9)]
    assert bursts.judge(town(away), {}) == []


@pytest.mark.parametrize(("night", "told"), [(4, 4), (2, 0), (0, 0)])
def test_d15_visits_begun_at_night(night: int, told: int) -> None:
    by_day = [seen(f"d{i}", 60 * i - 300) for i in range(12 - night)]
    at_night = [seen(f"n{i}", 660 + 60 * i) for i in range(night)]
    assert len(bursts.judge(town([*by_day, *at_night]), {})) == told


def rounds(name: str, changed: int, **more: object) -> list[Seen]:
    """A household in two rounds, with so many of twelve choices changed, and all four amounts."""
    before = {f"c{i}": "1" for i in range(12)} | {
        "wage": 31200,
        "farm": 8450,
        "rent": 600,
        "dibao": 99,
    }
    now = before | {f"c{i}": "2" for i in range(changed)}
    now |= {"wage": 30000 + len(name) * 7, "farm": 9000, "rent": 700, "dibao": 100}
    old = seen(f"{name} old", -60 * 24 * 300, unit=name, answers=before)
    return [old, seen(name, unit=name, **({"answers": now} | more))]


def test_d18_as_it_stood_in_the_last_round() -> None:
    village = [v for i in range(8) for v in rounds(f"v{i}", 11)]
    before = rounds("x", 0)[0].answers
    same = rounds("x", 0, answers=before)
    assert recs(carried.judge(town([*village, *same]), {})) == ["x"]
    assert carried.judge(town(village), {}) == []
    proven = {"confirmed": frozenset(before), "roles": frozenset({"checked_thing"})}
    assert carried.judge(town([*village, *rounds("x", 0, answers=before, **proven)]), {}) == []
    told = rounds("x", 0, answers=before, confirmed=frozenset(before))
    assert recs(carried.judge(town([*village, *told]), {})) == ["x"], "confirmed without a photo"


def test_d18_where_little_changed_for_anybody_nobody_is_told_of() -> None:
    village = [v for i in range(8) for v in rounds(f"v{i}", 1)]
    assert carried.judge(town([*village, *rounds("x", 0)]), {}) == []


@pytest.mark.parametrize(
    ("why", "texts", "told"),
    [
        ("the same words at three houses", [SAID, SAID, SAID + "。"], 3),
        ("a few letters added", [SAID, SAID + "。谢谢", "今天" + SAID], 3),
        ("two houses only", [SAID, SAID], 0),
        ("own words", [SAID, "屋后排水沟堵了，下周再来看", "老人独居，女儿每周回来一次"], 0),
        ("short", ["一切正常。", "一切正常。", "一切正常。"], 0),
        ("only what is quoted", [f"《{SAID}》讲了", f"《{SAID}》都懂", f"《{SAID}》不懂"], 0),
    ],
)  # fmt: skip
def test_d19_notes_in_the_same_words(why: str, texts: list[str], told: int) -> None:
    others = [
        seen(f"o{i}", answers={"note": f"第{i}户和别家不同，有{i}口人，种{i}亩地"}, author=f"b{i}")
        for i in range(20)
    ]
    visits = [seen(str(i), answers={"note": text}) for i, text in enumerate(texts)]
    assert len(notes.judge(town([*others, *visits]), {})) == told, why


def test_d19_candidates_hold_every_pair_that_is_alike_in_300_notes() -> None:
    rng = np.random.default_rng(5)
    letters = np.array(
        list("的一是在人有我他这来大为上个国和地到以说时要就出会可也你对生能而子那得于着下自之年过")
    )
    words = ["".join(rng.choice(letters, 30)) for _ in range(300)]
    made = [notes.Note(str(i), f"u{i}", "a", "note", w) for i, w in enumerate(words)]
    assert notes.alike(made, notes.Notes()) == []
    copies = [notes.Note(f"x{i}", f"x{i}", "a", "note", words[0] + "好") for i in range(2)]
    assert recs(notes.alike([*made, *copies], notes.Notes())) == ["0", "x0", "x1"]


def test_d23_an_amount_far_from_the_villages() -> None:
    wages = np.random.default_rng(2).lognormal(10, 0.4, 60).round()
    village = [seen(str(i), answers={"wage": float(w)}) for i, w in enumerate(wages)]
    slip = seen("x", answers={"wage": 2_200_000.0})
    told = outliers.judge(town([*village, slip]), {})
    assert [(rec, found.path) for rec, found in told] == [("x", "wage")]
    assert outliers.judge(town(village), {}) == []
    assert outliers.judge(town([*village[:8], slip]), {}) == [], "too few households"
    assert outliers.judge(town([*village, slip]), {"amount_outlier": {"z": 20}}) == []
    assert outliers.judge(town([*village, slip]), {"amount_outlier": {"times": 200}}) == []


def test_d27_two_rules_on_benefits_at_once() -> None:
    both = {"unit": {"R-10": "income/dibao", "R-14": "income/pension"}, "other": {"R-10": "x"}}
    [(unit, found)] = benefits.judge(both, {})
    assert (unit, found.numbers["rules"]) == ("unit", both["unit"])


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply("v", "no", 10), True),
        (Reply("v", "yes", 10), False),
        (Reply("v", "unsure", 10), False),
        (Reply("v", "no", 61), False),
        (Reply("v", "no", -1), False),
    ],
)
def test_d28_asked_again(reply: Reply, told: bool) -> None:
    assert recs(notmade.judge([reply], {})) == (["v"] if told else [])


def test_the_tables_form_is_the_one_the_visits_were_filled_with() -> None:
    assert (DEFINITION.form_id, DEFINITION.version) == FORM
