"""Tidying: uploads that lay too long, and a check that every row has its bytes."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from media.kept import digest
from media.storage import Storage
from store.errors import NotFound
from store.media import Blob, Upload


def expired(session: Session, now: str) -> list[str]:
    """Forget uploads past their day; their ids, for `remove`."""
    gone = list(session.scalars(select(Upload.id).where(Upload.expires_at < now)))
    session.execute(delete(Upload).where(Upload.id.in_(gone)))
    return gone


def remove(folder: Path, idents: list[str]) -> None:
    for ident in idents:
        (folder / ident).unlink(missing_ok=True)


def fsck(session: Session, storage: Storage) -> Iterator[tuple[str, str]]:
    """(hash, fault) of every stored row whose bytes are missing or are not their name."""
    for sha256 in session.scalars(select(Blob.sha256).where(Blob.state == "stored")):
        try:
            with storage.open(sha256) as file:
                if digest(file) != sha256:
                    yield sha256, "damaged"
        except NotFound:
            yield sha256, "missing"
