"""W1 to W7, written once for every server that has an adapter. Each answers lines of the table."""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks.adapters import Adapter, Seat

PHONES = 16
SIDES = ("finish/remark_a", "finish/remark_b")
SAME = "income/wage"


@dataclass(frozen=True)
class Line:
    """One figure."""

    workload: str
    what: str
    value: str


@dataclass(frozen=True)
class Scale:
    """How much of each; 1.0 is the size of the table."""

    share: float

    def of(self, count: int, least: int = 1) -> int:
        return max(least, round(count * self.share))


Workload = Callable[[Adapter, Scale], Iterator[Line]]


def w1(server: Adapter, scale: Scale) -> Iterator[Line]:
    """Creates by one client, in the batch that suits the server best."""
    count, seat = scale.of(10_000, 100), server.seat(0)
    documents = list(server.creates(0, count))
    with server.meter.watching():
        cpu, all_cpu, began = server.front.look(), server.meter.look(), time.perf_counter()
        kept = _pushed(server, seat, documents)
        seconds, spent = time.perf_counter() - began, server.front.look() - cpu
        server.settle()
        settled, all_spent = time.perf_counter() - began, server.meter.look() - all_cpu
    yield Line("W1", "creates", f"{kept} of {count} acknowledged")
    yield Line("W1", "records/s, client included", f"{count / seconds:,.0f}")
    yield Line("W1", "CPU s per 1,000, accepted", f"{spent / count * 1000:.3f}")
    yield Line("W1", "CPU s per 1,000, settled", f"{all_spent / count * 1000:.3f}")
    yield Line("W1", "settled records/s", f"{count / settled:,.0f}")
    yield Line("W1", "bytes up per record", f"{seat.wire.up / count:,.0f}")
    yield Line("W1", "peak memory, MB", f"{server.meter.peak / 1e6:,.0f}")


def _pushed(server: Adapter, seat: Seat, documents: list[dict[str, object]]) -> int:
    parts = range(0, len(documents), server.batch)
    return sum(server.push(seat, documents[at : at + server.batch]) for at in parts)


def w2(server: Adapter, scale: Scale) -> Iterator[Line]:
    """Sixteen devices push, then each pulls everything."""
    each = scale.of(200, 10)
    seats = [server.seat(n) for n in range(1, PHONES + 1)]
    lots = [list(server.creates(seat.device, each)) for seat in seats]
    cpu = server.front.look()
    with ThreadPoolExecutor(PHONES) as pool:
        kept = sum(pool.map(lambda pair: _pushed(server, *pair), zip(seats, lots, strict=True)))
    pushed = server.front.look()
    server.settle()
    before = server.front.look()
    with ThreadPoolExecutor(PHONES) as pool:
        pulls = list(pool.map(server.pull, seats))
    pulled = server.front.look() - before
    mine = {rec for seat in seats for rec in seat.held}
    got = sum(len(mine & set(pull.records)) for pull in pulls)
    rows = sum(len(pull.records) for pull in pulls)
    yield Line("W2", "push CPU s per 1,000", f"{(pushed - cpu) / len(mine) * 1000:.3f}")
    yield Line("W2", "pull CPU s per 1,000 rows", f"{pulled / rows * 1000:.4f}")
    yield Line("W2", "acknowledged · delivered", f"{kept} · {got:,} of {kept * PHONES:,}")


def w3(server: Adapter, scale: Scale) -> Iterator[Line]:
    """A device pulls the 500 that changed, of many."""
    seat, writer = server.seat(0), server.seat(1)
    server.pull(seat)
    took, pull = [], None
    for _ in range(8):
        _pushed(server, writer, list(server.creates(1, scale.of(63, 5))))
        server.settle()
        began = time.perf_counter()
        pull = server.pull(seat)
        took.append((time.perf_counter() - began) * 1000)
    if pull is not None:
        yield Line("W3", "rows changed · requests", f"{len(pull.records)} · {pull.requests}")
        yield Line("W3", "kB down", f"{pull.down / 1000:.0f}")
    yield Line("W3", "p50 · p95 ms", f"{statistics.median(took):.1f} · {max(took):.1f}")


def w4(server: Adapter, scale: Scale) -> Iterator[Line]:
    """Nothing new, sixteen at a time."""
    each = scale.of(200, 10)
    seats = [server.seat(n) for n in range(PHONES)]
    first = server.seat(0)
    server.pull(first)
    for seat in seats:
        seat.cursor = first.cursor

    def walk(seat: Seat) -> list[float]:
        took = []
        for _ in range(each):
            began = time.perf_counter()
            server.pull(seat)
            took.append((time.perf_counter() - began) * 1000)
        return took

    cpu, began = server.front.look(), time.perf_counter()
    with ThreadPoolExecutor(PHONES) as pool:
        took = sorted(ms for lot in pool.map(walk, seats) for ms in lot)
    seconds, spent = time.perf_counter() - began, server.front.look() - cpu
    total = each * PHONES
    both = (seats[0].wire.up + seats[0].wire.down) / seats[0].wire.requests
    yield Line("W4", "bytes both ways", f"{both:,.0f}")
    yield Line("W4", "pulls/s, client included", f"{total / seconds:,.0f}")
    yield Line("W4", "CPU ms a pull", f"{spent / total * 1000:.2f}")
    yield Line("W4", "p50 · p95 ms", f"{took[total // 2]:.1f} · {took[int(total * 0.95)]:.1f}")


def w5(server: Adapter, scale: Scale) -> Iterator[Line]:
    """Two devices change the same records without having seen each other."""
    count, one, other = scale.of(1000, 20), server.seat(1), server.seat(2)
    documents = list(server.creates(1, count))
    _pushed(server, one, documents)
    recs = list(one.held)[-count:]
    other.held |= {rec: one.held[rec] for rec in recs}
    before = server.disputes()
    for seat, path in ((one, SIDES[0]), (other, SIDES[1])):
        _pushed(server, seat, list(server.edits(seat, recs, path, path)))
    both = sum(all(server.value(one, rec, path) == path for path in SIDES) for rec in recs[:50])
    yield Line("W5", "different answers: both kept", f"{both} of 50 looked at")
    yield Line("W5", "different answers: conflicts", str(server.disputes() - before))
    for seat, value in ((one, 111), (other, 222)):
        _pushed(server, seat, list(server.edits(seat, recs, SAME, value)))
    told = server.disputes() - before
    yield Line("W5", "same answer: waiting for a person", f"{told} of {count}")


def w6(server: Adapter, scale: Scale) -> Iterator[Line]:
    """Twelve writers, and one reader that follows its cursor meanwhile."""
    writers = [server.seat(n) for n in range(1, 13)]
    each, reader, seen = scale.of(400, 20), server.seat(0), set[str]()
    lots = [list(server.creates(seat.device, each)) for seat in writers]

    def write(pair: tuple[Seat, list[dict[str, object]]]) -> int:
        return sum(server.push(pair[0], pair[1][at : at + 10]) for at in range(0, each, 10))

    with ThreadPoolExecutor(len(writers)) as pool:
        asked = [pool.submit(write, pair) for pair in zip(writers, lots, strict=True)]
        while not all(one.done() for one in asked):
            seen |= set(server.pull(reader).records)
    kept = sum(one.result() for one in asked)
    seen |= set(server.pull(reader).records)
    due = {rec for seat in writers for rec in seat.held}
    yield Line("W6", "acknowledged · never delivered", f"{kept} · {len(due - seen)}")


def w7(server: Adapter, scale: Scale) -> Iterator[Line]:
    """The same push, byte for byte."""
    seat = server.seat(3)
    server.push(seat, list(server.creates(3, 200))[: server.batch])
    yield Line("W7", "effects of the same push again", str(server.again(seat)))


ALL: tuple[Workload, ...] = (w1, w2, w3, w4, w5, w6, w7)
