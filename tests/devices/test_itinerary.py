"""The demo's days are plausible, and each thing that goes wrong goes wrong once."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from devices.itinerary import CADRES, WORKER, PlannedVisit, Twist, plan
from devices.township import distance, township

ZONE = ZoneInfo("Asia/Shanghai")
VISITS = plan(township(), date(2026, 3, 5), ZONE)


def test_most_households_are_visited_within_the_three_days_before() -> None:
    assert len({visit.household.hh_code for visit in VISITS}) == 55
    assert {visit.arrive.date().day for visit in VISITS} == {2, 3, 4}


def test_every_twist_happens_exactly_once() -> None:
    counted = Counter(visit.twist for visit in VISITS)
    assert all(counted[twist] == 1 for twist in Twist if twist is not Twist.NONE)


def test_some_doors_stay_shut_and_that_is_an_ordinary_outcome() -> None:
    counted = Counter(visit.outcome for visit in VISITS)
    assert (counted["nobody_home"], counted["refused"], counted["phone"]) == (3, 1, 2)


def test_cadres_walk_by_day_and_no_faster_than_people_do() -> None:
    for login in CADRES:
        for first, second in pairwise(v for v in VISITS if v.login == login):
            assert time(8, 30) < second.arrive.time() < time(18, 30)
            if first.arrive.date() == second.arrive.date():
                minutes = (second.arrive - first.arrive).total_seconds() / 60 - first.minutes
                assert minutes * 60 * 1.4 > _metres(first, second)


def _metres(one: PlannedVisit, other: PlannedVisit) -> float:
    a, b = one.household, other.household
    return distance((a.lat, a.lon), (b.lat, b.lon))


def test_the_village_worker_gives_another_answer_to_one_question_only() -> None:
    first = next(v for v in VISITS if v.twist is Twist.CONTESTED)
    [second] = [v for v in VISITS if v.login == WORKER]
    assert second.household == first.household
    assert first.given.keys() == second.given.keys() == {"living/water_source"}
    answers = {v.given["living/water_source"] for v in (first, second)}
    assert len(answers | {first.household.water_source}) == 3


def test_the_photo_used_again_was_taken_the_same_day_at_the_house_before() -> None:
    reused = next(v for v in VISITS if v.twist is Twist.REUSED)
    assert reused.before is not None
    earlier = next(v for v in VISITS if v.login == reused.login and v.household == reused.before)
    assert (earlier.outcome, earlier.arrive.date()) == ("met", reused.arrive.date())
