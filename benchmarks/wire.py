"""One client on one kept-alive connection, with every byte counted, headers too."""

import gzip
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Heard:
    """`body` is inflated; `down` is what came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    up: int
    down: int


class _Counted(http.client.HTTPConnection):
    """Counts what is sent."""

    up = 0

    def send(self, data: Any) -> None:
        self.up += len(data)
        super().send(data)


class Wire:
    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self._connection = _Counted(parts.netloc, timeout=600)
        self._headers, self._prefix = dict(headers), parts.path
        self.up = self.down = self.requests = 0

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Heard:
        before = self._connection.up
        self._connection.putrequest(method, self._prefix + path, skip_accept_encoding=True)
        told = self._headers | dict(headers or {})
        if body:
            told["Content-Length"] = str(len(body))
        for name, value in told.items():
            self._connection.putheader(name, value)
        self._connection.endheaders(body or None)
        answer = self._connection.getresponse()
        raw = answer.read()
        head = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n{answer.headers}")
        known = {k.lower(): v for k, v in answer.getheaders()}
        plain = gzip.decompress(raw) if known.get("content-encoding") == "gzip" else raw
        heard = Heard(answer.status, known, plain, self._connection.up - before, head + len(raw))
        self.up, self.down = self.up + heard.up, self.down + heard.down
        self.requests += 1
        return heard

    def close(self) -> None:
        self._connection.close()
