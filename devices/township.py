"""A township that does not exist: three villages in the hills, sixty households, their people.

Codes begin with 9999 and id numbers with the area 999901, which no register has; names are
drawn from common words by a seed, so the same seed is the same township.
"""

from __future__ import annotations

import math
import random
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from devices.people import Member, Role, family, phone_number

COUNTY, TOWNSHIP = "999901000000", "999901101000"
CENTRE = (31.6245, 107.9380)  # degrees WGS-84
PER_VILLAGE, PER_CADRE = 20, 15
PAIRED_FROM = "2024-03-01"
VILLAGES = (
    ("青石坪村", "Qingshiping", (0.0, 0.0)),
    ("云岭村", "Yunling", (2900.0, 1700.0)),
    ("柳溪湾村", "Liuxiwan", (-1800.0, 3100.0)),
)  # metres north and east of the township's centre
GROUPS = (("上坪组", "Upper"), ("中坪组", "Middle"), ("下坪组", "Lower"))
WATER = ("tap", "tap", "tap", "well", "open_well", "rain")
GRADES = ("A", "A", "B", "B", "B", "C")


@dataclass(frozen=True)
class Area:
    code: str
    parent: str
    level: str
    name_zh: str
    name_en: str


@dataclass(frozen=True)
class Staff:
    login: str
    name: str
    role: Role
    area: str
    phone: str


@dataclass(frozen=True)
class Household:
    """`lat`, `lon`: where the house stands. `anchored`: whether the register knows it already."""

    hh_code: str
    village: str
    group: str
    head_name: str
    address: str
    actual_home: str
    phone: str
    housing_grade: str
    water_source: str
    lat: float
    lon: float
    anchored: bool
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Pairing:
    login: str
    hh_code: str
    since: str


@dataclass(frozen=True)
class Township:
    areas: tuple[Area, ...]
    staff: tuple[Staff, ...]
    households: tuple[Household, ...]
    pairings: tuple[Pairing, ...]

    def of(self, login: str) -> list[Household]:
        """The households paired with a cadre, in walking order."""
        codes = {pairing.hh_code for pairing in self.pairings if pairing.login == login}
        return [household for household in self.households if household.hh_code in codes]

    def to_json(self) -> dict[str, Any]:
        """Plain values, roles by their names."""
        plain = asdict(self)
        for person in plain["staff"]:
            person["role"] = person["role"].value
        return plain


def township(seed: int = 1) -> Township:
    """The same for the same seed."""
    rng = random.Random(seed)
    areas = _areas()
    households = tuple(
        household
        for number, (name, _, away) in enumerate(VILLAGES)
        for household in _village(rng, number, name, away)
    )
    cadres = [f"cadre{n + 1}" for n in range(len(households) // PER_CADRE)]
    pairings = tuple(
        Pairing(cadres[place // PER_CADRE], household.hh_code, PAIRED_FROM)
        for place, household in enumerate(households)
    )
    return Township(areas, _staff(rng, cadres), households, pairings)


def village_code(number: int) -> str:
    return f"999901101{201 + number}"


def _areas() -> tuple[Area, ...]:
    made = [
        Area(COUNTY, "", "county", "栖云县", "Qiyun County"),
        Area(TOWNSHIP, COUNTY, "township", "雾桥镇", "Wuqiao Township"),
    ]
    for number, (name, english, _) in enumerate(VILLAGES):
        code = village_code(number)
        made.append(Area(code, TOWNSHIP, "village", name, f"{english} Village"))
        made += [
            Area(f"{code}{index + 1:02d}", code, "group", zh, f"{en} Group")
            for index, (zh, en) in enumerate(GROUPS)
        ]
    return tuple(made)


def _staff(rng: random.Random, cadres: list[str]) -> tuple[Staff, ...]:
    first = village_code(0)
    posts = [
        *((login, name, Role.CADRE, TOWNSHIP) for login, name in zip(
            cadres, ("沈知远", "罗素心", "贺长青", "姚念安"), strict=True)),
        ("worker1", "石小满", Role.VILLAGE_WORKER, first),
        ("village1", "岳明川", Role.VILLAGE_SUPERVISOR, first),
        ("township", "温若水", Role.TOWNSHIP_SUPERVISOR, TOWNSHIP),
        ("county", "钟书宁", Role.COUNTY_SUPERVISOR, COUNTY),
        ("inspector", "方守正", Role.INSPECTOR, COUNTY),
        ("admin", "管理员", Role.ADMIN, COUNTY),
    ]  # fmt: skip
    return tuple(
        Staff(login, name, role, area, phone_number(rng)) for login, name, role, area in posts
    )


def _village(
    rng: random.Random, number: int, name: str, away: tuple[float, float]
) -> list[Household]:
    """Three groups along a slope; houses of a group stand 60 to 220 metres apart."""
    made = []
    bearing = rng.uniform(0, 2 * math.pi)
    for place in range(PER_VILLAGE):
        index = place * len(GROUPS) // PER_VILLAGE
        if place % 7 == 0:
            north = away[0] + (index - 1) * 700 * math.cos(bearing)
            east = away[1] + (index - 1) * 700 * math.sin(bearing)
        turn, step = rng.uniform(0, 2 * math.pi), rng.uniform(60, 220)
        north, east = north + step * math.cos(turn), east + step * math.sin(turn)
        made.append(_household(rng, number, name, place, index, moved(CENTRE, north, east)))
    return made


def _household(
    rng: random.Random,
    number: int,
    village: str,
    place: int,
    index: int,
    spot: tuple[float, float],
) -> Household:
    code = village_code(number)
    members = family(rng)
    away = rng.random() < 0.12
    return Household(
        hh_code=f"H{code[-3:]}{place + 1:04d}",
        village=code,
        group=f"{code}{index + 1:02d}",
        head_name=members[0].name,
        address=f"雾桥镇{village}{GROUPS[index][0]}{place + 1}号",
        actual_home=f"雾桥镇安置小区{rng.randint(1, 6)}栋{rng.randint(101, 602)}室" if away else "",
        phone=phone_number(rng),
        housing_grade=rng.choice(GRADES),
        water_source=rng.choice(WATER),
        lat=round(spot[0], 6),
        lon=round(spot[1], 6),
        anchored=place % 10 != 9,
        members=members,
    )


def moved(spot: tuple[float, float], north: float, east: float) -> tuple[float, float]:
    """The place so many metres north and east."""
    lat = spot[0] + north / 111_320
    return lat, spot[1] + east / (111_320 * math.cos(math.radians(spot[0])))


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two near places (flat earth is enough within a township)."""
    north = (other[0] - one[0]) * 111_320
    east = (other[1] - one[1]) * 111_320 * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def workdays_before(day: date, count: int) -> list[date]:
    """The last `count` days before `day`, weekends too: cadres visit when people are home."""
    return [day - timedelta(days=back) for back in range(count, 0, -1)]
