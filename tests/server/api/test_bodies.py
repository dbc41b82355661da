"""Bodies that go wrong: each a named refusal, nothing half-written, no bomb goes off."""

import gzip
import io
import zlib
from typing import Any

import orjson
import pytest
import zstandard
from flask.testing import FlaskClient

from store import ids
from store.outbox import OutboxRow
from store.records import OpResult
from sync.wire import MAX_BYTES, MAX_OPS
from tests.kit import ops
from tests.kit.doors import Doors, post, problem
from tests.kit.syncing import count

BOMB = 200 * 1024 * 1024


@pytest.fixture
def phone(doors: Doors) -> FlaskClient:
    return doors.phone("alice")


def good(doors: Doors) -> bytes:
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    return ops.raw(doors.cast.devices["alice"], line)


def nothing_was_written(doors: Doors) -> None:
    assert count(doors.sessions, OpResult) == 0 and count(doors.sessions, OutboxRow) == 0


def test_malformed_json_is_named(doors: Doors, phone: FlaskClient) -> None:
    whole = good(doors)
    wrong = [
        b"",
        b"{",
        whole[:-1],
        whole + b"]",
        b"\xff\xfe\x00",
        whole.replace(b'"met"', b"NaN"),
        whole.replace(b'"met"', b"Infinity"),
        whole.replace(b'"met"', b"1e400"),
        whole.replace(b'"met"', b"[" * 5000 + b"]" * 5000),
        b"[" * 100_000,
    ]
    for body in wrong:
        problem(post(phone, body), 400, "malformed_json")
    nothing_was_written(doors)


def test_another_shape_is_named_with_its_fields(doors: Doors, phone: FlaskClient) -> None:
    whole = orjson.loads(good(doors))
    line = whole["ops"][0]
    wrong: list[tuple[Any, str]] = [
        ([], ""),
        (None, ""),
        (7, ""),
        (whole | {"ops": {}}, "ops"),
        (whole | {"device": 5}, "device"),
        (whole | {"sent_at": "\x00"}, "sent_at"),
        (whole | {"ops": [line | {"op": "12"}]}, "ops[0].op"),
        (whole | {"ops": [line | {"op": line["op"].upper()}]}, "ops[0].op"),
        (whole | {"ops": [line, line | {"n": 2**31}]}, "ops[1].n"),
        (whole | {"ops": [line | {"form": "a\x00"}]}, "ops[0].form"),
        (whole | {"ops": [line | {"set": []}]}, "ops[0].set"),
        (whole | {"ops": [line | {"rows": {"m": {"short": {}}}}]}, "ops[0].rows.m.short"),
    ]
    for body, place in wrong:
        told = problem(post(phone, orjson.dumps(body)), 422, "invalid_request")
        assert list(told["fields"]) == [place], (body, told)
    nothing_was_written(doors)


def test_strange_content_is_kept(doors: Doors, phone: FlaskClient) -> None:
    whole = good(doors)
    strange = [
        b'"a\\u0000b"',
        b"1180591620717411303424",
        b"-99999999999999999999999",
        b"1.7976931348623157e308",
        b"[" * 400 + b"]" * 400,
        b'{"a": {"\\u0000": 1}}',
    ]
    for value in strange:
        body = whole.replace(b'"met"', value).replace(
            orjson.loads(whole)["ops"][0]["op"].encode(), ids.new().encode()
        )
        answer = post(phone, body)
        assert answer.status_code == 200, (value[:30], answer.text)
        assert answer.get_json()["results"][0]["result"] == "applied"


def test_too_many_ops_or_bytes_are_refused_with_the_limit(doors: Doors, phone: FlaskClient) -> None:
    lines = [ops.op(ids.new(), n) for n in range(MAX_OPS + 1)]
    told = problem(doors.push(phone, "alice", *lines), 413, "push_too_large")
    assert told["limit"] == MAX_OPS
    told = problem(post(phone, b" " * (MAX_BYTES + 1)), 413, "body_too_large")
    assert told["limit"] == MAX_BYTES
    nothing_was_written(doors)


def gzip_bomb() -> bytes:
    squeeze = zlib.compressobj(9, wbits=31)
    piece = bytes(1024 * 1024)
    return b"".join(squeeze.compress(piece) for _ in range(200)) + squeeze.flush()


def zstd_bomb(declared: bool) -> bytes:
    """200 MiB of zeros, the size told in the frame's header or not."""
    buffer = io.BytesIO()
    with zstandard.ZstdCompressor(level=3).stream_writer(
        buffer, size=BOMB if declared else -1, closefd=False
    ) as writer:
        for _ in range(200):
            writer.write(bytes(1024 * 1024))
    return buffer.getvalue()


def test_bombs_do_not_go_off(doors: Doors, phone: FlaskClient) -> None:
    bombs = [
        ("gzip", gzip_bomb()),
        ("zstd", zstd_bomb(True)),
        ("zstd", zstd_bomb(False)),
        ("gzip", gzip.compress(b" " * (MAX_BYTES + 1))),
        ("zstd", ops.noise(MAX_BYTES + 1)),
    ]
    for name, bomb in bombs:
        told = problem(post(phone, bomb, Content_Encoding=name), 413, "body_too_large")
        assert told["limit"] == MAX_BYTES
    nothing_was_written(doors)


def test_damaged_compression_is_named(doors: Doors, phone: FlaskClient) -> None:
    whole = good(doors)
    squeezed = gzip.compress(whole)
    for name, body in (
        ("gzip", squeezed[: len(squeezed) // 2]),
        ("gzip", squeezed[:-4]),
        ("gzip", whole),
        ("gzip", b""),
        ("zstd", whole),
        ("zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 50),
    ):
        problem(post(phone, body, Content_Encoding=name), 400, "malformed_body")
    half = zstandard.compress(whole)[:-10]
    assert post(phone, half, Content_Encoding="zstd").status_code == 400
    nothing_was_written(doors)


def test_other_encodings_are_named(doors: Doors, phone: FlaskClient) -> None:
    for name in ("br", "deflate", "gzip, gzip", "x"):
        told = problem(post(phone, good(doors), Content_Encoding=name), 415, "unsupported_encoding")
        assert told["fields"] == {"encoding": name}
    nothing_was_written(doors)


def test_a_body_without_a_length_is_an_empty_body(doors: Doors, phone: FlaskClient) -> None:
    answer = phone.post(
        "/api/v1/sync/push",
        input_stream=io.BytesIO(good(doors)),
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": ""},
    )
    problem(answer, 400, "malformed_json")


def test_a_body_in_chunks_is_read_to_its_end(doors: Doors, phone: FlaskClient) -> None:
    answer = phone.post(
        "/api/v1/sync/push",
        input_stream=io.BytesIO(good(doors)),
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": "", "wsgi.input_terminated": True},
    )
    assert answer.status_code == 200


def test_a_body_shorter_than_its_length_is_cut(doors: Doors, phone: FlaskClient) -> None:
    body = good(doors)
    for data, length in ((body[:40], len(body)), (body, len(body) + 10)):
        answer = phone.post(
            "/api/v1/sync/push",
            input_stream=io.BytesIO(data),
            content_type="application/json",
            environ_overrides={"CONTENT_LENGTH": str(length)},
        )
        problem(answer, 400, "malformed_body")
    nothing_was_written(doors)


@pytest.mark.parametrize("path", ["/api/v1/enrol", "/api/v1/media/have", "/api/v1/enrol-codes"])
def test_small_routes_read_bodies_the_same_way(doors: Doors, path: str) -> None:
    client = doors.phone("dora")
    for body, status, code in (
        (b"{", 400, "malformed_json"),
        (b"[1]", 422, "invalid_request"),
        (b"{}", 422, "invalid_request"),
        (b'{"code": NaN}', 400, "malformed_json"),
        (b'{"code": ' + b"[" * 50_000, 400, "malformed_json"),
        (b" " * 300_000, 413, "body_too_large"),
    ):
        answer = client.post(path, data=body, content_type="application/json")
        problem(answer, status, code)
    zipped = client.post(
        path,
        data=gzip_bomb(),
        content_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )
    problem(zipped, 413, "body_too_large")
