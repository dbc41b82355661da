"""Many seeds, one server: which stories break a promise, and how that reads when it is short."""

from collections.abc import Sequence
from dataclasses import dataclass

from forms.pack import load_pack
from tests.kit import postgres
from tests.simulation.ledger import Breach
from tests.simulation.moves import Move, story
from tests.simulation.play import play
from tests.simulation.promises import PROMISES
from tests.simulation.server import Server, server
from tests.simulation.shrink import shortest

LOT = 100
EVERY = {"crossing": 4, "clocks": 5, "workers": 3}
"""Every so many seeds a story is also played in another order, or with right clocks, or the workers
do all their work at its end; each costs as much as the story itself."""


@dataclass(frozen=True)
class Lot:
    """Seeds that share one server."""

    first: int
    count: int
    database: str
    verbose: bool
    most: int
    whole: bool = False
    """Failing stories are told as they are, not shortened."""


@dataclass(frozen=True)
class Failure:
    """One seed that broke a promise."""

    seed: int
    number: int
    told: str


def lots(first: int, count: int, database: str, verbose: bool, most: int, whole: bool) -> list[Lot]:
    starts = range(first, first + count, LOT)
    return [Lot(s, min(LOT, first + count - s), database, verbose, most, whole) for s in starts]


def chapters(seed: int) -> tuple[str, ...]:
    return tuple(name for name, every in EVERY.items() if seed % every == 0)


def run_lot(lot: Lot) -> list[Failure]:
    pack = load_pack("household")
    database = postgres.start() if lot.database == "postgresql" else None
    failures: list[Failure] = []
    with server(pack, database) as here:
        for seed in range(lot.first, lot.first + lot.count):
            found, told = play(here, story(seed), chapters(seed))
            if lot.verbose:
                print(f"seed {seed}", *told, *found, sep="\n  ", flush=True)
            if found:
                failures.append(failed(here, seed, found, lot.database, lot.whole))
            if len(failures) >= lot.most:
                break
    return failures


def failed(here: Server, seed: int, found: Sequence[Breach], database: str, whole: bool) -> Failure:
    """Shrunk, told again, with the command that repeats it."""
    number = found[0].number
    more = chapters(seed) if number in (5, 10, 12, 13) else ()

    def broken(moves: Sequence[Move]) -> bool:
        return any(b.number == number for b in play(here, moves, more)[0])

    moves = story(seed) if whole else shortest(story(seed), broken)
    breaches, told = play(here, moves, more)
    return Failure(seed, number, _words(seed, number, told, breaches, database))


def _words(
    seed: int, number: int, told: Sequence[str], breaches: Sequence[Breach], database: str
) -> str:
    lines = [f"seed {seed} breaks promise {number}: {PROMISES[number].words}"]
    lines += [f"  {place}. {words}" for place, words in enumerate(told, 1)]
    lines += [f"  ! ({b.number}) {b.words}" for b in list(breaches)[:6]]
    command = f"python -m devices.simulate --from {seed} --seeds 1 --database {database} --verbose"
    return "\n".join([*lines, f"  again: {command}"])
