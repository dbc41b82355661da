"""Tidying: uploads that lay too long, bytes without a row, and a check that each row has its bytes.

A crash between bytes and row leaves bytes that nobody names. They are young for two weeks, in which
a phone sends again and gives them their row; afterwards they go.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from media.kept import digest
from media.storage import Storage
from store.bulk import keep_first, put_all
from store.errors import NotFound
from store.media import Blob, Upload

KEEP_DAYS = 14
_BATCH = 500


def expired(session: Session, now: str) -> list[str]:
    """Forget uploads past their day; their ids, for `remove`."""
    gone = list(session.scalars(select(Upload.id).where(Upload.expires_at < now)))
    session.execute(delete(Upload).where(Upload.id.in_(gone)))
    return gone


def remove(folder: Path, idents: list[str]) -> None:
    for ident in idents:
        (folder / ident).unlink(missing_ok=True)


def strays(session: Session, folder: Path, before: float) -> list[str]:
    """Partial files, older than a moment (seconds since 1970), whose upload no row knows."""
    if not folder.is_dir():
        return []
    old = [path.name for path in folder.iterdir() if path.stat().st_mtime < before]
    return sorted(set(old) - _of(session, select(Upload.id), Upload.id, old))


def orphans(session: Session, storage: Storage, before: float, most: int = 500) -> list[str]:
    """Kept files, older than a moment, that no row calls stored; `most` at a time."""
    found: list[str] = []
    names = storage.names(before)
    while len(found) < most and (some := list(islice(names, _BATCH))):
        stored = select(Blob.sha256).where(Blob.state == "stored")
        found += sorted(set(some) - _of(session, stored, Blob.sha256, some))
    return found[:most]


def _of(
    session: Session, query: Select[str], key: InstrumentedAttribute[str], names: list[str]
) -> set[str]:
    return {
        name
        for at in range(0, len(names), _BATCH)
        for name in session.scalars(query.where(key.in_(names[at : at + _BATCH])))
    }


def take_away(session: Session, storage: Storage, sha256: str) -> bool:
    """Delete a file that still has no row; False where it got one meanwhile.

    In a writing transaction: the blob's row is held, as `attach.stored` holds it, so an upload of
    the same file either has said so before or finds the file gone.
    """
    row = {"sha256": sha256, "state": "expected", "size": 0, "mime": ""}
    put_all(session, Blob, [row], keep_first)
    held = select(Blob.state).where(Blob.sha256 == sha256).with_for_update()
    if session.scalars(held).one() == "stored":
        return False
    storage.delete(sha256)
    return True


def fsck(session: Session, storage: Storage) -> Iterator[tuple[str, str]]:
    """(hash, fault) of every stored row whose bytes are missing or are not their name."""
    for sha256 in session.scalars(select(Blob.sha256).where(Blob.state == "stored")):
        try:
            with storage.open(sha256) as file:
                if digest(file) != sha256:
                    yield sha256, "damaged"
        except NotFound:
            yield sha256, "missing"
