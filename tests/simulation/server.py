"""The real server in this process, with a database that can be set back, and seams to break.

Nothing of it is replaced: requests go through the WSGI app; a kill is an exception that no
handler may catch, raised where a commit begins or has just happened.
"""

import io
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import flask_migrate
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from devices.network import Answer, Request
from forms.pack import Pack
from media.storage import Storage
from server import config
from server.app import create_app
from server.services import services
from store import clock, schema
from store.db import begin_snapshot, begin_write, factory
from tests.kit.postgres import Postgres
from tests.simulation import people
from tests.simulation.people import SECRET, Township

T = TypeVar("T")
START = 1_795_478_400.0
"""2026-11-24 08:00 in Shanghai."""


class Break(Enum):
    """What happens to the next commit."""

    BEFORE = "the server is killed just before its commit"
    AFTER = "the server is killed just after its commit"
    FULL = "the disk is full"


class Killed(BaseException):
    """`kill -9`: nobody catches it, nothing is tidied up by hand."""


@dataclass
class Seam:
    """Armed for one commit, then harmless again."""

    next: Break | None = None
    wait: int = 0
    """Commits that still go well."""
    struck: bool = False

    def before(self, session: Session) -> None:
        if session.in_nested_transaction():
            return  # a savepoint's end is no commit
        self.wait -= 1
        if self.wait < 0 and self.next in (Break.BEFORE, Break.FULL):
            what, self.next, self.struck = self.next, None, True
            if what is Break.FULL:
                raise OperationalError("COMMIT", {}, OSError("database or disk is full"))
            raise Killed(what.value)

    def after(self, session: Session) -> None:
        if self.wait < 0 and self.next is Break.AFTER and not session.in_nested_transaction():
            self.next, self.struck = None, True
            raise Killed(Break.AFTER.value)


@dataclass
class Time:
    """True time: it stands still between moves."""

    moment: float = START

    def __call__(self) -> float:
        return self.moment

    def text(self) -> str:
        return clock.text(clock.datetime.fromtimestamp(self.moment, clock.UTC))


@dataclass
class Server:
    """One installation. `reset` brings the first day back."""

    app: Flask
    engine: Engine
    sessions: sessionmaker[Session]
    home: Path
    township: Township
    seam: Seam = field(default_factory=Seam)
    time: Time = field(default_factory=Time)
    postgres: Postgres | None = None

    @property
    def storage(self) -> Storage:
        with self.app.app_context():
            return services().storage

    @property
    def kind(self) -> str:
        return self.engine.dialect.name

    def reset(self) -> None:
        self.time.moment, self.seam.next = START, None
        self.set_back("first")

    def copy(self, name: str) -> None:
        """The whole database as it is now, under a name."""
        self.engine.dispose()
        if self.postgres is not None:
            self.postgres.copied(self._database, f"{self._database}_{name}")
            return
        for beside in ("", "-wal", "-shm"):
            (self.home / f"{name}.copy{beside}").unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(self.home / "ruhu.sqlite")) as here,
            closing(sqlite3.connect(self.home / f"{name}.copy")) as there,
        ):
            here.backup(there)

    def set_back(self, name: str) -> None:
        """The database is what it was when this copy was made."""
        self.engine.dispose()
        if self.postgres is not None:
            self.postgres.copied(f"{self._database}_{name}", self._database)
            return
        for beside in ("-wal", "-shm"):
            (self.home / f"ruhu.sqlite{beside}").unlink(missing_ok=True)
        shutil.copyfile(self.home / f"{name}.copy", self.home / "ruhu.sqlite")

    @property
    def _database(self) -> str:
        return str(self.engine.url.database)

    def write(self, work: Callable[[Session], T]) -> T:
        """An act of the office, committed on a good day."""
        with self.sessions() as session:
            begin_write(session)
            result = work(session)
            session.commit()
            return result

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self.sessions() as session:
            begin_snapshot(session)
            yield session

    def answer(self, request: Request) -> Answer:
        """Through the WSGI app; raises Killed."""
        told: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            told.update(status=int(status[:3]), headers={k.lower(): v for k, v in headers})

        parts = self.app.wsgi_app(_environ(request), start)  # type: ignore[arg-type]
        body = b"".join(parts)
        return Answer(told["status"], told["headers"], body)


def _environ(request: Request) -> dict[str, Any]:
    path, _, query = request.path.partition("?")
    headers = {f"HTTP_{k.upper().replace('-', '_')}": v for k, v in request.headers.items()}
    length = headers.pop("HTTP_CONTENT_LENGTH", str(len(request.body)))
    return headers | {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "ruhu.test",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": headers.get("HTTP_CONTENT_TYPE", ""),
        "CONTENT_LENGTH": length,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def scratch() -> Path:
    """A folder in memory where there is one: phones and servers write durably all the time."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="ruhu-sim-", dir=memory if memory.is_dir() else None))


@contextmanager
def server(pack: Pack, postgres: Postgres | None = None) -> Iterator[Server]:
    """One server for many stories; its clock is the simulation's."""
    home, time, seam = scratch(), Time(), Seam()
    url = postgres.database() if postgres else f"sqlite:///{home / 'ruhu.sqlite'}"
    told = {"RUHU_HOME": str(home), "RUHU_DATABASE_URL": url, "RUHU_SECRET_KEY": SECRET}
    app = create_app(config.read(told | {"RUHU_LOG": "critical"}))
    real, clock.now = clock.now, time.text
    event.listen(Session, "before_commit", seam.before)
    event.listen(Session, "after_commit", seam.after)
    try:
        with app.app_context():
            engine = app.extensions["sqlalchemy"].engine
            schema.METADATA.create_all(engine)
            flask_migrate.stamp()
            assert services().settings.home == home
        made = Server(app, engine, factory(engine), home, people.names(), seam, time, postgres)
        made.write(lambda session: people.settle(session, pack))
        made.copy("first")
        yield made
        engine.dispose()
    finally:
        event.remove(Session, "before_commit", seam.before)
        event.remove(Session, "after_commit", seam.after)
        clock.now = real
        shutil.rmtree(home, ignore_errors=True)
