"""Which numbers came, which were skipped, which came twice: arithmetic alone."""

import random

import pytest

from store import counter
from store.counter import MOST_GAPS, Counter

THEN, NOW = "2026-11-24T01:00:00.000Z", "2026-11-24T02:00:00.000Z"


def heard(*numbers: int) -> Counter:
    return Counter().take(numbers, THEN)


def gaps(known: Counter) -> list[tuple[int, int]]:
    return [(gap.first, gap.last) for gap in known.gaps]


def test_what_follows_leaves_nothing_missing() -> None:
    assert heard(1, 2, 3).take([4, 5], NOW) == Counter(1, 5)
    assert heard(1).told() == {"missing": None, "counter_back": None}


def test_a_skipped_number_is_missing_until_it_comes() -> None:
    known = heard(1, 2).take([5], NOW)
    assert known.told()["missing"] == {"count": 2, "first": 3, "since": NOW}
    assert gaps(known.take([3], NOW)) == [(4, 4)]
    assert known.take([4, 3], NOW).told()["missing"] is None


def test_a_gap_is_dated_by_when_it_was_first_seen() -> None:
    known = heard(1, 3).take([7], NOW)
    assert known.told()["missing"] == {"count": 4, "first": 2, "since": THEN}
    assert known.take([2], NOW).told()["missing"]["since"] == NOW


def test_a_number_in_the_middle_leaves_two_gaps() -> None:
    assert gaps(heard(1, 9).take([5], NOW)) == [(2, 4), (6, 8)]


def test_where_a_phone_begins_is_not_judged() -> None:
    known = heard(17).take([3, 4], NOW)
    assert known == Counter(17, 17) and not known.used(3)


def test_a_number_is_used_once() -> None:
    known = heard(1, 2, 5)
    assert [n for n in range(8) if known.used(n)] == [1, 2, 5]
    told = known.ran_back(2, NOW).told()
    assert told["counter_back"] == {"times": 2, "last_at": NOW}
    assert told["missing"] == known.told()["missing"]


def test_a_phone_that_jumps_about_is_remembered_within_bounds() -> None:
    known = heard(*range(0, 20_000, 2)).take([2**31 - 1], NOW)
    assert len(known.gaps) == MOST_GAPS and len(counter.text(known)) < 3000
    assert len(known.take([2], NOW).gaps) == MOST_GAPS
    wide = heard(1, 2**31 - 1)
    assert len(wide.take(range(10, 1000, 2), NOW).gaps) == MOST_GAPS


@pytest.mark.parametrize("seed", range(5))
def test_in_whatever_order_they_come_the_same_is_missing(seed: int) -> None:
    rng = random.Random(seed)
    numbers = rng.sample(range(2, 60), 40)
    known = heard(1)
    for n in numbers:
        known = counter.read(counter.text(known.take([n], NOW)))
    here = {1, *numbers}
    due = {n for n in range(1, max(here)) if n not in here}
    assert {n for first, last in gaps(known) for n in range(first, last + 1)} == due
    assert all(known.used(n) == (n in here) for n in range(1, 70))
