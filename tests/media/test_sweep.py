"""Tidying what lay too long, and proving that every row has its bytes."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from media import attach, facts, sweep, upload
from media.decode import NotAnImage
from media.derive import THUMB
from media.disk import DiskStorage
from media.storage import Storage
from store import clock
from store.db import begin_write
from store.errors import NotFound
from store.media import Blob, PhotoFacts, Upload
from tests.kit.cast import Cast
from tests.media.pictures import house

Sessions = sessionmaker[Session]


def keep(sessions: Sessions, storage: DiskStorage, data: bytes, folder: Path) -> str:
    sha = hashlib.sha256(data).hexdigest()
    (folder / "arrived").write_bytes(data)
    storage.put_file(sha, folder / "arrived")
    with sessions() as session:
        begin_write(session)
        session.add(Blob(sha256=sha, state="stored", size=len(data), mime="image/jpeg"))
        session.commit()
    return sha


def test_uploads_past_their_day_go_with_their_bytes(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    old, young = (hashlib.sha256(bytes([n])).hexdigest() for n in (1, 2))
    with sessions() as session:
        begin_write(session)
        states = [
            upload.create(session, cast.users["alice"], sha, 10, {}, 100) for sha in (old, young)
        ]
        session.get_one(Upload, states[0].id).expires_at = "2020-01-01T00:00:00.000Z"
        session.flush()
        gone = sweep.expired(session, clock.now())
        session.commit()
        assert gone == [states[0].id]
        assert list(session.scalars(select(Upload.id))) == [states[1].id]
    for state in states:
        (tmp_path / state.id).write_bytes(b"part")
    sweep.remove(tmp_path, gone)
    sweep.remove(tmp_path, gone)
    assert [p.name for p in tmp_path.glob("?" * 64)] == [states[1].id]


def test_fsck_names_what_is_missing_and_what_is_damaged(
    sessions: Sessions, cast: Cast, disk: DiskStorage, tmp_path: Path
) -> None:
    good, lost, hurt = (keep(sessions, disk, bytes([n]) * 9, tmp_path) for n in (1, 2, 3))
    with sessions() as session:
        assert list(sweep.fsck(session, disk)) == []
        disk.delete(lost)
        [file] = (tmp_path / "media" / "originals").rglob(hurt)
        file.write_bytes(b"\x03" * 8 + b"\x04")
        assert dict(sweep.fsck(session, disk)) == {lost: "missing", hurt: "damaged"}
        assert good not in dict(sweep.fsck(session, disk))


def test_a_stored_photo_is_read_once_and_gets_its_copies(
    sessions: Sessions, cast: Cast, disk: DiskStorage, tmp_path: Path
) -> None:
    sha = keep(sessions, disk, house(), tmp_path)
    with sessions() as session:
        begin_write(session)
        for _ in range(2):
            facts.keep(session, sha, facts.read(disk, sha))
        session.commit()
        [row] = session.scalars(select(PhotoFacts))
        known = facts.known(session, [sha, "ab" * 32])
    assert len(row.fingerprint) == 32 and row.pixel_sha256 == known[sha].pixel_sha256
    assert set(known) == {sha} and known[sha].taken_at == "2026-10-18T09:30:00+08:00"
    with disk.open_variant(sha, THUMB) as copy:
        assert copy.read(3) == b"\xff\xd8\xff"


def test_reading_what_is_missing_or_no_picture_says_so(
    sessions: Sessions, cast: Cast, disk: DiskStorage, tmp_path: Path
) -> None:
    with pytest.raises(NotFound):
        facts.read(disk, "ab" * 32)
    with pytest.raises(NotAnImage):
        facts.read(disk, keep(sessions, disk, b"text", tmp_path))


OLD, NOW = 1_000_000.0, 2_000_000_000.0


def test_partial_files_that_no_upload_knows_are_strays(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    spool = tmp_path / "spool"
    with sessions() as session:
        assert sweep.strays(session, spool, NOW) == []
        begin_write(session)
        known = upload.create(session, cast.users["alice"], "ab" * 32, 10, {}, 100).id
        session.commit()
        spool.mkdir()
        for name in (known, "cd" * 32):
            (spool / name).write_bytes(b"part")
        assert sweep.strays(session, spool, OLD) == []
        assert sweep.strays(session, spool, NOW * 2) == ["cd" * 32]


def test_bytes_without_a_row_are_taken_away_when_they_are_old(
    sessions: Sessions, cast: Cast, storage: Storage, tmp_path: Path
) -> None:
    named, nobodys = (hashlib.sha256(bytes([n])).hexdigest() for n in (1, 2))
    for n, sha in ((1, named), (2, nobodys)):
        (tmp_path / "arrived").write_bytes(bytes([n]))
        storage.put_file(sha, tmp_path / "arrived")
    with sessions() as session:
        begin_write(session)
        attach.stored(session, named, 1, "image/jpeg")
        assert sweep.orphans(session, storage, OLD) == []
        assert sweep.orphans(session, storage, NOW * 2) == [nobodys]
        assert sweep.take_away(session, storage, nobodys)
        assert not sweep.take_away(session, storage, named)
        session.commit()
        assert list(storage.names()) == [named]
        assert list(sweep.fsck(session, storage)) == []


def test_an_upload_whose_file_was_just_swept_is_told_to_come_again(disk: DiskStorage) -> None:
    with pytest.raises(upload.UploadLocked):
        upload.still_kept(disk, "ab" * 32)
