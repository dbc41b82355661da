"""Putting a backup in the database's place: proven first, all or nothing, with nobody about."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from backup import archive, put_back, rows, shelf
from backup.archive import Archive
from backup.manifest import BackupInvalid
from backup.put_back import Before, Restored
from backup.take import key_of
from media.storage import Storage
from server import tables
from store import clock
from store.db import engine_options, prepare
from store.errors import Conflicting, Refusal
from store.schema import METADATA
from store.seal import Keyring


class NotEmpty(Conflicting):
    """There is a database already, and nobody said that it is to give way."""

    code = "not_empty"


class InUse(Conflicting):
    """Somebody works with the database."""

    code = "database_in_use"


class OtherSecret(Refusal):
    """What the copy sealed would never open with this installation's secret."""

    code = "other_secret"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done. `older`: also from a copy that is not the newest."""

    file: Path
    replace: bool = False
    older: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where to."""

    database_url: str
    storage: Storage
    keys: Keyring


def restore(wanted: Wanted, place: Place) -> Restored:
    """Needs an app context. Raises BackupInvalid, NotEmpty, InUse, OtherSecret."""
    with archive.reading(wanted.file) as opened:
        _look(opened, place.keys)
        put_back.prove(opened, wanted.file.parent)
        with _quiet(place.database_url) as engine:
            gone = _give_way(engine, wanted, opened)
            put_back.files(opened, shelf.files(wanted.file.parent), place.storage)
            return _rows(engine, opened, place.storage, wanted.file.name, gone)


def check(file: Path, keys: Keyring) -> Archive:
    """All that can be proven without a database. Raises BackupInvalid, OtherSecret."""
    with archive.reading(file) as opened:
        _look(opened, keys)
        put_back.prove(opened, file.parent)
        return opened


def _look(opened: Archive, keys: Keyring) -> None:
    told = opened.told
    if not tables.known(told.revision):
        raise BackupInvalid(
            f"the backup is of a newer program (tables {told.revision}, this one knows up to"
            f" {tables.head()}): install that program, then restore"
        )
    if told.key != key_of(keys):
        raise OtherSecret(
            "the backup was sealed with another secret: put that one into RUHU_HOME/secret.key"
            " (or RUHU_SECRET_KEY) first; without it id numbers and the like never open again"
        )


def _give_way(engine: Engine, wanted: Wanted, opened: Archive) -> Before:
    """What the present database knew. Raises NotEmpty."""
    with engine.connect() as connection:
        if rows.empty(connection):
            return Before()
        if not wanted.replace:
            raise NotEmpty("there is a database here: --replace puts the backup in its place")
        gone = put_back.before(connection)
    newest, held = gone.backed_up_through, opened.told.position
    if newest > held and gone.epoch == opened.told.epoch and not wanted.older:
        raise NotEmpty(
            f"a newer backup than this was made (up to {newest}, this one holds up to {held}), and"
            " phones may have forgotten what it holds: restore that one, or add --older"
        )
    return gone


def _rows(engine: Engine, opened: Archive, storage: Storage, name: str, gone: Before) -> Restored:
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            _put_aside(connection)
            return _build(connection, opened, storage, name, gone)
    target = Path(str(engine.url.database))
    fresh = target.with_name(f".{target.name}.restoring")
    fresh.unlink(missing_ok=True)
    made = _engine(f"sqlite:///{fresh}")
    with made.execution_options(ruhu_write=True).begin() as connection:
        told = _build(connection, opened, storage, name, gone)
    _swap(fresh, target)
    return told


def _build(
    connection: Connection, opened: Archive, storage: Storage, name: str, gone: Before
) -> Restored:
    tables.upgrade(connection, opened.told.revision)
    put_back.tables(connection, opened)
    tables.upgrade(connection)
    return put_back.begin_anew(connection, opened, storage, name, gone)


def _put_aside(connection: Connection) -> None:
    """The tables that were there move to a schema of their own, to be dropped by hand."""
    if rows.empty(connection):
        return
    schema = "before_" + clock.now()[:19].translate(str.maketrans("", "", "-:T"))
    connection.execute(text(f"CREATE SCHEMA {schema}"))
    for name in (*METADATA.tables, rows.VERSION):
        connection.execute(text(f'ALTER TABLE IF EXISTS "{name}" SET SCHEMA {schema}'))


def _swap(fresh: Path, target: Path) -> None:
    """One file for another; the one that was there stays beside under another name."""
    _sole(fresh)
    if target.exists():
        stamp = clock.now()[:19].translate(str.maketrans("", "", "-:T"))
        os.link(target, target.with_name(f"{target.name}.before-{stamp}"))
    descriptor = os.open(fresh, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(fresh, target)


@contextmanager
def _quiet(url: str) -> Iterator[Engine]:
    """The database with nobody else at it. Raises InUse."""
    engine = _engine(url)
    try:
        if engine.dialect.name == "postgresql":
            _nobody_connected(engine)
        elif Path(str(engine.url.database)).exists():
            _sole(Path(str(engine.url.database)))
        yield engine
    finally:
        engine.dispose()


def _engine(url: str) -> Engine:
    """Connections are closed when given back: nothing of ours stands in the way either."""
    options = {k: v for k, v in engine_options(url).items() if "pool" not in k and "over" not in k}
    return prepare(create_engine(url, poolclass=NullPool, **options))


def _nobody_connected(engine: Engine) -> None:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with engine.connect() as connection:
        others = connection.execute(query).scalar_one()
    if others:
        raise InUse(f"{others} connection(s) to the database are open: stop the server first")


def _sole(path: Path) -> None:
    """Fold the write-ahead log into the file, which only the last connection may do."""
    try:
        with closing(sqlite3.connect(path, timeout=1)) as database:
            (mode,) = database.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as held:
        raise InUse("the database is in use: stop the server first") from held
    if mode != "delete":
        raise InUse("the database is in use: stop the server first")
