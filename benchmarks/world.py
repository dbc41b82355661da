"""A server of its own on this machine: one cadre with many phones, many households."""

import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flask_migrate
import psutil
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.meter import Meter
from server import config
from server.app import create_app
from server.cli.setup import found_all
from server.launch import valkey
from server.services import session
from server.transaction import in_writing
from store import areas, clock, feed, ids
from store.accounts import Device, Grant, User
from store.areas import Level
from store.db import engine_for, factory
from store.outbox import OutboxRow
from store.units import Assignment, UnitPlace

ROOT = Path(__file__).resolve().parent.parent
VILLAGE = "999901100201"
PHONES = 18
PATIENCE = 900.0


@dataclass(frozen=True)
class World:
    """What a client needs, and the processes to measure."""

    url: str
    kind: str
    tokens: tuple[str, ...]
    devices: tuple[str, ...]
    units: tuple[str, ...]
    epoch: str
    meter: Meter
    front: Meter
    sessions: sessionmaker[Session]
    works: bool
    """Whether courier and workers run."""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def session(self) -> Session:
        return self.sessions()

    def settle(self) -> None:
        """Until the workers have nothing left that is due."""
        end = time.monotonic() + PATIENCE
        while self.works and self._open():
            if time.monotonic() > end:
                raise RuntimeError("the workers did not come to an end")
            time.sleep(0.1)

    def _open(self) -> int:
        due = OutboxRow.state.in_(("pending", "sent")) & (OutboxRow.due_at <= clock.now())
        with self.session() as current:
            query = select(func.count()).select_from(OutboxRow).where(due)
            return current.execute(query).scalar_one()


@contextmanager
def world(
    home: Path, database_url: str, households: int, works: bool = False, database: int | None = None
) -> Iterator[World]:
    """`database` is the database server's process, where there is one."""
    port = free_port()
    told = {"RUHU_HOME": str(home), "RUHU_PORT": str(port), "RUHU_SECRET_KEY": "bench"}
    told |= {"RUHU_DATABASE_URL": database_url} if database_url else {}
    tokens = tuple(f"bench-token-of-phone-{n}" for n in range(PHONES))
    devices = tuple(ids.new() for _ in range(PHONES))
    units, epoch = _settled(told, tokens, devices, households)
    with ExitStack() as stack:
        roots = [database] if database else []
        if works:
            told["RUHU_REDIS_URL"], courier = _courier(home, stack)
            roots.append(courier)
        processes = [_started(command, told, stack) for command in _commands(port, works)]
        url = database_url or f"sqlite:///{home / 'ruhu.sqlite'}"
        roots += [process.pid for process in processes]
        _wait(f"http://127.0.0.1:{port}")
        engine = engine_for(url)
        stack.callback(engine.dispose)
        yield World(
            f"http://127.0.0.1:{port}", engine.dialect.name, tokens, devices, units, epoch,
            Meter(roots), Meter([processes[0].pid, *([database] if database else [])]),
            factory(engine), works, processes,
        )  # fmt: skip


@contextmanager
def served(told: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """The web server alone with these settings: its address and its process."""
    port = free_port()
    with ExitStack() as stack:
        [command] = _commands(port, works=False)
        web = _started(command, told | {"RUHU_PORT": str(port)}, stack)
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", psutil.Process(web.pid)


def _commands(port: int, works: bool) -> list[list[str]]:
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "wsgi:app"]
    web += ["--host", "127.0.0.1", "--port", str(port)]
    web += ["--workers", "2", "--blocking-threads", "64"]
    worker = [sys.executable, "worker.py"]
    return [web, *([[*worker, "relay"], [*worker, "work"], [*worker, "work"]] if works else [])]


def _started(command: list[str], told: dict[str, str], stack: ExitStack) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **told, "RUHU_LOG": "warning"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _courier(home: Path, stack: ExitStack) -> tuple[str, int]:
    """(its address, its process)"""
    child, url = valkey.prepared(home)
    child.start()
    stack.callback(child.stop, 10.0)
    for _ in range(100):
        if valkey.answers(url):
            return url, child.process.pid if child.process else 0
        time.sleep(0.1)
    raise RuntimeError("Valkey did not answer")


def _settled(
    told: dict[str, str], tokens: tuple[str, ...], devices: tuple[str, ...], households: int
) -> tuple[tuple[str, ...], str]:
    app = create_app(config.read(told))
    with app.app_context():
        flask_migrate.upgrade()
        found_all()
        units = in_writing(session(), lambda: _people(tokens, devices, households))
        epoch = feed.epoch(session())
        session().close()
        app.extensions["sqlalchemy"].engine.dispose()
    return units, epoch


def _people(tokens: tuple[str, ...], devices: tuple[str, ...], households: int) -> tuple[str, ...]:
    db, now = session(), clock.now()
    areas.add(db, "999901000000", Level.COUNTY, None, "栖云县")
    areas.add(db, "999901100000", Level.TOWNSHIP, "999901000000", "青禾镇")
    village = areas.add(db, VILLAGE, Level.VILLAGE, "999901100000", "东坡村")
    user = User(id=ids.new(), login="bench", name="Bench", password="", created_at=now)
    db.add(user)
    db.flush()
    for token, device in zip(tokens, devices, strict=True):
        digest = hashlib.sha256(token.encode()).hexdigest()
        db.add(Device(id=device, user_id=user.id, token=digest, enrolled_at=now))
    seq = feed.take(db)
    given = {"user_id": user.id, "role": "cadre", "area": VILLAGE}
    db.add(Grant(id=ids.new(), started_seq=seq, started_at=now, **given))
    units = tuple(ids.new() for _ in range(households))
    for unit in units:
        db.add(UnitPlace(unit=unit, area=VILLAGE, area_path=village.path, started_seq=seq))
        db.add(Assignment(user_id=user.id, unit=unit, started_seq=seq, started_at=now))
    db.flush()
    return units


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"{url}/api/v1/ping", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
