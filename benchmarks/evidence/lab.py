"""One township with its honest and its staged visits, made and pushed; everything by one seed."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.evidence import kinds
from benchmarks.evidence.album import Album
from benchmarks.evidence.answers import Doors
from benchmarks.evidence.county import County, attached, county
from benchmarks.evidence.kinds import Kind
from benchmarks.evidence.place import Place, place
from benchmarks.evidence.staging import Scene
from benchmarks.evidence.visits import HONEST, LAST_YEAR, MONTH, Made, phones, year
from devices.township import distance
from forms.pack import Pack

SPARE = 2
"""Honest visits that a cadre keeps beside a group of staged ones."""


@dataclass(frozen=True)
class Size:
    """How much is made."""

    households: int = 314
    villages: int = 6
    single: int = 12
    """Staged visits of a kind that stands alone."""
    groups: int = 2
    """Groups of a kind that is staged together."""
    photo: tuple[int, int] = (640, 480)


@dataclass(frozen=True)
class Lab:
    """What stands in the database, and what is true of it."""

    here: County
    place: Place
    visits: Mapping[str, Made]
    """{submission: this year's visit}, in the order in which they are sent; not yet pushed"""


@contextmanager
def lab(seed: int, chosen: Sequence[Kind], size: Size, pack: Pack) -> Iterator[Lab]:
    """Open a database with last year's visits and this month's, staged by `chosen`."""
    where = place(seed, size.households, size.villages)
    phone = phones(where, seed)
    last = {v.key: v for v in year(where, phone, LAST_YEAR, seed)}
    this = {v.key: v for v in year(where, phone, MONTH, seed + 1)}
    with county(where.township, pack) as here:
        doors = Doors(here.definition(), where, seed)
        scene = Scene(where, doors, this, last, random.Random(f"staged/{seed}"))
        album = Album(where, seed, size.photo)
        album.know({**last, **this})
        planted = plant(scene, chosen, size)
        answered(here, doors, last.values(), {})
        reused = {shot.of[0] for v in this.values() for shot in v.shots.values() if shot.of}
        attached(album, [v for v in last.values() if v.key in reused], here)
        for visit in _in_time(last.values()):
            here.take_in(visit)
        answered(here, doors, this.values(), last)
        for kind, group in planted:
            if kind.says:
                kind.says(scene, group)
        attached(album, list(this.values()), here)
        innocent(where, this.values())
        yield Lab(here, where, {here.rec(v): v for v in _in_time(this.values())})


def plant(scene: Scene, chosen: Sequence[Kind], size: Size) -> list[tuple[Kind, list[Made]]]:
    """Choose whose visits are staged, and move them; the largest groups choose first."""
    planted: list[tuple[Kind, list[Made]]] = []
    for kind in sorted(chosen, key=lambda k: -k.together):
        for _ in range(size.groups if kind.together > 1 else size.single):
            group = _group(scene, kind)
            if group is None:
                break
            for visit in group:
                visit.kind, visit.group = kind.name, len(planted)
            planted.append((kind, group))
    for kind, group in planted:
        if kind.moves:
            kind.moves(scene, group)
    return planted


def _group(scene: Scene, kind: Kind) -> list[Made] | None:
    """Honest visits of one cadre, one after the other; never more than most of what they have."""
    together = kind.together
    cadres = list(scene.place.cadres)
    scene.rng.shuffle(cadres)
    for login in cadres:
        own = [v for v in scene.this.values() if v.phone.login == login]
        free = [v for v in own if v.kind == HONEST and v.shots and v.fix and not v.phone.gcj02]
        spare = SPARE if together > 1 else 0
        free = [v for v in free if kind.purpose in ("", *v.purpose)]
        free = free if together > 1 else [v for v in free if v.arrive > own[2].leave]
        if len(free) >= together + spare and abs(own[0].phone.ahead) < 300:
            start = scene.rng.randrange(len(free) - together + 1)
            chosen = free[start : start + together]
            chosen = _far_apart(free, kind.apart) if kind.apart else chosen
            if chosen:
                return chosen
    return None


def _far_apart(free: Sequence[Made], metres: float) -> list[Made]:
    """The first two whose fixes are that far from each other; [] where there are none."""
    for one in free:
        for other in free:
            homes = [(v.home.lat, v.home.lon) for v in (one, other)]
            if one.arrive < other.arrive and distance(*homes) > metres:
                return [one, other]
    return []


def answered(here: County, doors: Doors, visits: Iterable[Made], last: Mapping[str, Made]) -> None:
    """Fill in the form at each door where somebody opened, from what the register knows."""
    for visit in _in_time(visits):
        household, members = here.register(visit.home.hh_code)
        before = last.get(f"{visit.year - 1}/{visit.home.hh_code}")
        doors.answer(visit, household, members, before.values if before else None)


def _in_time(visits: Iterable[Made]) -> list[Made]:
    return sorted(visits, key=lambda v: v.arrive)


def innocent(where: Place, visits: Iterable[Made]) -> None:
    """Name what only looks odd, among the visits that nobody staged."""
    for visit in _in_time(visits):
        if visit.kind != HONEST:
            continue
        site = where.sites[visit.home.hh_code]
        if visit.phone.gcj02:
            visit.kind = kinds.GCJ02.name
        elif abs(visit.phone.ahead) > 300:
            visit.kind = kinds.CLOCK.name
        elif site.deaf:
            visit.kind = kinds.VALLEY.name
        elif site.model != visit.home.hh_code:
            visit.kind = kinds.ESTATE.name
