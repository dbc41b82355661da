"""One visit of the lab, and a month of honest ones: who walks where, and what phones say."""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from benchmarks.evidence.place import Place, Spot
from devices.township import Household, distance, moved
from verify.geo import Point, gcj02

ZONE = timezone(timedelta(hours=8))
MONTH, LAST_YEAR = date(2026, 10, 1), date(2025, 10, 10)
WORKDAYS = 26
OUTCOMES = ("phone",) + ("nobody_home",) + ("met",) * 23
PACE, DETOUR = 1.1, 1.35
"""Metres a second on village paths, and how much longer they are than the line."""
HONEST = "honest"
FRONT, CHECKED = "evidence/photo_front", "evidence/photo_checked"
PHOTOS = {FRONT: "house_front", CHECKED: "checked_thing"}


@dataclass
class Phone:
    """What is true of one cadre's phone and stands in no database."""

    login: str
    ahead: float = 0.0
    """Seconds by which its clock is ahead."""
    gcj02: bool = False
    """It gives positions in the datum of Chinese maps."""


@dataclass
class Shot:
    """One photo to be taken: `of` names another visit's photo that is handed in in its place."""

    role: str
    at: datetime
    of: tuple[str, str] | None = None
    """(key of the visit, path)"""
    changed: str = ""
    """How that photo was changed; a name of `album.CHANGES`."""
    fix: dict[str, Any] | None = None
    dark: bool = False
    edited_with: str = ""


@dataclass
class Edit:
    """A later change of the visit by whoever made it."""

    at: datetime
    answers: dict[str, Any]


@dataclass
class Made:
    """One visit as it reaches the server. Times are true ones; `phone` tells what it says."""

    home: Household
    phone: Phone
    year: int
    arrive: datetime
    minutes: float
    purpose: list[str]
    outcome: str
    fix: dict[str, Any] | None
    kind: str = HONEST
    group: int = -1
    """Number of the staged group that it belongs to."""
    values: dict[str, Any] = field(default_factory=dict)
    shots: dict[str, Shot] = field(default_factory=dict)
    edits: list[Edit] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    """{record of the register: its version when the form was opened}"""
    set_back: float = 0.0
    """Seconds by which the clock was set back for this visit alone."""

    @property
    def key(self) -> str:
        return f"{self.year}/{self.home.hh_code}"

    @property
    def leave(self) -> datetime:
        return self.arrive + timedelta(minutes=self.minutes)

    def told(self, true: datetime) -> datetime:
        """A moment as this visit's phone says it."""
        return true + timedelta(seconds=self.phone.ahead - self.set_back)

    def move(self, arrive: datetime, minutes: float) -> None:
        """To another time of day, with everything that belongs to it."""
        for n, shot in enumerate(self.shots.values()):
            shot.at = arrive + timedelta(minutes=minutes * (n + 1) / (len(self.shots) + 1))
        self.arrive, self.minutes = arrive, minutes

    def edit(self, at: datetime, answers: dict[str, Any]) -> None:
        self.edits.append(Edit(at, answers))

    def go(self, spot: Spot, rng: random.Random) -> None:
        """To another place, photos and all."""
        self.fix = seen_from(spot, 8.0, rng)
        for shot in self.shots.values():
            shot.fix = self.fix


def phones(place: Place, seed: int) -> dict[str, Phone]:
    """Clocks are off by seconds; of every twelve one is off by hours, one gives GCJ-02."""
    rng = random.Random(f"phones/{seed}")
    made = {}
    for n, login in enumerate(place.cadres):
        ahead = rng.gauss(0, 20) if n % 12 != 7 else rng.choice((-1, 1)) * rng.uniform(900, 30_000)
        made[login] = Phone(login, ahead, n % 12 == 10)
    return made


def year(place: Place, phone: Mapping[str, Phone], first: date, seed: int) -> list[Made]:
    """One visit to each household, cadre by cadre, spread over the month's days."""
    made: list[Made] = []
    for login in place.cadres:
        rng = random.Random(f"walk/{seed}/{login}/{first}")
        made += _walks(place, phone[login], first, rng)
    return made


def _walks(place: Place, phone: Phone, first: date, rng: random.Random) -> Iterator[Made]:
    houses = place.township.of(phone.login)
    days = sorted(rng.sample(range(WORKDAYS), -(-len(houses) // 4)))
    for at, day in enumerate(days):
        now = datetime.combine(first + timedelta(days=day), time(8, 40), ZONE)
        now += timedelta(minutes=rng.uniform(0, 50))
        here: Household | None = None
        for home in houses[at * 4 : at * 4 + 4]:
            if here is not None:
                metres = distance((here.lat, here.lon), (home.lat, home.lon)) * DETOUR
                now += timedelta(seconds=metres / PACE + rng.uniform(60, 400))
            visit = _visit(place, phone, home, now, rng)
            yield visit
            now, here = visit.leave, home


def _visit(
    place: Place, phone: Phone, home: Household, arrive: datetime, rng: random.Random
) -> Made:
    outcome = rng.choice(OUTCOMES)
    purpose = ["survey"] if rng.random() < 0.7 else ["verify"]
    usual = (26 if purpose == ["survey"] else 17) + 2.5 * len(home.members)
    minutes = usual * math.exp(rng.gauss(0, 0.22)) if outcome != "nobody_home" else 3.0
    site = place.sites[home.hh_code]
    fix = None
    if not site.deaf and outcome != "phone":
        fix = seen_from((home.lat, home.lon), site.walls, rng, phone.gcj02)
    made = Made(home, phone, arrive.year, arrive, minutes, purpose, outcome, fix)
    if outcome == "met":
        made.shots = {path: Shot(role, arrive, fix=fix) for path, role in PHOTOS.items()}
    made.move(arrive, minutes)
    return made


def seen_from(
    spot: Spot, walls: float, rng: random.Random, shifted: bool = False
) -> dict[str, Any]:
    """A fix at the door: the receiver's own noise, and walls that it knows only half of."""
    sigma = math.hypot(rng.uniform(3, 7), walls)
    accuracy = round(max(3.0, sigma * rng.uniform(0.7, 1.4)), 1)
    lat, lon = moved(spot, rng.gauss(0, sigma), rng.gauss(0, sigma))
    if shifted:
        other = gcj02(Point(lat, lon))
        lat, lon = other.lat, other.lon
    return {
        "lat": round(lat, 7), "lon": round(lon, 7), "acc": accuracy,
        "alt": round(rng.uniform(700, 1300), 1), "mock": False,
    }  # fmt: skip
