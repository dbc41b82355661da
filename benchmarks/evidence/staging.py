"""How visits are staged: each stage changes a few visits of one cadre that follow each other.

What is said at the door is changed after the answers are filled in, all else before; see
`kinds.KINDS` for which is which.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.evidence.answers import Doors
from benchmarks.evidence.place import Place
from benchmarks.evidence.visits import FRONT, HONEST, Made, seen_from
from devices.township import moved
from forms.definition import QuestionType


@dataclass(frozen=True)
class Scene:
    """What a stage may look at: everybody's visits, this year's and last year's by key."""

    place: Place
    doors: Doors
    this: Mapping[str, Made]
    last: Mapping[str, Made]
    rng: random.Random

    def before(self, visit: Made) -> list[Made]:
        """Earlier visits of the same cadre, honest ones if there are any."""
        own = [v for v in self.this.values() if v.phone is visit.phone and FRONT in v.shots]
        own = [v for v in own if v.leave < visit.arrive and v.shots[FRONT].of is None]
        return [v for v in own if v.kind == HONEST] or own

    def other(self, visit: Made) -> Made:
        """One of them, with the same purpose where there is one."""
        own = self.before(visit)
        alike = [v for v in own if v.purpose == visit.purpose]
        return self.rng.choice(alike or own)

    def year_before(self, visit: Made) -> Made:
        return self.last[f"{visit.year - 1}/{visit.home.hh_code}"]


Stage = Callable[[Scene, Sequence[Made]], None]


def reused(changed: str) -> Stage:
    """Another household's front photo, handed in as this one's."""

    def stage(scene: Scene, visits: Sequence[Made]) -> None:
        for visit in visits:
            source = scene.other(visit)
            visit.shots[FRONT].of = (source.key, FRONT)
            visit.shots[FRONT].changed = changed

    return stage


def last_years(scene: Scene, visits: Sequence[Made]) -> None:
    """The front of another household, taken a year ago."""
    for visit in visits:
        source = next(v for v in scene.before(visit) if FRONT in scene.year_before(v).shots)
        visit.shots[FRONT].of = (scene.year_before(source).key, FRONT)


def gallery(scene: Scene, visits: Sequence[Made]) -> None:
    """A photo of this very house, taken weeks before."""
    for visit in visits:
        visit.shots[FRONT].at -= timedelta(days=scene.rng.uniform(9, 60))


def elsewhere(scene: Scene, visits: Sequence[Made]) -> None:
    """A photo whose own position is another than the visit's."""
    for visit in visits:
        spot = moved((visit.home.lat, visit.home.lon), scene.rng.uniform(600, 3000), 500)
        visit.shots[FRONT].fix = seen_from(spot, 5, scene.rng)


def edited(_scene: Scene, visits: Sequence[Made]) -> None:
    for visit in visits:
        visit.shots[FRONT].edited_with = "Meitu 10.2"


def dark(_scene: Scene, visits: Sequence[Made]) -> None:
    for visit in visits:
        visit.shots[FRONT].dark = True


def at_a_desk(scene: Scene, visits: Sequence[Made]) -> None:
    """All filled in at the township's office, one after the other."""
    now = visits[0].arrive.replace(hour=14, minute=10)
    for visit in visits:
        visit.go(moved(scene.place.office, *_spread(scene.rng, 4)), scene.rng)
        visit.move(now, scene.rng.uniform(14, 22))
        now = visit.leave + timedelta(minutes=scene.rng.uniform(2, 9))


def in_a_burst(scene: Scene, visits: Sequence[Made]) -> None:
    """All filled in within minutes at the office."""
    now = visits[0].arrive.replace(hour=16, minute=20)
    for visit in visits:
        visit.go(moved(scene.place.office, *_spread(scene.rng, 4)), scene.rng)
        visit.move(now, scene.rng.uniform(1.0, 1.4))
        now = visit.leave


def _spread(rng: random.Random, metres: float) -> tuple[float, float]:
    return rng.gauss(0, metres), rng.gauss(0, metres)


def at_the_hall(scene: Scene, visits: Sequence[Made]) -> None:
    """A meeting: policies are explained to several households at the village office."""
    now = visits[0].arrive.replace(hour=15, minute=10)
    for visit in visits:
        visit.purpose = ["policy"]
        visit.go(moved(scene.place.halls[visit.home.village], *_spread(scene.rng, 5)), scene.rng)
        visit.move(now, scene.rng.uniform(9, 14))
        now = visit.leave + timedelta(minutes=scene.rng.uniform(1, 4))


def far_away(scene: Scene, visits: Sequence[Made]) -> None:
    for visit in visits:
        spot = moved((visit.home.lat, visit.home.lon), scene.rng.uniform(900, 4000), -700)
        visit.go(spot, scene.rng)


def too_quick_a_road(_scene: Scene, visits: Sequence[Made]) -> None:
    """At the first door for seconds, and at the second one right afterwards."""
    first, second = visits
    first.move(_after_work(first), 0.3)
    second.move(first.leave + timedelta(seconds=5), second.minutes)


def no_time_between(_scene: Scene, visits: Sequence[Made]) -> None:
    """The second visit begins when the first, at another end of the village, ends."""
    first, second = visits
    first.move(_after_work(first), first.minutes)
    second.move(first.leave + timedelta(seconds=5), second.minutes)


def at_once(_scene: Scene, visits: Sequence[Made]) -> None:
    """The second visit begins while the first still lasts."""
    first, second = visits
    first.move(_after_work(first), first.minutes)
    second.move(first.arrive + timedelta(minutes=first.minutes * 0.4), second.minutes)


def _after_work(visit: Made) -> datetime:
    """An hour at which this cadre made no other visit."""
    return visit.arrive.replace(hour=17, minute=30)


def mocked(scene: Scene, visits: Sequence[Made]) -> None:
    """A made-up position: marked by the system, without accuracy, the same to the last digit."""
    fix = seen_from((visits[0].home.lat, visits[0].home.lon), 0, scene.rng)
    for visit in visits:
        visit.fix = {**fix, "acc": 0.0, "alt": 0.0, "mock": True}
        for shot in visit.shots.values():
            shot.fix = None


def without_gps(_scene: Scene, visits: Sequence[Made]) -> None:
    for visit in visits:
        visit.fix = None
        for shot in visit.shots.values():
            shot.fix = None


def too_fast(scene: Scene, visits: Sequence[Made]) -> None:
    for visit in visits:
        visit.move(visit.arrive, visit.minutes * scene.rng.uniform(0.08, 0.16))


def clock_set_back(scene: Scene, visits: Sequence[Made]) -> None:
    """Made in the evening, dated two days before."""
    for visit in visits:
        visit.set_back = scene.rng.uniform(1.5, 3) * 86_400


def copied(changed: float) -> Stage:
    """Another household's answers, but for this share of them."""

    def stage(scene: Scene, visits: Sequence[Made]) -> None:
        for visit in visits:
            source = scene.other(visit)
            for question in scene.doors.compared:
                if scene.rng.random() >= changed:
                    _same(visit, source, question.path)
            scene.doors.again(visit)

    return stage


def carried_over(scene: Scene, visits: Sequence[Made]) -> None:
    """Last year's answers, every one of them."""
    for visit in visits:
        for question in scene.doors.compared:
            _same(visit, scene.year_before(visit), question.path)
        scene.doors.again(visit)


def _same(visit: Made, source: Made, path: str) -> None:
    if path in source.values:
        visit.values[path] = source.values[path]
    else:
        visit.values.pop(path, None)


def same_notes(_scene: Scene, visits: Sequence[Made]) -> None:
    """One note at every house."""
    for visit in visits:
        visit.values["finish/remark"] = visits[0].values["finish/remark"]


def nearly_same_notes(scene: Scene, visits: Sequence[Made]) -> None:
    """One note at every house, with some words of its own added."""
    same_notes(scene, visits)
    for visit in visits:
        visit.values["finish/remark"] += f"（第{scene.rng.randint(2, 9)}组）"


def retouched(scene: Scene, visits: Sequence[Made]) -> None:
    """Many answers changed at night, days later."""
    for visit in visits:
        paths = _answered(scene.doors, visit)
        chosen = sorted(scene.rng.sample(sorted(paths), min(8, len(paths))))
        night = (visit.arrive + timedelta(days=4)).replace(hour=23, minute=12)
        visit.edit(night, {p: _another(paths[p], scene.rng) for p in chosen})


def there_and_back(scene: Scene, visits: Sequence[Made]) -> None:
    """An amount is changed, and changed back a week later."""
    for visit in visits:
        path, value = next(iter(_answered(scene.doors, visit).items()))
        day = (visit.arrive + timedelta(days=3)).replace(hour=10)
        visit.edit(day, {path: _another(value, scene.rng)})
        visit.edit(day + timedelta(days=7), {path: value})


def _answered(doors: Doors, visit: Made) -> dict[str, float]:
    """Its amounts and counts, by path."""
    counted = (QuestionType.DECIMAL, QuestionType.INTEGER)
    asked = [q.path for q in doors.compared if q.type in counted]
    return {p: visit.values[p] for p in asked if isinstance(visit.values.get(p), int | float)}


def _another(value: float, rng: random.Random) -> float:
    return value + 10 * rng.randint(1, 40)
