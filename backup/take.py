"""Taking a copy: one moment of the database, then every file it names, then the proof."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from backup import archive, rows, shelf
from backup.archive import Writer
from backup.manifest import BLOBS, BackupInvalid, Manifest, Part
from backup.shelf import Shelf
from backup.snapshot import snapshot
from media.disk import DiskStorage
from media.kept import HashMismatch
from media.storage import Storage
from store import clock, feed
from store.errors import NotFound
from store.media import Blob
from store.seal import Keyring

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """What is copied."""

    engine: Engine
    storage: Storage
    keys: Keyring
    version: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A copy that is durable and was opened and counted. Only a whole one may be told to phones."""

    path: Path
    told: Manifest
    copied: int
    """Files that were not beside the archives yet."""


def key_of(keys: Keyring) -> str:
    """What tells two secrets apart and gives neither away."""
    return keys.derive("which secret").hex()[:16]


def take(source: Source, place: Shelf) -> Taken:
    """Raises BackupRunning, BackupInvalid (a damaged database, tables not of today)."""
    with shelf.alone(place.folder):
        scratch = Path(tempfile.mkdtemp(prefix=".making-", dir=place.folder))
        try:
            part, told, copied = _made(source, place, scratch)
            with archive.reading(part) as made:
                made.prove()
            target = place.path(told.made_at, told.position)
            shelf.settle(part, target)
        finally:
            shutil.rmtree(scratch)
    return Taken(target, told, copied)


def _made(source: Source, place: Shelf, scratch: Path) -> tuple[Path, Manifest, int]:
    """The tables first: whatever file a row of that moment names was there before the row."""
    part = scratch / "archive"
    with archive.writing(part) as into:
        with snapshot(source.engine, scratch) as connection:
            told, blobs = _tables(source, connection, into)
        copied, absent = _files(source.storage, shelf.files(place.folder), blobs)
        into.close(replace(told, absent=tuple(absent)))
    return part, replace(told, absent=tuple(absent)), copied


def _tables(
    source: Source, connection: Connection, into: Writer
) -> tuple[Manifest, list[tuple[str, int]]]:
    revision = rows.revision(connection)
    if revision is None:
        raise BackupInvalid("this database was never set up: start the server once")
    session = Session(connection)
    query = select(Blob.sha256, Blob.size).where(Blob.state == "stored").order_by(Blob.sha256)
    blobs = [(sha, size) for sha, size in session.execute(query)]
    named: Part = into.put(BLOBS, ("sha256", "size"), blobs)
    told = Manifest(
        version=source.version,
        revision=revision,
        database=connection.dialect.name,
        epoch=feed.epoch(session),
        position=feed.head(session),
        key=key_of(source.keys),
        made_at=clock.now(),
        tables=rows.dump(connection, into),
        blobs=named,
    )
    return told, blobs


def _files(
    storage: Storage, beside: DiskStorage, blobs: list[tuple[str, int]]
) -> tuple[int, list[str]]:
    """(how many were copied, which could not be); what is beside was proven when it came."""
    copied, absent = 0, []
    for sha256, _ in blobs:
        if beside.exists(sha256):
            continue
        try:
            beside.put_pieces(sha256, _pieces(storage, sha256))
            copied += 1
        except (NotFound, HashMismatch):
            absent.append(sha256)
    return copied, absent


def _pieces(storage: Storage, sha256: str) -> Iterator[bytes]:
    with storage.open(sha256) as file:
        while piece := file.read(_PIECE):
            yield piece
