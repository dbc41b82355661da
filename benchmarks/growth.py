"""The same push and pull in a small and in a large database."""

import random
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

from benchmarks import visits
from benchmarks.adapters.ruhu import Ruhu
from benchmarks.world import VILLAGE, World, world
from store import feed, ids
from store.db import begin_write
from store.records import Record
from sync.state import json_text
from tests.kit.postgres import Postgres, start

TIMES = 12
LOT = 5000


def run(name: str, sizes: list[int]) -> None:
    """Prints CPU and p50 of a push of 60 visits and of the pull that brings them."""
    database = Postgres("") if name == "sqlite" else start(durable=True)
    url = database.database() if database.url else ""
    with (
        tempfile.TemporaryDirectory() as home,
        world(Path(home), url, 200 + TIMES * 63 * len(sizes), False, database.pid or None) as here,
    ):
        filled = 0
        for size in sizes:
            filled += _fill(here, size - filled)
            print(f"  {name} {size:>9,} records: {_measured(here)}", flush=True)


def _fill(here: World, count: int) -> int:
    """Visits of a neighbouring village's people: rows as push writes them, in bulk."""
    rng = random.Random(count)
    doc = json_text({"set": visits.op(ids.new(), 1, rng)["set"], "rows": {}})
    for start_ in range(0, count, LOT):
        with here.session() as session:
            _rows(session, doc, min(LOT, count - start_))
    return max(0, count)


def _rows(session: Session, doc: str, count: int) -> None:
    begin_write(session)
    author = ids.derived("somebody else")
    first = feed.take(session, count)
    rows = [
        {
            "id": ids.new(), "type": "submission", "unit": ids.derived(str((first + n) // 8)),
            "area": VILLAGE, "version": 1, "seq": first + n, "deleted": False, "doc": doc,
            "fver": "{}", "sealed": "{}", "author": author, "form": visits.FORM,
            "form_v": visits.VERSION,
        }
        for n in range(count)
    ]  # fmt: skip
    session.execute(insert(Record), rows)
    session.commit()


def _measured(here: World) -> str:
    server = Ruhu(here)
    writer, reader = server.seat(1), server.seat(0)
    server._units = iter(here.units[_measured_before(here) :])
    server.pull(reader)
    pushes, pulls, cpu = [], [], here.meter.look()
    for _ in range(TIMES):
        documents = server.creates(1, 63)
        began = time.perf_counter()
        server.push(writer, documents)
        pushes.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        rows = len(server.pull(reader).records)
        pulls.append((time.perf_counter() - began) * 1000)
    spent = (here.meter.look() - cpu) / TIMES * 1000
    return (
        f"push of 63 visits p50 {statistics.median(pushes):.1f} ms, pull of {rows} rows p50 "
        f"{statistics.median(pulls):.1f} ms, CPU {spent:.0f} ms for both"
    )


def _measured_before(here: World) -> int:
    """Households that earlier sizes have used up."""
    with here.session() as session:
        used = {unit for (unit,) in session.query(Record.unit).filter(Record.type == "summary")}
    return sum(unit in used for unit in here.units)
