"""Sixty-four phones on a bad road hold their uploads open: everybody else is answered meanwhile."""

import base64
import hashlib
import json
import socket
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from benchmarks.world import World, world
from store.media import Blob, Upload
from tests.kit.wait import until
from tests.media.pictures import encoded, plain

pytestmark = pytest.mark.long
SLOW = 64
PATIENCE = 60


def begin(here: World, number: int) -> tuple[socket.socket, bytes]:
    """A creation whose body stops half-way; the line and what is left to send."""
    data = encoded(plain(number + 10, (400 + number, 300)))
    sha = base64.b64encode(hashlib.sha256(data).hexdigest().encode()).decode()
    where = urlsplit(here.url)
    head = (
        f"POST /api/v1/media HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Authorization: Bearer {here.tokens[number % len(here.tokens)]}\r\n"
        f"Tus-Resumable: 1.0.0\r\nUpload-Length: {len(data)}\r\nUpload-Metadata: sha256 {sha}\r\n"
        "Content-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {len(data)}\r\nConnection: close\r\n\r\n"
    )
    line = socket.create_connection((where.hostname, where.port), PATIENCE)
    half = len(data) // 2
    line.sendall(head.encode() + data[:half])
    return line, data[half:]


def counted(here: World, table: type[Upload] | type[Blob]) -> int:
    with here.session() as session:
        return session.execute(select(func.count()).select_from(table)).scalar_one()


def asked(here: World, path: str, body: object = None) -> int:
    """The status of a phone's request; raises where no answer comes."""
    headers = {"Authorization": f"Bearer {here.tokens[0]}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(here.url + path, data, headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return int(answer.status)


def test_uploads_that_hang_hold_up_nobody(tmp_path: Path) -> None:
    with world(tmp_path, "", 20) as here, ExitStack() as lines:
        slow = [begin(here, number) for number in range(SLOW)]
        for line, _ in slow:
            lines.callback(line.close)
        until(lambda: counted(here, Upload) == SLOW, PATIENCE, told="all are being received")
        for _ in range(10):
            assert asked(here, "/api/v1/ping") == 200
            assert asked(here, "/api/v1/media/have", {"hashes": ["ab" * 32]}) == 200
        assert counted(here, Blob) == 0
        for line, rest in slow:
            line.sendall(rest)
        answers = [b"".join(iter(lambda one=line: one.recv(65536), b"")) for line, _ in slow]
        assert {answer.split(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 201 Created"}
        assert counted(here, Blob) == SLOW
