"""Uploads that survive any cut: the state behind tus 1.0, without HTTP.

The partial bytes lie in a spool file; the offset of truth is the row's. A crash between the
two leaves a longer file, which the next append cuts back.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from media import attach
from media.decode import NotAnImage, check
from media.kept import HashMismatch, digest, prove
from media.quota import afford
from media.storage import Storage
from store import clock
from store.db import upsert
from store.errors import Invalid, NotFound, Refusal
from store.media import Blob, Upload

EXPIRY_DAYS = 14
CHUNK = 64 * 1024


class OffsetMismatch(Refusal):
    """The bytes do not go on where the upload stands: ask HEAD."""

    code = "offset_mismatch"


class SpoolShort(OffsetMismatch):
    """Bytes that the row counts are not here any more (a restored backup, another machine)."""

    def __init__(self, have: int) -> None:
        super().__init__(f"the upload goes on at {have}", offset=str(have))
        self.have = have


class ChecksumMismatch(Refusal):
    """The chunk was damaged on its way; nothing of it is kept."""

    code = "checksum_mismatch"


class UploadLocked(Refusal):
    """Another request is writing to this upload."""

    code = "upload_locked"


class UploadGone(Refusal):
    """The upload lay untouched too long, or was ended."""

    code = "upload_expired"


class TooLarge(Refusal):
    """The file is larger than this server takes."""

    code = "file_too_large"


@dataclass(frozen=True, slots=True)
class State:
    """Where an upload stands; `stored` once the whole file is kept."""

    id: str
    sha256: str
    length: int
    offset: int
    expires_at: str

    @property
    def whole(self) -> bool:
        return self.offset == self.length


def upload_id(user: str, sha256: str) -> str:
    """The same person and file meet the same upload, whatever answer was lost."""
    return hashlib.sha256(f"{user}|{sha256}".encode()).hexdigest()


def create(
    session: Session,
    user: str,
    sha256: str,
    length: int,
    meta: dict[str, str],
    most: int,
    device: str = "",
) -> State:
    """Begin or find an upload. Raises Invalid, TooLarge, TooManyUploads."""
    if len(sha256) != 64 or any(c not in "0123456789abcdef" for c in sha256):
        raise Invalid("Upload-Metadata must name the file's sha256", sha256="64 hex digits")
    if not 0 < length <= most:
        raise TooLarge(f"a file holds 1 to {most} bytes", limit=str(most))
    now = clock.now()
    ident = upload_id(user, sha256)
    known = session.get(Blob, sha256)
    whole = known is not None and known.state == "stored"
    row = session.get(Upload, ident, populate_existing=True)
    if row is not None and not whole and row.length == length and row.expires_at >= now:
        return _state(row)
    if not whole:
        afford(session, device, ident, length, now)
    values = {
        "id": ident,
        "user_id": user,
        "device": device,
        "sha256": sha256,
        "length": known.size if whole and known else length,
        "offset": known.size if whole and known else 0,
        "meta": orjson.dumps(meta).decode(),
        "made_at": now,
        "touched_at": now,
        "expires_at": clock.after(now, days=EXPIRY_DAYS),
    }
    statement = upsert(session, Upload).values(values)
    changing = {k: v for k, v in values.items() if k not in ("id", "made_at")}
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changing))
    return State(ident, sha256, values["length"], values["offset"], values["expires_at"])  # type: ignore[arg-type]


def read(session: Session, ident: str, user: str) -> State:
    """Raises NotFound (also for somebody else's upload) and UploadGone."""
    row = session.get(Upload, ident)
    if row is None or row.user_id != user:
        raise NotFound("there is no such upload", code="upload_unknown")
    if row.expires_at < clock.now():
        raise UploadGone("the upload lay untouched too long; begin it anew")
    return _state(row)


def _state(row: Upload) -> State:
    return State(row.id, row.sha256, row.length, row.offset, row.expires_at)


@contextmanager
def spool(folder: Path, ident: str) -> Iterator[BinaryIO]:
    """The upload's partial file, held by this request alone; raises UploadLocked."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / ident, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise UploadLocked("another request is writing to this upload") from busy
        yield file


def receive(
    file: BinaryIO, state: State, offset: int, body: BinaryIO, checksum: tuple[str, bytes] | None
) -> int:
    """Write what arrives after `offset`; the new end, durable. No transaction is open meanwhile.

    A body cut short counts as far as it came, unless it was to be proven by a checksum.
    Raises OffsetMismatch, SpoolShort, TooLarge, ChecksumMismatch.
    """
    have = file.seek(0, os.SEEK_END)
    if have < state.offset:
        raise SpoolShort(have)
    if offset != state.offset:
        raise OffsetMismatch(f"the upload stands at {state.offset}", offset=str(state.offset))
    file.seek(offset)
    file.truncate()
    proof = hashlib.new(checksum[0]) if checksum else None
    end = offset
    for data in _chunks(body):
        if end + len(data) > state.length:
            raise TooLarge("more bytes came than the upload was announced with")
        file.write(data)
        end += len(data)
        if proof:
            proof.update(data)
    if proof and checksum and proof.digest() != checksum[1]:
        file.truncate(offset)
        raise ChecksumMismatch("the chunk's checksum does not match; send it again")
    file.flush()
    os.fsync(file.fileno())
    return end


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    """What can still be read of a body; a connection cut in the middle ends it."""
    while True:
        try:
            data = body.read(CHUNK)
        except OSError:
            return
        if not data:
            return
        yield data


def advance(session: Session, state: State, end: int) -> State:
    """Move the offset of truth by compare-and-set; raises OffsetMismatch when it has moved."""
    now = clock.now()
    expires = clock.after(now, days=EXPIRY_DAYS)
    moved = session.execute(
        update(Upload)
        .where(Upload.id == state.id, Upload.offset == state.offset)
        .values(offset=end, touched_at=now, expires_at=expires)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise OffsetMismatch("the upload has moved on; ask where it stands")
    return State(state.id, state.sha256, state.length, end, expires)


def verify(file: BinaryIO, state: State) -> str:
    """The MIME type of a whole file that is what its name says; HashMismatch, NotAnImage."""
    file.seek(0)
    prove(state.sha256, digest(file))
    file.seek(0)
    return check(file.read())


def keep(storage: Storage, folder: Path, state: State) -> bool:
    """Put the whole file where files stay: bytes first, then the row. False: it was there."""
    return storage.put_file(state.sha256, folder / state.id)


def finish(session: Session, state: State, mime: str) -> list[str]:
    """Say that the file is stored; the submissions complete by it."""
    return attach.stored(session, state.sha256, state.length, mime)


def still_kept(storage: Storage, sha256: str) -> None:
    """A file that was there before, and had no row, may have been swept away meanwhile. Call after
    `finish`, in its transaction, which holds the blob's row; raises UploadLocked."""
    if not storage.exists(sha256):
        raise UploadLocked("the file is being tidied away; send its last bytes again")


def stand_at(session: Session, state: State, offset: int) -> None:
    """Go back: a file that proved wrong to zero, lost bytes to where the spool file ends."""
    session.execute(update(Upload).where(Upload.id == state.id).values(offset=offset))


def end(session: Session, ident: str) -> None:
    session.execute(delete(Upload).where(Upload.id == ident))


def drop_spool(folder: Path, ident: str) -> None:
    (folder / ident).unlink(missing_ok=True)


__all__ = [
    "ChecksumMismatch",
    "HashMismatch",
    "NotAnImage",
    "OffsetMismatch",
    "SpoolShort",
    "State",
    "TooLarge",
    "UploadGone",
    "UploadLocked",
    "advance",
    "create",
    "drop_spool",
    "end",
    "finish",
    "keep",
    "read",
    "receive",
    "spool",
    "stand_at",
    "still_kept",
    "upload_id",
    "verify",
]
