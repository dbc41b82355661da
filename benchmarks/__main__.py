"""`make bench` or `python -m benchmarks [--visits N] [--database-url URL]`: prints figures."""

import argparse
import platform
import tempfile
from pathlib import Path

import psutil

from benchmarks import sync
from benchmarks.world import world


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--visits", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL; default SQLite")
    given = parser.parse_args()
    kind = given.database_url.partition(":")[0] or "sqlite"
    cores = psutil.cpu_count()
    print(f"Python {platform.python_version()}, {cores} cores, {kind}; client on the same cores")
    with (
        tempfile.TemporaryDirectory() as home,
        world(Path(home), given.database_url, given.visits + 500) as here,
    ):
        print(sync.push(here, given.visits, given.batch), flush=True)
        words, cursor = sync.pull_all(here)
        print(words, flush=True)
        print(sync.nothing_new(here, cursor), flush=True)
        print(sync.changed_since(here, cursor, given.visits), flush=True)


if __name__ == "__main__":
    main()
