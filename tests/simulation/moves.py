"""What may happen, and how a seed becomes a list of it. A move resolves its own choices, so that
moves can be dropped from a story and the rest still mean the same."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from tests.simulation.people import PHONES
from tests.simulation.road import Fault


class Kind(Enum):
    """Each has a method of its name in `acts.py` or `office.py`."""

    VISIT = "visit"
    OPEN = "open"
    FINISH = "finish"
    MEND = "mend"
    SYNC = "sync"
    PULL = "pull"
    PUSH = "push"
    PHOTOS = "photos"
    OVERTAKE = "overtake"
    DIE = "die"
    AGAIN = "again"
    CLOCK = "clock"
    TRESPASS = "trespass"
    ARRIVE = "arrive"
    PAIR = "pair"
    MOVE = "move"
    GRANT = "grant"
    REVIEW = "review"
    CORRECT = "correct"
    SETTLE = "settle"
    WORK = "work"
    PURGE = "purge"
    BACKUP = "backup"
    RESTORE = "restore"
    CHECK = "check"
    DEPART = "depart"


@dataclass(frozen=True)
class Move:
    """One thing that happens. `pick` seeds all its choices, `minutes` pass before it."""

    kind: Kind
    phone: int
    pick: int
    minutes: int
    fault: Fault = Fault.NONE
    strike: int = 0


WEIGHTS = {
    Kind.VISIT: 12, Kind.OPEN: 4, Kind.FINISH: 5, Kind.MEND: 14, Kind.SYNC: 18, Kind.PULL: 8,
    Kind.PUSH: 12, Kind.PHOTOS: 2, Kind.OVERTAKE: 3, Kind.DIE: 1,
    Kind.AGAIN: 2, Kind.CLOCK: 2, Kind.TRESPASS: 2,
    Kind.ARRIVE: 3, Kind.PAIR: 4, Kind.MOVE: 1, Kind.GRANT: 2, Kind.REVIEW: 5, Kind.CORRECT: 3,
    Kind.SETTLE: 4, Kind.WORK: 2, Kind.PURGE: 1, Kind.BACKUP: 2, Kind.RESTORE: 2,
}  # fmt: skip
THEMES: dict[str, dict[Kind, int]] = {
    "": {},
    "restores": {Kind.BACKUP: 8, Kind.RESTORE: 8},
    "offices": {Kind.PAIR: 14, Kind.MOVE: 5, Kind.GRANT: 8, Kind.TRESPASS: 6, Kind.PULL: 14},
    "purges": {Kind.PURGE: 8, Kind.PULL: 16, Kind.PAIR: 8},
    "works": {Kind.WORK: 14, Kind.PHOTOS: 14},
    "clocks": {Kind.CLOCK: 30, Kind.VISIT: 30, Kind.SYNC: 30},
    "drafts": {Kind.OPEN: 30, Kind.FINISH: 30, Kind.SYNC: 50},
}
"""Stories that dwell on something: a bug there shows itself in a few of them."""
BESIDE = {Kind.CHECK: 0.08, Kind.DEPART: 0.02}
"""How often each of these comes before a move; they have dice of their own, so that the rest of a
seed's story stays what it was."""
ON_THE_ROAD = (Kind.SYNC, Kind.PULL, Kind.PUSH, Kind.PHOTOS)
BADNESS = 0.35
LENGTH = (16, 44)


def story(seed: int, theme: str = "") -> list[Move]:
    """The moves of a seed: everybody syncs once, then the days pass."""
    rng = random.Random(seed)
    phones = rng.randint(3, len(PHONES))
    begun = [Move(Kind.SYNC, place, 0, 1) for place in range(phones)]
    kinds, weights = tuple(WEIGHTS), tuple((WEIGHTS | THEMES[theme]).values())
    chosen = rng.choices(kinds, weights, k=rng.randint(*LENGTH))
    return [*begun, *_beside(seed, phones, [move(rng, kind, phones) for kind in chosen])]


def _beside(seed: int, phones: int, moves: Sequence[Move]) -> Iterator[Move]:
    rng = random.Random(f"beside {seed}")
    for each in moves:
        for kind, often in BESIDE.items():
            if rng.random() < often:
                yield Move(kind, rng.randrange(phones), rng.getrandbits(31), 1)
        yield each


def move(rng: random.Random, kind: Kind, phones: int) -> Move:
    fault, strike = Fault.NONE, 0
    if kind in ON_THE_ROAD and rng.random() < BADNESS:
        fault, strike = rng.choice(list(Fault)[1:]), rng.choice((0, 0, 1, 2))
    minutes = rng.choice((1, 7, 60, 1440))
    return Move(kind, rng.randrange(phones), rng.getrandbits(31), minutes, fault, strike)


def phones_of(moves: Sequence[Move]) -> int:
    return max((m.phone for m in moves), default=0) + 1
