"""`python -m benchmarks sync | growth`: prints a table. See benchmarks/README.md."""

import argparse
import platform
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks import growth
from benchmarks.adapters import Adapter
from benchmarks.adapters.kinto import kinto
from benchmarks.adapters.ruhu import Ruhu
from benchmarks.workloads import ALL, Scale
from benchmarks.world import world
from tests.kit.postgres import Postgres, start

SERVERS = ("sqlite", "postgresql", "kinto")
HOUSEHOLDS = 24_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", choices=("sync", "growth"), nargs="?", default="sync")
    parser.add_argument("--on", nargs="*", choices=SERVERS, default=list(SERVERS[:2]))
    parser.add_argument("--scale", type=float, default=1.0, help="0.1: a tenth of everything")
    parser.add_argument("--only", nargs="*", default=[], help="w1 w4 …")
    parser.add_argument("--sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    given = parser.parse_args()
    load = psutil.getloadavg()[0]
    print(f"Python {platform.python_version()}, {psutil.cpu_count()} cores, load {load:.1f};")
    print("client on the same cores: compare ratios within one run, CPU before wall time")
    for name in given.on:
        if given.what == "growth":
            growth.run(name, given.sizes)
        else:
            _sync(name, Scale(given.scale), given.only)


def _sync(name: str, scale: Scale, only: list[str]) -> None:
    with server(name, scale.of(HOUSEHOLDS, 2000)) as adapter:
        print(f"\n{adapter.name}", flush=True)
        for workload in ALL:
            if only and workload.__name__ not in only:
                continue
            for line in workload(adapter, scale):
                print(f"  {line.workload}  {line.what:<36}{line.value}", flush=True)


@contextmanager
def server(name: str, households: int) -> Iterator[Adapter]:
    database = Postgres("") if name == "sqlite" else start(durable=True)
    url = database.database() if database.url else ""
    with tempfile.TemporaryDirectory() as home:
        if name == "kinto":
            with kinto(Path(home), url, database.pid) as peer:
                yield peer
        else:
            with world(Path(home), url, households, True, database.pid or None) as here:
                yield Ruhu(here)


if __name__ == "__main__":
    main()
