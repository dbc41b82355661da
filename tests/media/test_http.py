"""tus 1.0 and photos over HTTP, through the real app."""

import base64
import hashlib
import io
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from werkzeug.test import TestResponse

from media import upload
from server.app import create_app
from server.config import Settings, read
from store.db import begin_write
from store.media import Upload
from tests.kit import ops, seaweed
from tests.kit.cast import SECRET
from tests.kit.doors import Doors, problem
from tests.kit.live import serve
from tests.kit.seaweed import Seaweed
from tests.media.pictures import house

Sessions = sessionmaker[Session]
ROOT = "/api/v1/media"
DATA = house()
SHA = hashlib.sha256(DATA).hexdigest()
OFFSETS = {"Tus-Resumable": "1.0.0"}
BODY = OFFSETS | {"Content-Type": "application/offset+octet-stream"}


def meta(**told: str) -> str:
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())


def begin(
    client: FlaskClient, sha: str = SHA, length: int = len(DATA), body: bytes = b"", **more: str
) -> TestResponse:
    headers = OFFSETS | {"Upload-Length": str(length), "Upload-Metadata": meta(sha256=sha)}
    return client.post(ROOT, data=body, headers=headers | more)


def patch(client: FlaskClient, url: str, data: bytes, offset: int, **more: str) -> TestResponse:
    told = {name.replace("_", "-"): value for name, value in more.items()}
    return client.patch(url, data=data, headers=BODY | {"Upload-Offset": str(offset)} | told)


def started(client: FlaskClient, **more: Any) -> str:
    answer = begin(client, **more)
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def stands(client: FlaskClient, url: str) -> int:
    answer = client.head(url, headers=OFFSETS)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Upload-Length"] and answer.headers["Tus-Resumable"] == "1.0.0"
    return int(answer.headers["Upload-Offset"])


def tus(live: str, token: str) -> TusClient:
    return TusClient(f"{live}{ROOT}", headers={"Authorization": f"Bearer {token}"})


def test_a_stock_tus_client_sends_a_photo_in_pieces(live: str, doors: Doors) -> None:
    token = doors.token("alice")
    sender = tus(live, token).uploader(
        file_stream=io.BytesIO(DATA),
        chunk_size=3000,
        metadata={"sha256": SHA, "filename": "房子.jpg"},
        upload_checksum=True,
    )
    sender.upload()
    told = doors.phone("alice").post(f"{ROOT}/have", json={"hashes": [SHA, "ab" * 32]})
    assert told.get_json() == {"have": [SHA], "missing": ["ab" * 32]}


def test_a_stock_tus_client_goes_on_where_it_stopped(live: str, doors: Doors) -> None:
    client = tus(live, doors.token("alice"))
    first = client.uploader(file_stream=io.BytesIO(DATA), chunk_size=4000, metadata={"sha256": SHA})
    first.upload(stop_at=4000)
    assert first.offset == 4000
    again = client.uploader(file_stream=io.BytesIO(DATA), chunk_size=4000, metadata={"sha256": SHA})
    again.set_url(again.create_url())
    again.offset = again.get_offset()
    assert (again.url, again.offset) == (first.url, 4000)
    again.upload()
    assert doors.phone("alice").post(f"{ROOT}/have", json={"hashes": [SHA]}).get_json()["have"]


def test_a_stock_tus_client_is_told_when_the_whole_is_wrong(live: str, doors: Doors) -> None:
    sender = tus(live, doors.token("alice")).uploader(
        file_stream=io.BytesIO(DATA[::-1]), chunk_size=len(DATA), metadata={"sha256": SHA}
    )
    with pytest.raises(TusCommunicationError) as refused:
        sender.upload()
    assert refused.value.status_code == 422 and sender.get_offset() == 0


def test_a_line_cut_in_the_middle_keeps_what_came(live: str, doors: Doors) -> None:
    token, phone = doors.token("alice"), doors.phone("alice")
    url = started(phone)
    where = urlsplit(live)
    head = (
        f"PATCH {url} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
        f"Upload-Offset: 0\r\nContent-Length: {len(DATA)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((where.hostname, where.port)) as line:
        line.sendall(head.encode() + DATA[:5000])
        line.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 204") and b"Upload-Offset: 5000" in answer
    assert stands(phone, url) == 5000
    assert patch(phone, url, DATA[5000:], 5000).headers["Upload-Offset"] == str(len(DATA))


def test_a_cut_chunk_that_was_to_be_proven_is_not_kept(doors: Doors) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    proof = base64.b64encode(hashlib.sha256(DATA).digest()).decode()
    headers = BODY | {"Upload-Offset": "0", "Upload-Checksum": f"sha256 {proof}"}
    cut = io.BytesIO(DATA[:700])
    answer = phone.patch(url, input_stream=cut, content_length=len(DATA), headers=headers)
    problem(answer, 460, "checksum_mismatch")
    assert stands(phone, url) == 0


def test_a_small_file_travels_with_the_question(doors: Doors) -> None:
    phone = doors.phone("alice")
    answer = begin(phone, body=DATA)
    assert answer.status_code == 201
    assert answer.headers["Upload-Offset"] == str(len(DATA))
    again = begin(phone)
    assert again.headers["Upload-Offset"] == str(len(DATA))


def test_the_server_tells_what_it_speaks(doors: Doors) -> None:
    told = doors.stranger().options(ROOT)
    assert told.status_code == 204 and told.headers["Tus-Version"] == "1.0.0"
    assert "checksum" in told.headers["Tus-Extension"].split(",")
    assert told.headers["Tus-Max-Size"] == str(20 * 1024 * 1024)


def test_a_wrong_offset_is_answered_with_the_right_one(doors: Doors) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    patch(phone, url, DATA[:100], 0)
    told = problem(patch(phone, url, DATA[50:], 50), 409, "offset_mismatch")
    assert told["fields"] == {"offset": "100"} and stands(phone, url) == 100


def test_bytes_lost_with_the_spool_are_asked_for_again(doors: Doors, settings: Settings) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    patch(phone, url, DATA[:100], 0)
    (settings.spool / url.rpartition("/")[2]).unlink()
    problem(patch(phone, url, DATA[100:], 100), 409, "offset_mismatch")
    assert stands(phone, url) == 0
    assert patch(phone, url, DATA, 0).status_code == 204


def test_a_wrong_checksum_keeps_nothing(doors: Doors) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    proof = base64.b64encode(hashlib.sha1(b"other").digest()).decode()
    problem(
        patch(phone, url, DATA[:9], 0, Upload_Checksum=f"sha1 {proof}"), 460, "checksum_mismatch"
    )
    for strange in ("md5 abcd", "sha256 %%%"):
        problem(patch(phone, url, DATA[:9], 0, Upload_Checksum=strange), 422, "invalid_request")
    assert stands(phone, url) == 0


def test_a_wrong_whole_begins_anew_and_can_be_mended(doors: Doors, settings: Settings) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    problem(patch(phone, url, DATA[::-1], 0), 422, "hash_mismatch")
    assert stands(phone, url) == 0
    assert patch(phone, url, DATA, 0).status_code == 204
    assert list(settings.spool.iterdir()) == []


def test_bytes_that_are_no_picture_are_refused(doors: Doors) -> None:
    text = b"GIF89a is not taken here"
    answer = begin(doors.phone("alice"), hashlib.sha256(text).hexdigest(), len(text), text)
    problem(answer, 422, "not_an_image")


def test_an_upload_past_its_day_is_gone_and_begins_anew(doors: Doors, sessions: Sessions) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    patch(phone, url, DATA[:100], 0)
    with sessions() as session:
        begin_write(session)
        session.execute(update(Upload).values(expires_at="2020-01-01T00:00:00.000Z"))
        session.commit()
    assert phone.head(url, headers=OFFSETS).status_code == 410
    problem(patch(phone, url, DATA[100:], 100), 410, "upload_expired")
    assert started(phone) == url and patch(phone, url, DATA, 0).status_code == 204


def test_somebody_elses_upload_is_not_there(doors: Doors) -> None:
    url = started(doors.phone("alice"))
    bob = doors.phone("bob")
    assert bob.head(url, headers=OFFSETS).status_code == 404
    problem(patch(bob, url, DATA, 0), 404, "upload_unknown")
    problem(bob.delete(url, headers=OFFSETS), 404, "upload_unknown")
    problem(patch(doors.stranger(), url, DATA, 0), 401, "not_signed_in")


def test_an_upload_in_another_requests_hands_is_locked(doors: Doors, settings: Settings) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    with upload.spool(settings.spool, url.rpartition("/")[2]):
        problem(patch(phone, url, DATA, 0), 423, "upload_locked")
    assert patch(phone, url, DATA, 0).status_code == 204


def test_a_file_beyond_the_limit_is_refused_before_it_is_sent(doors: Doors) -> None:
    phone = doors.phone("alice")
    most = 20 * 1024 * 1024
    assert problem(begin(phone, length=most + 1), 413, "file_too_large")["limit"] == most
    url = started(phone, length=100)
    problem(patch(phone, url, DATA[:101], 0), 413, "file_too_large")


def test_what_is_not_tus_is_named(doors: Doors) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    problem(phone.post(ROOT), 412, "tus_version")
    problem(phone.patch(url, data=b"x"), 412, "tus_version")
    problem(phone.patch(url, data=b"x", headers=OFFSETS), 415, "unsupported_media_type")
    problem(phone.patch(url, data=b"x", headers=BODY), 422, "invalid_request")
    headers = OFFSETS | {"Upload-Length": "many", "Upload-Metadata": meta(sha256=SHA)}
    assert (
        "Upload-Length"
        in problem(phone.post(ROOT, headers=headers), 422, "invalid_request")["fields"]
    )
    headers = OFFSETS | {"Upload-Length": "10", "Upload-Metadata": "sha256 ###"}
    problem(phone.post(ROOT, headers=headers), 422, "invalid_request")
    problem(begin(phone, sha="short"), 422, "invalid_request")


def test_an_ended_upload_is_forgotten_with_its_bytes(doors: Doors, settings: Settings) -> None:
    phone = doors.phone("alice")
    url = started(phone)
    patch(phone, url, DATA[:100], 0)
    assert phone.delete(url, headers=OFFSETS).status_code == 204
    assert phone.head(url, headers=OFFSETS).status_code == 404
    assert list(settings.spool.iterdir()) == []
    assert stands(phone, started(phone)) == 0


@pytest.mark.long
def test_photos_go_to_a_bucket_and_come_back(
    s3: Seaweed, doors: Doors, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweed.KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweed.SECRET)
    address = {
        "RUHU_HOME": str(tmp_path / "node"),
        "RUHU_DATABASE_URL": database_url,
        "RUHU_SECRET_KEY": SECRET,
        "RUHU_MEDIA_URL": s3.folder(),
    }
    node = create_app(read(address))
    rec = doors.visit(evidence__photo_front=ops.photo(SHA))
    token = doors.token("alice")
    with serve(node) as url:
        tus(url, token).uploader(
            file_stream=io.BytesIO(DATA), chunk_size=5000, metadata={"sha256": SHA}
        ).upload()
    client = node.test_client()
    answer = client.get(f"{ROOT}/{SHA}", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.data) == (200, DATA) and rec
    assert not list((tmp_path / "node").rglob(SHA))
    with node.app_context():
        node.extensions["sqlalchemy"].engine.dispose()
