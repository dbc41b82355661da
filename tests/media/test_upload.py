"""An upload's state, without HTTP: the row's offset is the truth, the spool file follows it."""

import hashlib
import io
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from media import upload
from media.disk import DiskStorage
from media.upload import State
from store.db import begin_write
from store.errors import Invalid, NotFound
from store.media import Blob, Upload
from tests.kit.cast import Cast
from tests.media.pictures import house

Sessions = sessionmaker[Session]
DATA = house()
SHA = hashlib.sha256(DATA).hexdigest()
MOST = 20 * 1024 * 1024


class Cut:
    """A body whose line breaks after so many bytes."""

    def __init__(self, data: bytes) -> None:
        self.rest = io.BytesIO(data)

    def read(self, most: int) -> bytes:
        data = self.rest.read(most)
        if not data:
            raise ConnectionResetError("cut")
        return data


def begin(
    sessions: Sessions, user: str, sha: str = SHA, length: int = len(DATA), most: int = MOST
) -> State:
    with sessions() as session:
        begin_write(session)
        state = upload.create(session, user, sha, length, {"filename": "p.jpg"}, most)
        session.commit()
        return state


def stands(sessions: Sessions, user: str, ident: str) -> State:
    with sessions() as session:
        return upload.read(session, ident, user)


def send(sessions: Sessions, folder: Path, state: State, body: object, offset: int) -> State:
    """One exchange as the server makes it: bytes first, then the row."""
    with upload.spool(folder, state.id) as file:
        end = upload.receive(file, state, offset, cast(BinaryIO, body), None)
    with sessions() as session:
        begin_write(session)
        moved = upload.advance(session, state, end)
        session.commit()
        return moved


def test_a_file_cut_anywhere_arrives_whole(
    sessions: Sessions, cast: Cast, disk: DiskStorage, tmp_path: Path
) -> None:
    alice, folder = cast.users["alice"], tmp_path / "spool"
    state = begin(sessions, alice)
    for piece in (1, 700, 4096, 9000):
        state = send(
            sessions, folder, state, Cut(DATA[state.offset : state.offset + piece]), state.offset
        )
        assert stands(sessions, alice, state.id) == state
    state = send(sessions, folder, state, io.BytesIO(DATA[state.offset :]), state.offset)
    assert state.whole
    with upload.spool(folder, state.id) as file:
        mime = upload.verify(file, state)
        upload.keep(disk, folder, state)
    with sessions() as session:
        begin_write(session)
        upload.finish(session, state, mime)
        session.commit()
        blob = session.get_one(Blob, SHA)
        assert (blob.state, blob.size, blob.mime) == ("stored", len(DATA), "image/jpeg")
    with disk.open(SHA) as kept:
        assert kept.read() == DATA


def test_a_crash_between_spool_and_row_is_cut_back(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    state = begin(sessions, cast.users["alice"])
    with upload.spool(tmp_path, state.id) as file:
        upload.receive(file, state, 0, io.BytesIO(b"bytes of an exchange that was lost"), None)
    state = send(sessions, tmp_path, state, io.BytesIO(DATA[:10]), 0)
    assert state.offset == 10 and (tmp_path / state.id).read_bytes() == DATA[:10]


def test_bytes_lost_from_the_spool_are_asked_for_again(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    state = begin(sessions, cast.users["alice"])
    state = send(sessions, tmp_path, state, io.BytesIO(DATA[:100]), 0)
    (tmp_path / state.id).write_bytes(DATA[:40])
    with pytest.raises(upload.SpoolShort) as short:
        send(sessions, tmp_path, state, io.BytesIO(DATA[100:]), 100)
    assert (short.value.have, short.value.code) == (40, "offset_mismatch")
    with sessions() as session:
        begin_write(session)
        upload.stand_at(session, state, short.value.have)
        session.commit()
    assert stands(sessions, cast.users["alice"], state.id).offset == 40


def test_the_same_person_and_file_meet_the_same_upload(sessions: Sessions, cast: Cast) -> None:
    alice, bob = cast.users["alice"], cast.users["bob"]
    first = begin(sessions, alice)
    assert begin(sessions, alice) == first
    assert begin(sessions, bob).id != first.id


def test_somebody_elses_upload_is_not_there(sessions: Sessions, cast: Cast) -> None:
    state = begin(sessions, cast.users["alice"])
    for user, ident in ((cast.users["bob"], state.id), (cast.users["alice"], "ab" * 32)):
        with pytest.raises(NotFound) as refused:
            stands(sessions, user, ident)
        assert refused.value.code == "upload_unknown"


def test_another_length_begins_anew(sessions: Sessions, cast: Cast, tmp_path: Path) -> None:
    state = begin(sessions, cast.users["alice"], length=500)
    send(sessions, tmp_path, state, io.BytesIO(DATA[:100]), 0)
    assert begin(sessions, cast.users["alice"]).offset == 0


def test_an_upload_past_its_day_is_gone_and_can_begin_anew(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    alice = cast.users["alice"]
    state = begin(sessions, alice)
    send(sessions, tmp_path, state, io.BytesIO(DATA[:100]), 0)
    with sessions() as session:
        begin_write(session)
        session.execute(update(Upload).values(expires_at="2020-01-01T00:00:00.000Z"))
        session.commit()
    with pytest.raises(upload.UploadGone):
        stands(sessions, alice, state.id)
    anew = begin(sessions, alice)
    assert anew.id == state.id and anew.offset == 0
    assert stands(sessions, alice, state.id).offset == 0


def test_a_file_that_is_kept_needs_no_bytes_from_anybody(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_write(session)
        session.add(Blob(sha256=SHA, state="stored", size=len(DATA), mime="image/jpeg"))
        session.commit()
    assert begin(sessions, cast.users["bob"]).whole


def test_an_offset_that_is_not_the_rows_is_refused(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    state = begin(sessions, cast.users["alice"])
    state = send(sessions, tmp_path, state, io.BytesIO(DATA[:100]), 0)
    for offset in (0, 99, 101):
        with pytest.raises(upload.OffsetMismatch) as refused:
            send(sessions, tmp_path, state, io.BytesIO(DATA[offset:]), offset)
        assert refused.value.fields == {"offset": "100"}
    assert (tmp_path / state.id).read_bytes() == DATA[:100]


def test_of_two_that_write_the_same_stretch_one_is_told_to_ask(
    sessions: Sessions, cast: Cast
) -> None:
    state = begin(sessions, cast.users["alice"])
    with sessions() as session:
        begin_write(session)
        upload.advance(session, state, 50)
        session.commit()
    with sessions() as session, pytest.raises(upload.OffsetMismatch):
        begin_write(session)
        upload.advance(session, state, 70)


def test_only_one_request_writes_at_a_time(tmp_path: Path) -> None:
    with (
        upload.spool(tmp_path, "one"),
        pytest.raises(upload.UploadLocked),
        upload.spool(tmp_path, "one"),
    ):
        pass
    with upload.spool(tmp_path, "one"), upload.spool(tmp_path, "two"):
        pass


def test_a_chunk_with_a_wrong_checksum_leaves_nothing(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    state = begin(sessions, cast.users["alice"])
    good = hashlib.sha256(DATA[:100]).digest()
    with upload.spool(tmp_path, state.id) as file:
        for body in (DATA[1:101], DATA[:99]):
            with pytest.raises(upload.ChecksumMismatch):
                upload.receive(file, state, 0, io.BytesIO(body), ("sha256", good))
        assert file.seek(0, 2) == 0
        assert upload.receive(file, state, 0, io.BytesIO(DATA[:100]), ("sha256", good)) == 100


def test_more_bytes_than_announced_are_refused(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    state = begin(sessions, cast.users["alice"], length=100)
    with upload.spool(tmp_path, state.id) as file, pytest.raises(upload.TooLarge):
        upload.receive(file, state, 0, io.BytesIO(DATA[:101]), None)
    assert stands(sessions, cast.users["alice"], state.id).offset == 0


@pytest.mark.parametrize("length", [0, -1, 1001])
def test_a_size_beyond_the_limit_is_refused_at_once(
    sessions: Sessions, cast: Cast, length: int
) -> None:
    with pytest.raises(upload.TooLarge) as refused:
        begin(sessions, cast.users["alice"], length=length, most=1000)
    assert refused.value.fields == {"limit": "1000"}


@pytest.mark.parametrize("sha", ["", "ab", SHA.upper(), SHA[:-1] + "g", SHA + "0"])
def test_a_name_that_is_no_hash_is_refused(sessions: Sessions, cast: Cast, sha: str) -> None:
    with pytest.raises(Invalid) as refused:
        begin(sessions, cast.users["alice"], sha=sha)
    assert "sha256" in refused.value.fields


def test_a_whole_file_of_another_hash_begins_anew(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    state = begin(sessions, cast.users["alice"])
    wrong = DATA[:-1] + bytes([DATA[-1] ^ 1])
    state = send(sessions, tmp_path, state, io.BytesIO(wrong), 0)
    with upload.spool(tmp_path, state.id) as file, pytest.raises(upload.HashMismatch):
        upload.verify(file, state)
    with sessions() as session:
        begin_write(session)
        upload.stand_at(session, state, 0)
        session.commit()
    assert stands(sessions, cast.users["alice"], state.id).offset == 0


def test_bytes_that_are_no_picture_are_refused_whole(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    text = b"not a picture at all"
    state = begin(sessions, cast.users["alice"], hashlib.sha256(text).hexdigest(), len(text))
    state = send(sessions, tmp_path, state, io.BytesIO(text), 0)
    with upload.spool(tmp_path, state.id) as file, pytest.raises(upload.NotAnImage):
        upload.verify(file, state)


def test_an_upload_that_was_ended_is_forgotten(
    sessions: Sessions, cast: Cast, tmp_path: Path
) -> None:
    state = begin(sessions, cast.users["alice"])
    send(sessions, tmp_path, state, io.BytesIO(DATA[:100]), 0)
    with sessions() as session:
        begin_write(session)
        upload.end(session, state.id)
        session.commit()
        assert session.scalars(select(Upload)).all() == []
    upload.drop_spool(tmp_path, state.id)
    upload.drop_spool(tmp_path, state.id)
    assert list(tmp_path.glob(state.id)) == []
