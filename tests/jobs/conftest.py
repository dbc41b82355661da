"""A job's surroundings: a database with the cast, files on disk, a real Valkey."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jobs import context as contexts
from jobs.context import Context, Places
from server.launch import valkey
from store import clock
from store.db import begin_write
from sync.push import push
from tests.house.trees import ROOT
from tests.kit import ops
from tests.kit.cast import SECRET, Cast
from tests.kit.wait import until

Visit = Callable[..., str]


@pytest.fixture
def places(database_url: str, tmp_path: Path) -> Places:
    media = f"file://{tmp_path / 'media'}"
    return Places(database_url, media, SECRET, tmp_path / "spool", "Asia/Shanghai")


@pytest.fixture
def context(places: Places) -> Iterator[Context]:
    here = contexts.opened(places)
    yield here
    here.sessions.kw["bind"].dispose()
    contexts.opened.cache_clear()


@pytest.fixture
def visit(context: Context, cast: Cast) -> Visit:
    """Alice pushes a visit to her household; its id."""

    def made(**values: object) -> str:
        op = ops.op(values_id := ops.ids.new(), values=ops.visit(cast.unit, **values))
        with context.sessions() as session:
            begin_write(session)
            who = cast.who(session, "alice")
            push(session, cast.keys, who, ops.batch(who.device, op), clock.now())
            session.commit()
        return values_id

    return made


@pytest.fixture
def courier(tmp_path: Path) -> Iterator[valkey.Child]:
    """A Valkey of our own; `child.url` is not kept: use `courier_url`."""
    child, _ = valkey.prepared(tmp_path)
    child.start()
    url = f"unix://{tmp_path / 'valkey' / 'valkey.sock'}"
    until(lambda: valkey.answers(url))
    yield child
    child.stop(5)


@pytest.fixture
def courier_url(courier: valkey.Child, tmp_path: Path) -> str:
    assert courier.alive
    return f"unix://{tmp_path / 'valkey' / 'valkey.sock'}"


def worker_environment(places: Places, url: str, home: Path) -> dict[str, str]:
    told = {
        "RUHU_HOME": str(home),
        "RUHU_DATABASE_URL": places.database_url,
        "RUHU_MEDIA_URL": places.media_url,
        "RUHU_SECRET_KEY": SECRET,
        "RUHU_REDIS_URL": url,
    }
    return {**os.environ, **told}


@pytest.fixture
def worker(places: Places, courier_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker as `make run` starts it."""
    process = subprocess.Popen(
        [sys.executable, "worker.py", "work"],
        cwd=ROOT,
        env=worker_environment(places, courier_url, tmp_path),
    )
    yield process
    process.terminate()
    process.wait(20)
