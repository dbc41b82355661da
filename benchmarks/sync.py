"""Push and pull over HTTP: W1 (creates), W3 (500 changed), W4 (nothing new)."""

import gzip
import http.client
import random
import statistics
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import orjson

from benchmarks import visits
from benchmarks.world import World
from store import clock


class Client:
    """One phone on one kept-alive connection."""

    def __init__(self, world: World) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(world.url).netloc, timeout=120)
        self._headers = {"Authorization": f"Bearer {world.token}", "Accept-Encoding": "gzip"}

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, bytes, int]:
        """(status, body inflated, bytes of the body as received)."""
        packed: Mapping[str, str] = (
            {"Content-Encoding": "gzip", "Content-Type": "application/json"} if body else {}
        )
        self._connection.request(method, path, body or None, {**self._headers, **packed})
        answer = self._connection.getresponse()
        raw = answer.read()
        plain = gzip.decompress(raw) if answer.getheader("Content-Encoding") == "gzip" else raw
        return answer.status, plain, len(raw)


def push(world: World, creates: int, batch: int) -> str:
    """W1: first visits of one phone, `batch` ops a request."""
    rng, client = random.Random(1), Client(world)
    ops = [visits.op(unit, n + 1, rng) for n, unit in enumerate(world.units[:creates])]
    bodies = [
        gzip.compress(_push(world, ops[start : start + batch]), 6)
        for start in range(0, creates, batch)
    ]
    cpu, began = world.cpu(), time.perf_counter()
    for body in bodies:
        status, plain, _ = client.ask("POST", "/api/v1/sync/push", body)
        results = [line["result"] for line in orjson.loads(plain)["results"]]
        if status != 200 or set(results) != {"applied"}:
            raise RuntimeError(f"{status}: {plain[:300]!r}")
    seconds, spent = time.perf_counter() - began, world.cpu() - cpu
    size = sum(map(len, bodies)) / creates
    return (
        f"W1 push {creates} visits, {batch} a request: {creates / seconds:,.0f} visits/s, "
        f"web CPU {spent / creates * 1000:.2f} s per 1,000, {size:,.0f} B up per visit (gzip)"
    )


def _push(world: World, ops: list[dict[str, object]]) -> bytes:
    told = {"device": world.device, "epoch": None, "sent_at": clock.now(), "ops": ops}
    return orjson.dumps(told)


def pull_all(world: World) -> tuple[str, str]:
    """First sync of everything the phone has in scope; (words, cursor)."""
    client, cursor, down, records = Client(world), "", 0, 0
    cpu, began = world.cpu(), time.perf_counter()
    more = True
    while more:
        _, plain, size = client.ask("GET", f"/api/v1/sync/pull?limit=500&cursor={cursor}")
        page = orjson.loads(plain)
        cursor, more = page["cursor"], page["more"]
        down, records = down + size, records + len(page["records"])
    seconds, spent = time.perf_counter() - began, world.cpu() - cpu
    words = (
        f"pull all {records} records: {records / seconds:,.0f} records/s, "
        f"web CPU {spent / records * 1000:.3f} s per 1,000, {down / records:,.0f} B down a record"
    )
    return words, cursor


def changed_since(world: World, cursor: str, visited: int, times: int = 20) -> str:
    """W3: 83 more visits move about 500 records (visits, households, members, summaries)."""
    rng, client = random.Random(2), Client(world)
    fresh = world.units[visited : visited + 83]
    ops = [visits.op(unit, visited + n + 1, rng) for n, unit in enumerate(fresh)]
    client.ask("POST", "/api/v1/sync/push", gzip.compress(_push(world, ops)))
    took, size, count = [], 0, 0
    for _ in range(times):
        began = time.perf_counter()
        _, plain, size = client.ask("GET", f"/api/v1/sync/pull?limit=500&cursor={cursor}")
        took.append((time.perf_counter() - began) * 1000)
        count = len(orjson.loads(plain)["records"])
    middle = statistics.median(took)
    return f"W3 pull {count} changed of all: p50 {middle:.1f} ms, {size / 1000:.0f} kB down"


def nothing_new(world: World, cursor: str, clients: int = 16, each: int = 100) -> str:
    """W4: 16 phones with nothing to fetch."""

    def walk(_: int) -> None:
        client = Client(world)
        for _ in range(each):
            status = client.ask("GET", f"/api/v1/sync/pull?limit=500&cursor={cursor}")[0]
            if status != 204:
                raise RuntimeError(str(status))

    cpu, began = world.cpu(), time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(walk, range(clients)))
    seconds, spent = time.perf_counter() - began, world.cpu() - cpu
    total = clients * each
    return (
        f"W4 nothing new, {clients} phones: {total / seconds:,.0f} pulls/s, "
        f"web CPU {spent / total * 1000:.2f} ms a pull"
    )
