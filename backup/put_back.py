"""Putting a copy back: everything proven first, files next, then rows in one transaction."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from backup import rows, shelf
from backup.archive import Archive
from backup.manifest import BackupInvalid
from media.derive import THUMB
from media.disk import DiskStorage
from media.kept import digest
from media.storage import Storage
from store import audit, feed, outbox
from store.errors import NotFound
from store.media import Blob
from store.outbox import Kind


@dataclass(frozen=True, slots=True)
class Before:
    """What the database that gives way knew; nothing where there was none."""

    epoch: str = ""
    head: int = 0
    cuts: dict[str, int] = field(default_factory=dict)
    backed_up_through: int = 0


@dataclass(frozen=True, slots=True)
class Restored:
    """How it went: the new history, and files that phones are asked for again."""

    epoch: str
    position: int
    missing: int


def before(connection: Connection) -> Before:
    """Read before anything is touched."""
    session = Session(connection)
    told = feed.backed_up_through(session)
    return Before(feed.epoch(session), feed.head(session), feed.cuts(session), told)


def prove(archive: Archive, beside: Path) -> None:
    """The archive, and every file that it names. Raises BackupInvalid, having touched nothing."""
    archive.prove()
    kept = shelf.files(beside)
    for sha256 in _named(archive):
        if not _good(kept, sha256):
            raise BackupInvalid(f"{sha256} is missing or damaged in {beside / 'media'}")


def _named(archive: Archive) -> Iterator[str]:
    return (sha for sha, _ in archive.blobs() if sha not in archive.told.absent)


def _good(storage: Storage, sha256: str) -> bool:
    try:
        with storage.open(sha256) as file:
            return digest(file) == sha256
    except NotFound:
        return False


def files(archive: Archive, beside: DiskStorage, storage: Storage) -> None:
    """Every file under its hash; one that is there and damaged gives way. Harmless to repeat."""
    for sha256 in _named(archive):
        if not _good(storage, sha256):
            storage.delete(sha256)
            storage.put_file(sha256, beside.path(sha256))


def tables(connection: Connection, archive: Archive) -> None:
    """Fill empty tables of the archive's own revision."""
    rows.load(connection, archive)


def begin_anew(
    connection: Connection, archive: Archive, storage: Storage, name: str, gone: Before
) -> Restored:
    """Another history from here on, in tables of today; the caller commits.

    Phones hear the new epoch and send again whatever no backup is known to hold.
    """
    session, told = Session(connection), archive.told
    shared = _shared(gone, told.epoch, told.position, feed.cuts(session))
    feed.begin_anew(session, told.epoch)
    feed.inherit(session, shared)
    epoch = feed.epoch(session)
    feed.note_backup(session, epoch, told.position, told.made_at)
    missing = _ask_again(session, storage)
    detail = {"position": told.position, "made_at": told.made_at, "missing": missing}
    audit.write(session, None, "restored", name[:64], **detail)
    session.flush()
    return Restored(epoch, told.position, missing)


def _shared(gone: Before, of: str, position: int, own: dict[str, int]) -> dict[str, int]:
    """{epoch: what its history surely shares with the copy's}, of all that the other one knew.

    Two histories that both share so much with a third share at least the lesser with each other.
    """
    if not gone.epoch:
        return {}
    known = gone.cuts | {gone.epoch: gone.head}
    with_gone = own.get(gone.epoch, min(known.get(of, 0), position))
    return {old: min(upto, with_gone) for old, upto in known.items() if old != of}


def _ask_again(session: Session, storage: Storage) -> int:
    """Files whose bytes are not here count as expected; small copies are made anew."""
    stored = list(session.scalars(select(Blob.sha256).where(Blob.state == "stored")))
    absent = [sha for sha in stored if not storage.exists(sha)]
    for sha256 in absent:
        session.execute(update(Blob).where(Blob.sha256 == sha256).values(state="expected"))
    plain = [sha for sha in stored if sha not in set(absent) and not _has_copy(storage, sha)]
    epoch = feed.epoch(session)
    outbox.put_all(session, [(Kind.PHOTO_STORED, sha, epoch) for sha in plain])
    return len(absent)


def _has_copy(storage: Storage, sha256: str) -> bool:
    try:
        storage.open_variant(sha256, THUMB).close()
        return True
    except NotFound:
        return False
