"""A township for the lab: villages along slopes, walls, deaf valleys, estates of one model.

People and codes are those of `devices.township`: made up, in an area that no register has.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from devices.people import Role, family, phone_number
from devices.township import (
    CENTRE,
    COUNTY,
    TOWNSHIP,
    Area,
    Household,
    Pairing,
    Staff,
    Township,
    moved,
    village_code,
)

NAMES = ("青石坪", "云岭", "柳溪湾", "河西", "大坝", "松林", "石桥", "北坡")
PER_CADRE = 15
SINCE = "2024-03-01"
Spot = tuple[float, float]


@dataclass(frozen=True)
class Site:
    """What a house does to a receiver and to a camera."""

    walls: float
    """Metres of error that walls and slopes add (one standard deviation)."""
    deaf: bool
    """In a valley where no phone finds a position."""
    model: str
    """Houses of one model were built to one drawing."""


@dataclass(frozen=True)
class Place:
    """The township, and what is true of its ground but stands in no register."""

    township: Township
    sites: dict[str, Site]
    halls: dict[str, Spot]
    """{village: where its office stands}"""
    office: Spot
    alike: frozenset[str]
    """Villages whose households live nearly the same lives."""

    @property
    def cadres(self) -> list[str]:
        return [s.login for s in self.township.staff if s.role is Role.CADRE]


def place(seed: int, households: int, villages: int) -> Place:
    """The same for the same arguments; every second village is homogeneous."""
    rng = random.Random(f"place/{seed}")
    codes = [village_code(n) for n in range(villages)]
    spots = {code: _centre(n) for n, code in enumerate(codes)}
    homes, sites = [], {}
    for at in range(households):
        n = at * villages // households
        number = at - -(-n * households // villages)
        home, site = _home(rng, codes[n], n, number, spots[codes[n]])
        homes.append(home)
        sites[home.hh_code] = site
    cadres = [f"cadre{n + 1}" for n in range(-(-households // PER_CADRE))]
    pairings = tuple(
        Pairing(cadres[at // PER_CADRE], home.hh_code, SINCE) for at, home in enumerate(homes)
    )
    areas, staff = tuple(_areas(codes)), tuple(_staff(rng, cadres))
    halls = {code: moved(spot, 40, -60) for code, spot in spots.items()}
    town = Township(areas, staff, tuple(homes), pairings)
    return Place(town, sites, halls, moved(CENTRE, -900, 1200), frozenset(codes[::2]))


def _centre(n: int) -> Spot:
    turn = n * 2.4
    return moved(CENTRE, 2600 * math.sqrt(n) * math.cos(turn), 2600 * math.sqrt(n) * math.sin(turn))


def _home(
    rng: random.Random, code: str, n: int, number: int, centre: Spot
) -> tuple[Household, Site]:
    """Six to a cluster along a slope; of every third village a fifth in an estate, row by row."""
    estate = n % 3 == 2 and number % 5 == 4
    cluster = moved(centre, 420 * (number // 6) - 1500, rng.uniform(-500, 500))
    spot = moved(cluster, rng.uniform(-170, 170), rng.uniform(-170, 170))
    if estate:
        spot = moved(centre, 300, 18.0 * (number // 5))
    members = family(rng)
    key = f"H{code[-3:]}{number + 1:04d}"
    home = Household(
        hh_code=key,
        village=code,
        group=f"{code}01",
        head_name=members[0].name,
        address=f"雾桥镇{NAMES[n % len(NAMES)]}村{number + 1}号",
        actual_home="",
        phone=phone_number(rng),
        housing_grade=rng.choice("AABBBC"),
        water_source=rng.choice(("tap", "tap", "tap", "well", "rain")),
        lat=round(spot[0], 6),
        lon=round(spot[1], 6),
        anchored=True,
        members=members,
    )
    walls = rng.choice((0.0, 0.0, 4.0, 10.0, 25.0))
    model = f"estate{n}" if estate else key
    return home, Site(walls, rng.random() < 0.06, model)


def _areas(codes: list[str]) -> Iterator[Area]:
    yield Area(COUNTY, "", "county", "栖云县", "Qiyun County")
    yield Area(TOWNSHIP, COUNTY, "township", "雾桥镇", "Wuqiao Township")
    for n, code in enumerate(codes):
        yield Area(code, TOWNSHIP, "village", f"{NAMES[n % len(NAMES)]}村", f"Village {n + 1}")
        yield Area(f"{code}01", code, "group", "一组", "Group 1")


def _staff(rng: random.Random, cadres: list[str]) -> Iterator[Staff]:
    for n, login in enumerate(cadres):
        yield Staff(login, f"干部{n + 1}", Role.CADRE, TOWNSHIP, phone_number(rng))
    yield Staff("admin", "管理员", Role.ADMIN, COUNTY, phone_number(rng))
