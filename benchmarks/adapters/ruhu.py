"""Ours over HTTP, with authentication, typed decoding, history, outbox and fsync on."""

import gzip
import random
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import func, select

from benchmarks import visits
from benchmarks.adapters import Documents, Pulled, Seat
from benchmarks.meter import Meter
from benchmarks.wire import Wire
from benchmarks.world import World
from store import clock, ids
from store.conflicts import Conflict
from store.records import Record

PUSH, PULL = "/api/v1/sync/push", "/api/v1/sync/pull?limit=500"
PACKED = {"Content-Type": "application/json", "Content-Encoding": "gzip"}


class Ruhu:
    """One installation that `benchmarks.world` has started."""

    name, batch = "Ruhu", 500

    def __init__(self, world: World) -> None:
        self._world, self._rng = world, random.Random(1)
        self.meter: Meter = world.meter
        self.front: Meter = world.front
        self._units = iter(world.units)
        self._last = b""
        self.name = f"Ruhu ({world.kind})"

    def seat(self, device: int) -> Seat:
        headers = {"Authorization": f"Bearer {self._world.tokens[device]}"}
        return Seat(Wire(self._world.url, headers | {"Accept-Encoding": "gzip"}), device)

    def creates(self, device: int, count: int) -> Documents:
        return [visits.op(next(self._units), 0, self._rng) for _ in range(count)]

    def push(self, seat: Seat, documents: Documents) -> int:
        for document in documents:
            seat.n += 1
            document["n"] = seat.n
        told = {"device": self._world.devices[seat.device], "epoch": None}
        body = orjson.dumps(told | {"sent_at": clock.now(), "ops": documents})
        self._last = gzip.compress(body, 6)
        return self._sent(seat, documents)

    def _sent(self, seat: Seat, documents: Documents) -> int:
        heard = seat.wire.ask("POST", PUSH, self._last, PACKED)
        if heard.status != 200:
            return 0
        results = orjson.loads(heard.body)["results"]
        for document, line in zip(documents, results, strict=True):
            seat.held[document["rec"]] = str(line.get("v", 0))
        return sum(line["result"] in ("applied", "merged", "conflict") for line in results)

    def edits(self, seat: Seat, records: Sequence[str], path: str, value: Any) -> Documents:
        return [
            {
                "op": ids.new(), "rec": rec, "type": "submission", "form": visits.FORM,
                "form_v": visits.VERSION, "base": {"epoch": self._world.epoch, "v": 1},
                "seen": {}, "set": {path: value}, "at": clock.now(),
            }
            for rec in records
        ]  # fmt: skip

    def again(self, seat: Seat) -> int:
        before = self._count(Record)
        heard = seat.wire.ask("POST", PUSH, self._last, PACKED)
        lines = orjson.loads(heard.body)["results"]
        fresh = sum(not line.get("dup") for line in lines)
        return fresh + self._count(Record) - before

    def pull(self, seat: Seat) -> Pulled:
        records: list[str] = []
        before, requests, more = seat.wire.down, 0, True
        while more:
            heard = seat.wire.ask("GET", PULL + (f"&cursor={seat.cursor}" if seat.cursor else ""))
            requests += 1
            if heard.status == 204:
                break
            page = orjson.loads(heard.body)
            seat.cursor, more = page["cursor"], page["more"]
            records += [record["id"] for record in page["records"]]
        return Pulled(tuple(records), requests, seat.wire.down - before)

    def settle(self) -> None:
        self._world.settle()

    def value(self, seat: Seat, record: str, path: str) -> Any:
        with self._world.session() as session:
            doc = orjson.loads(session.get_one(Record, record).doc)
            return doc["set"].get(path)

    def disputes(self) -> int:
        return self._count(Conflict)

    def _count(self, table: Any) -> int:
        with self._world.session() as session:
            return session.execute(select(func.count()).select_from(table)).scalar_one()
