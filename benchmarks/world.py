"""A server of its own on this machine: one cadre, many households, one web process."""

import hashlib
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
import psutil

from server import config
from server.app import create_app
from server.cli.setup import found_all
from server.services import session
from server.transaction import in_writing
from store import areas, clock, feed, ids
from store.accounts import Device, Grant, User
from store.areas import Level
from store.units import Assignment, UnitPlace

ROOT = Path(__file__).resolve().parent.parent
VILLAGE = "999901100201"


@dataclass(frozen=True)
class World:
    """What a client needs, and the web server's process to measure."""

    url: str
    token: str
    device: str
    units: tuple[str, ...]
    web: psutil.Process

    def cpu(self) -> float:
        """CPU seconds of the web server so far, children included."""
        family = [self.web, *self.web.children(recursive=True)]
        return sum(sum(p.cpu_times()[:2]) for p in family)


@contextmanager
def world(home: Path, database_url: str, households: int) -> Iterator[World]:
    told = {"RUHU_HOME": str(home), "RUHU_SECRET_KEY": "bench"}
    told |= {"RUHU_DATABASE_URL": database_url} if database_url else {}
    token, device = secrets.token_urlsafe(32), ids.new()
    units = _settled(told, token, device, households)
    with served(told) as (url, web):
        yield World(url, token, device, units, web)


@contextmanager
def served(told: dict[str, str]) -> Iterator[tuple[str, psutil.Process]]:
    """The web server with these settings: its address and its process."""
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "wsgi:app"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "64"]
    web = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **told, "RUHU_PORT": str(port)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url)
        yield url, psutil.Process(web.pid)
    finally:
        web.terminate()
        web.wait(20)


def _settled(told: dict[str, str], token: str, device: str, households: int) -> tuple[str, ...]:
    app = create_app(config.read(told))
    with app.app_context():
        flask_migrate.upgrade()
        found_all()
        units = in_writing(session(), lambda: _people(token, device, households))
        app.extensions["sqlalchemy"].engine.dispose()
    return units


def _people(token: str, device: str, households: int) -> tuple[str, ...]:
    db, now = session(), clock.now()
    areas.add(db, "999901000000", Level.COUNTY, None, "栖云县")
    areas.add(db, "999901100000", Level.TOWNSHIP, "999901000000", "青禾镇")
    village = areas.add(db, VILLAGE, Level.VILLAGE, "999901100000", "东坡村")
    user = User(id=ids.new(), login="bench", name="Bench", password="", created_at=now)
    db.add(user)
    db.flush()
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
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{url}/api/v1/ping", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
