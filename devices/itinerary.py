"""The demo's days: who knocks where and when, and the few things that do not go smoothly.

Each twist happens exactly once: a photo used again at another household, a visit made two
kilometres away, a photo of nothing but dark, a visit to be returned and repaired, and two
people who answer one question of one household differently.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import Enum
from typing import Any

from devices.township import Household, Township, distance, workdays_before

DAYS, PER_DAY = 3, 5
PACE = 0.8  # metres a second, uphill and on foot
DETOUR = 1.4  # paths are longer than the line
LUNCH = time(12, 15)
WORKER, TABLET, OFFLINE = "worker1", "township", "cadre4"
CADRES = ("cadre1", "cadre2", "cadre3", "cadre4")


class Twist(Enum):
    NONE = "none"
    FAR = "far"  # the fix lies two kilometres from the house
    DARK = "dark"  # one photo shows nothing
    REUSED = "reused"  # the front of the house before is handed in again
    RETURNED = "returned"  # the supervisor sends it back, the cadre mends it
    CONTESTED = "contested"  # the village worker answers one question differently
    NO_FIX = "no_fix"  # the receiver finds no position: tapped, and no fault
    NO_PHOTO = "no_photo"  # the household wants no photos: tapped, and no fault


@dataclass(frozen=True)
class PlannedVisit:
    login: str
    household: Household
    arrive: datetime
    minutes: float
    outcome: str
    twist: Twist = Twist.NONE
    before: Household | None = None
    """The house visited before this one, for a photo used again."""
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return f"{self.login}/{self.household.hh_code}"


OUTCOMES = {  # (cadre, place in the walk): anything but an ordinary visit
    ("cadre1", 4): "nobody_home", ("cadre2", 11): "nobody_home", ("cadre3", 2): "nobody_home",
    ("cadre3", 9): "refused", ("cadre1", 12): "phone", ("cadre4", 6): "phone",
}  # fmt: skip
TWISTS = {
    ("cadre1", 2): Twist.CONTESTED, ("cadre1", 7): Twist.DARK, ("cadre2", 1): Twist.RETURNED,
    ("cadre2", 8): Twist.REUSED, ("cadre3", 6): Twist.FAR, ("cadre4", 3): Twist.NO_FIX,
    ("cadre3", 12): Twist.NO_PHOTO,
}  # fmt: skip
NOT_YET = {("cadre1", 14), ("cadre2", 13), ("cadre2", 14), ("cadre3", 14), ("cadre4", 14)}


def plan(township: Township, before: date, zone: tzinfo) -> list[PlannedVisit]:
    """All visits of the last days before `before`, in the order in which they happened."""
    days = workdays_before(before, DAYS)
    visits = [v for login in CADRES for v in _walk(login, township.of(login), days, zone)]
    contested = next(v for v in visits if v.twist is Twist.CONTESTED)
    visits.append(_second_opinion(contested))
    return sorted(visits, key=lambda visit: visit.arrive)


def _walk(
    login: str, houses: list[Household], days: list[date], zone: tzinfo
) -> list[PlannedVisit]:
    rng = random.Random(f"walk/{login}")
    visits: list[PlannedVisit] = []
    for number, day in enumerate(days):
        now = datetime.combine(day, time(8, 50), zone) + timedelta(minutes=rng.uniform(0, 35))
        before: Household | None = None
        for place in range(number * PER_DAY, (number + 1) * PER_DAY):
            if (login, place) in NOT_YET:
                continue
            house = houses[place]
            now = _after_walk(now, before, house, rng)
            visit = _visit(login, place, house, now, before, rng)
            visits.append(visit)
            now += timedelta(minutes=visit.minutes)
            before = house
    return visits


def _after_walk(
    now: datetime, before: Household | None, house: Household, rng: random.Random
) -> datetime:
    if before is not None:
        metres = distance((before.lat, before.lon), (house.lat, house.lon)) * DETOUR
        now += timedelta(seconds=metres / PACE + rng.uniform(60, 240))
    if LUNCH <= now.time() < time(14, 0):
        now = datetime.combine(now.date(), time(14, 0), now.tzinfo)
        now += timedelta(minutes=rng.uniform(2, 25))
    return now


def _visit(
    login: str,
    place: int,
    house: Household,
    now: datetime,
    before: Household | None,
    rng: random.Random,
) -> PlannedVisit:
    outcome = OUTCOMES.get((login, place), "met")
    twist = TWISTS.get((login, place), Twist.NONE)
    minutes = {"met": rng.uniform(22, 41), "phone": rng.uniform(12, 20)}.get(outcome, 3.0)
    given: dict[str, Any] = {}
    if twist is Twist.NO_PHOTO:
        given["evidence/photo_refused"] = "yes"
    if twist is Twist.CONTESTED:
        given["living/water_source"] = _other_water(house, 1)
    if twist is Twist.RETURNED:
        given["income/wage"] = 360_000  # a nought too many: what the supervisor asks about
    return PlannedVisit(login, house, now, minutes, outcome, twist, before, given)


def _second_opinion(first: PlannedVisit) -> PlannedVisit:
    """The village worker calls at the same house that evening and is told another water."""
    given = {**first.given, "living/water_source": _other_water(first.household, 2)}
    evening = first.arrive.replace(hour=17, minute=40)
    return PlannedVisit(WORKER, first.household, evening, 15.0, "met", given=given)


def _other_water(house: Household, step: int) -> str:
    """A water source that differs from the register's, and by step from each other. Never the
    tap: it would change the minutes to fetch water too, a second question in dispute."""
    kinds = ("well", "rain", "open_well")
    others = [kind for kind in kinds if kind != house.water_source]
    return others[step % len(others)]
