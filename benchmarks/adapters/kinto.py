"""Kinto, from its package in an environment of its own, over PostgreSQL: the peer in our table."""

import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from benchmarks import visits
from benchmarks.adapters import Documents, Pulled, Seat
from benchmarks.meter import Meter
from benchmarks.wire import Wire
from benchmarks.world import ROOT, free_port

PACKAGE = "kinto[postgresql]==26.5.0"
HOME = ROOT / "var" / "bench" / "kinto"
RECORDS = "/v1/buckets/bench/collections/visits/records"
SETTINGS = """
[app:main]
use = egg:kinto
kinto.userid_hmac_secret = bench
kinto.batch_max_requests = 200
kinto.paginate_by = 500
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {url}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {url}
kinto.cache_backend = kinto.core.cache.memory
kinto.bucket_write_principals = system.Authenticated
kinto.bucket_create_principals = system.Authenticated
multiauth.policies = basicauth

[server:main]
use = egg:waitress
host = 127.0.0.1
port = {port}
threads = 16

[loggers]
keys = root
[handlers]
keys = none
[formatters]
keys = plain
[logger_root]
level = ERROR
handlers = none
[handler_none]
class = NullHandler
args = ()
formatter = plain
[formatter_plain]
format = %(message)s
"""
BASIC = {"Authorization": "Basic YmVuY2g6YmVuY2g=", "Accept-Encoding": "gzip"}
JSON = {"Content-Type": "application/json"}


class Kinto:
    """Whole documents by PUT in batches; a pull follows `_since`."""

    batch = 100

    def __init__(self, url: str, meter: Meter) -> None:
        self._url, self.name = url, f"{PACKAGE} (postgresql)"
        self.meter = self.front = meter
        self._last = b""
        self._prepared()

    def _prepared(self) -> None:
        wire = self.seat(0).wire
        for path in ("/v1/buckets/bench", "/v1/buckets/bench/collections/visits"):
            wire.ask("PUT", path, b"{}", JSON)

    def seat(self, device: int) -> Seat:
        return Seat(Wire(self._url, BASIC), device)

    def creates(self, device: int, count: int) -> Documents:
        rng = visits.chance(device)
        return [_document(visits.op(str(uuid.uuid4()), 1, rng)) for _ in range(count)]

    def push(self, seat: Seat, documents: Documents) -> int:
        asked = [
            {"method": "PUT", "path": f"{RECORDS}/{d['id']}", "body": {"data": d}}
            for d in documents
        ]
        self._last = orjson.dumps({"requests": asked})
        heard = seat.wire.ask("POST", "/v1/batch", self._last, JSON)
        if heard.status != 200:
            return 0
        answers = orjson.loads(heard.body)["responses"]
        kept = [d for d, a in zip(documents, answers, strict=True) if a["status"] in (200, 201)]
        seat.held |= {d["id"]: "" for d in kept}
        return len(kept)

    def edits(self, seat: Seat, records: Sequence[str], path: str, value: Any) -> Documents:
        """Blind: Kinto merges nothing, so a device sends its whole copy."""
        whole = _document(visits.op("", 1, visits.chance(0)))
        return [whole | {"id": record, path: value} for record in records]

    def again(self, seat: Seat) -> int:
        before = self._stamp(seat)
        seat.wire.ask("POST", "/v1/batch", self._last, JSON)
        found = seat.wire.ask("GET", f"{RECORDS}?_since={before}")
        return len(orjson.loads(found.body)["data"])

    def _stamp(self, seat: Seat) -> str:
        return seat.wire.ask("HEAD", RECORDS).headers["etag"].strip('"')

    def pull(self, seat: Seat) -> Pulled:
        path = RECORDS + (f"?_since={seat.cursor}&_sort=last_modified" if seat.cursor else "")
        before, requests, records = seat.wire.down, 0, list[str]()
        while path:
            heard = seat.wire.ask("GET", path)
            requests += 1
            records += [record["id"] for record in orjson.loads(heard.body)["data"]]
            seat.cursor = seat.cursor if requests > 1 else heard.headers["etag"].strip('"')
            path = heard.headers.get("next-page", "").replace(self._url, "")
        return Pulled(tuple(records), requests, seat.wire.down - before)

    def settle(self) -> None:
        return

    def value(self, seat: Seat, record: str, path: str) -> Any:
        heard = seat.wire.ask("GET", f"{RECORDS}/{record}")
        return orjson.loads(heard.body).get("data", {}).get(path)

    def disputes(self) -> int:
        return 0


def _document(op: dict[str, Any]) -> dict[str, Any]:
    return {"id": op["rec"], **op["set"], "rows": op["rows"], "at": op["at"], "rec": op["rec"]}


@contextmanager
def kinto(home: Path, database_url: str, database: int) -> Iterator[Kinto]:
    """Installed at its first use; ended with the block."""
    binary, port, settings = _installed(), free_port(), home / "kinto.ini"
    address = database_url.replace("postgresql://", "postgresql+psycopg2://")
    settings.write_text(SETTINGS.format(url=address, port=port))
    subprocess.run([binary, "migrate", "--ini", str(settings)], check=True, capture_output=True)
    server = subprocess.Popen(
        [binary, "start", "--ini", str(settings)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield Kinto(url, Meter([server.pid, database]))
    finally:
        server.terminate()
        server.wait(20)


def _installed() -> str:
    binary = HOME / "bin" / "kinto"
    if not binary.exists():
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        pip = [str(HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", PACKAGE]
        subprocess.run([*pip, "waitress"], check=True)
    return str(binary)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/v1/", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("Kinto did not answer")
