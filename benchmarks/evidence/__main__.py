"""`make bench-evidence` or `python -m benchmarks.evidence`: what the checks see, and whom they
bother."""

import argparse
import platform
import time

import psutil

from benchmarks.evidence.figures import Seen, Totals, lines
from benchmarks.evidence.judge import judged
from benchmarks.evidence.kinds import KINDS
from benchmarks.evidence.lab import Size, lab
from forms.pack import load_pack
from verify.catalogue import CATALOGUE


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evidence", description=__doc__)
    parser.add_argument("--townships", type=int, default=4, help="the kinds are dealt out to them")
    parser.add_argument("--households", type=int, default=Size().households)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(f"Python {platform.python_version()}, load {psutil.getloadavg()[0]:.1f}")
    print(f"{given.townships} townships of {given.households} households, seed {given.seed}")
    totals, pack = Totals(), load_pack("household")
    for n in range(given.townships):
        began = time.monotonic()
        chosen = KINDS[n :: given.townships]
        with lab(given.seed + n, chosen, Size(households=given.households), pack) as made:
            totals.seconds["making"] += int(time.monotonic() - began)
            told = judged(made)
            totals.seconds.update(told.seconds)
            totals.seen += [
                Seen(visit.kind, told.rules(rec), (n, visit.group))
                for rec, visit in made.visits.items()
            ]
        print(f"  township {n + 1} took {time.monotonic() - began:.0f} s", flush=True)
    print()
    for line in lines(totals, (check.rule for check in CATALOGUE)):
        print(line)


if __name__ == "__main__":
    main()
