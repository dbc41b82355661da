"""Photos over HTTP: asked for, sent in pieces, verified whole, seen by those in scope."""

import base64
import hashlib
import io

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from store import ids
from store.media import Blob, Upload
from tests.kit import ops
from tests.kit.doors import Doors, problem
from tests.kit.syncing import count

MEDIA = "/api/v1/media"
TUS = {"Tus-Resumable": "1.0.0"}


def picture() -> bytes:
    made = io.BytesIO()
    Image.effect_noise((64, 64), 80).convert("RGB").save(made, "JPEG")
    return made.getvalue()


def sha_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def begin(client: FlaskClient, data: bytes, **more: str) -> TestResponse:
    named = base64.b64encode(sha_of(data).encode()).decode()
    headers = TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": f"sha256 {named}"}
    return client.post(MEDIA, headers=headers | more)


def send(client: FlaskClient, path: str, data: bytes, offset: int, **more: str) -> TestResponse:
    headers = TUS | {"Upload-Offset": str(offset)} | more
    return client.patch(
        path, data=data, headers=headers, content_type="application/offset+octet-stream"
    )


def visit_with(doors: Doors, data: bytes) -> str:
    rec = ids.new()
    values = ops.visit(doors.cast.unit) | {"evidence/photo_front": ops.photo(sha_of(data))}
    doors.push(doors.phone("alice"), "alice", ops.op(rec, values=values))
    return rec


def test_a_photo_sent_in_pieces_is_had_and_seen(doors: Doors) -> None:
    data, phone = picture(), doors.phone("alice")
    sha = sha_of(data)
    rec = visit_with(doors, data)
    asked = phone.post(f"{MEDIA}/have", json={"hashes": [sha]}).get_json()
    assert asked == {"have": [], "missing": [sha]}
    path = begin(phone, data).headers["Location"]
    assert begin(phone, data).headers["Location"] == path
    assert send(phone, path, data[:100], 0).headers["Upload-Offset"] == "100"
    assert phone.head(path, headers=TUS).headers["Upload-Offset"] == "100"
    last = send(phone, path, data[100:], 100)
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(data)))
    assert phone.post(f"{MEDIA}/have", json={"hashes": [sha]}).get_json()["have"] == [sha]
    status = phone.get(f"/api/v1/visits/{rec}").get_json()["status"]
    assert status["photos"] == {"have": 1, "expected": 1}
    assert doors.phone("dora").get(f"{MEDIA}/{sha}").data == data


def test_a_photo_is_not_seen_from_outside(doors: Doors) -> None:
    data = picture()
    visit_with(doors, data)
    phone = doors.phone("alice")
    send(phone, begin(phone, data).headers["Location"], data, 0)
    sha = sha_of(data)
    for path in (f"{MEDIA}/{sha}", f"{MEDIA}/{sha}/thumb", f"{MEDIA}/{'0' * 64}"):
        problem(doors.phone("charlie").get(path), 404, "not_found")
    problem(doors.phone("dora").get(f"{MEDIA}/{sha}/huge"), 404, "not_found")


def test_somebody_elses_upload_is_not_there(doors: Doors) -> None:
    data = picture()
    path = begin(doors.phone("alice"), data).headers["Location"]
    bob = doors.phone("bob")
    assert bob.head(path, headers=TUS).status_code == 404
    problem(send(bob, path, data, 0), 404, "upload_unknown")
    problem(bob.delete(path, headers=TUS), 404, "upload_unknown")
    assert begin(bob, data).headers["Location"] != path


def test_bytes_of_another_hash_begin_anew(doors: Doors) -> None:
    data, phone = picture(), doors.phone("alice")
    path = begin(phone, data).headers["Location"]
    problem(send(phone, path, bytes(len(data)), 0), 422, "hash_mismatch")
    assert phone.head(path, headers=TUS).headers["Upload-Offset"] == "0"
    assert count(doors.sessions, Blob) == 0
    assert send(phone, path, data, 0).status_code == 204


def test_bytes_that_are_no_photo_are_not_kept(doors: Doors) -> None:
    data, phone = b"<html>not a photo</html>", doors.phone("alice")
    problem(send(phone, begin(phone, data).headers["Location"], data, 0), 422, "not_an_image")
    assert count(doors.sessions, Blob) == 0


def test_an_upload_goes_on_only_where_it_stands(doors: Doors) -> None:
    data, phone = picture(), doors.phone("alice")
    path = begin(phone, data).headers["Location"]
    send(phone, path, data[:50], 0)
    told = problem(send(phone, path, data[60:], 60), 409, "offset_mismatch")
    assert told["fields"] == {"offset": "50"}
    problem(send(phone, path, data, 50), 413, "file_too_large")
    wrong = "sha1 " + base64.b64encode(bytes(20)).decode()
    told = send(phone, path, data[50:], 50, **{"Upload-Checksum": wrong})
    problem(told, 460, "checksum_mismatch")
    assert phone.head(path, headers=TUS).headers["Upload-Offset"] == "50"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_valid_is_named(doors: Doors) -> None:
    data, phone = picture(), doors.phone("alice")
    path = begin(phone, data).headers["Location"]
    named = {"Upload-Length": "5", "Upload-Metadata": "sha256 eA=="}
    cases = [
        (phone.post(MEDIA, headers=named), 412, "tus_version"),
        (phone.post(MEDIA, headers=TUS | named), 422, "invalid_request"),
        (phone.post(MEDIA, headers=TUS), 422, "invalid_request"),
        (begin(phone, data, **{"Upload-Length": "²"}), 422, "invalid_request"),
        (begin(phone, data, **{"Upload-Length": "-1"}), 422, "invalid_request"),
        (begin(phone, data, **{"Upload-Length": "9" * 15}), 413, "file_too_large"),
        (begin(phone, data, **{"Upload-Length": "0"}), 413, "file_too_large"),
        (begin(phone, data, **{"Upload-Metadata": "sha256 %%%"}), 422, "invalid_request"),
        (begin(phone, data, **{"Upload-Metadata": "sha256 /w=="}), 422, "invalid_request"),
        (send(phone, path, data, 0, **{"Tus-Resumable": "0.2"}), 412, "tus_version"),
        (send(phone, path, data, 0, **{"Upload-Offset": "x"}), 422, "invalid_request"),
        (send(phone, path, data, 0, **{"Upload-Checksum": "md5 eA=="}), 422, "invalid_request"),
        (send(phone, path, data, 0, **{"Upload-Checksum": "sha1 %"}), 422, "invalid_request"),
        (phone.patch(path, data=data, headers=TUS), 415, "unsupported_media_type"),
        (send(phone, f"{MEDIA}/nothing", data, 0), 404, "upload_unknown"),
    ]
    for answer, status, code in cases:
        problem(answer, status, code)
    assert phone.head(path, headers=TUS).headers["Upload-Offset"] == "0"
    with doors.sessions() as session:
        assert [u.offset for u in session.scalars(select(Upload))] == [0]


def test_have_takes_hashes_and_only_so_many(doors: Doors) -> None:
    phone = doors.phone("alice")
    for body, place in (
        ({}, "hashes"),
        ({"hashes": "x"}, "hashes"),
        ({"hashes": ["x"]}, "hashes[0]"),
        ({"hashes": ["a" * 64, "A" * 64]}, "hashes[1]"),
        ({"hashes": ["a" * 64] * 201}, "hashes"),
    ):
        told = problem(phone.post(f"{MEDIA}/have", json=body), 422, "invalid_request")
        assert list(told["fields"]) == [place], body
    assert phone.post(f"{MEDIA}/have", json={"hashes": []}).get_json() == {
        "have": [],
        "missing": [],
    }
