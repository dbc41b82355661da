"""`python -m devices.simulate --seeds N [--database …] [--from SEED] [--jobs N] [--verbose]`."""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.simulation.runs import Failure, Lot, lots, run_lot


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m devices.simulate", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--from", dest="first", type=int, default=0, metavar="SEED")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--most", type=int, default=5, help="stop after so many failing seeds")
    parser.add_argument("--verbose", action="store_true", help="tell every story")
    parser.add_argument("--whole", action="store_true", help="do not shorten failing stories")
    given = parser.parse_args()
    began = time.monotonic()
    told = (given.first, given.seeds, given.database, given.verbose, given.most, given.whole)
    failures = _all(lots(*told), given)
    for failure in failures:
        print(failure.told)
    seconds = time.monotonic() - began
    numbers = Counter(failure.number for failure in failures)
    print(f"{given.seeds} seeds on {given.database}: {len(failures)} failed, {seconds:.1f} s")
    for number, count in sorted(numbers.items()):
        print(f"  promise {number}: {count}")
    return 1 if failures else 0


def _all(work: list[Lot], given: argparse.Namespace) -> list[Failure]:
    if given.jobs == 1:
        return [failure for lot in work for failure in run_lot(lot)][: given.most]
    with ProcessPoolExecutor(given.jobs, get_context("spawn")) as pool:
        return [f for found in pool.map(run_lot, work) for f in found][: given.most]


if __name__ == "__main__":
    sys.exit(main())
