"""Backups of the simulated server: archives as an office makes them, and quick copies."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from backup import put_back as rows
from backup import shelf
from backup.archive import Archive
from backup.manifest import Manifest, Part
from backup.take import Source, take
from backup.version import VERSION
from server.restore import Place, Wanted, restore
from store import clock, feed
from tests.simulation.server import Server

SHELF, COPY = "shelf", "backup"
KEPT = ("media/originals", "media/variants", "spool")


@dataclass(frozen=True)
class Backup:
    """`file` is None for a copy of the database alone."""

    told: Manifest
    file: Path | None = None


def archive(server: Server) -> Backup:
    """As `flask backup` takes it."""
    source = Source(server.engine, server.storage, server.township.keys, VERSION)
    taken = take(source, shelf.shelf(server.home / SHELF))
    return Backup(taken.told, taken.path)


def copy(server: Server) -> Backup:
    """As fast as a file can be copied."""
    server.copy(COPY)
    with server.read() as session:
        epoch, head, at = feed.epoch(session), feed.head(session), clock.now()
    return Backup(Manifest("", "", "", epoch, head, "", at, (), Part("blobs", (), 0, "")))


def lose_files(server: Server) -> None:
    """The machine is another one."""
    for kept in KEPT:
        shutil.rmtree(server.home / kept, ignore_errors=True)


def put_back(server: Server, backup: Backup) -> None:
    """As `flask restore` does, whichever it is; the server stands still meanwhile."""
    if backup.file is not None:
        server.engine.dispose()
        wanted = Wanted(backup.file, replace=True, older=True)
        url = server.engine.url.render_as_string(hide_password=False)
        with server.app.app_context():
            restore(wanted, Place(url, server.storage, server.township.keys))
        return
    with server.read() as session:
        gone = rows.before(session.connection())
    server.set_back(COPY)
    opened = Archive(cast(Any, None), backup.told)
    server.write(lambda s: rows.begin_anew(s.connection(), opened, server.storage, "backup", gone))


def clear(server: Server) -> None:
    """Nothing of an earlier story is left on the machine."""
    for kept in (*KEPT, SHELF):
        shutil.rmtree(server.home / kept, ignore_errors=True)
    for old in server.home.glob("ruhu.sqlite.before-*"):
        old.unlink()
