"""The public protocol as requests: who I am, what I send, and refusals by their names."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from typing import Any

import orjson

from devices.network import Answer, Network, Request

PROTO = "1"
COMPRESS_FROM = 1024
LATER = (408, 423, 425, 429)  # the server asks for patience


class Problem(Exception):
    """The server refused, and said why (RFC 9457)."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status, self.body = status, body
        self.code = str(body.get("code", ""))
        self.fields: Mapping[str, str] = body.get("fields") or {}
        self.retry_after = 0.0
        super().__init__(f"{status} {self.code} {body.get('detail') or body.get('title', '')}")


class Unauthorised(Problem):
    """This device's token is not, or no longer, valid."""


class ServerTrouble(Problem):
    """Busy or broken: nothing was acknowledged; the same request may be sent again later."""


class Wire:
    """Sends requests for one device over whatever road it has."""

    def __init__(self, network: Network, app: str) -> None:
        self.network, self.app = network, app
        self.token: str | None = None
        self.by_hand = False
        """Whether a person asked for this: then no plan of the office makes it wait."""

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        accept: tuple[int, ...] = (200, 201, 204),
    ) -> Answer:
        """The answer when its status is accepted; Problem otherwise."""
        sent = {
            "Ruhu-Proto": PROTO,
            "Ruhu-App": self.app,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            **(headers or {}),
        }
        if self.by_hand:
            sent["Ruhu-By-Hand"] = "1"
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        answer = _inflated(self.network.send(Request(method, path, sent, body)))
        if answer.status not in accept:
            raise problem(answer)
        return answer

    def get(self, path: str, *, accept: tuple[int, ...] = (200, 204)) -> Answer:
        return self.call("GET", path, accept=accept)

    def post_json(self, path: str, value: Any) -> Any:
        """POST a JSON document (compressed when it is worth it); the JSON of the answer."""
        body = orjson.dumps(value)
        headers = {"Content-Type": "application/json"}
        if len(body) >= COMPRESS_FROM:
            body = gzip.compress(body, 6, mtime=0)
            headers["Content-Encoding"] = "gzip"
        answer = self.call("POST", path, body, headers)
        return orjson.loads(answer.body) if answer.body else {}


def problem(answer: Answer) -> Problem:
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        body = {"detail": answer.body[:200].decode("utf-8", "replace")}
    if not isinstance(body, dict):
        body = {"detail": str(body)[:200]}
    if answer.status == 401:
        return Unauthorised(answer.status, body)
    later = answer.status >= 500 or answer.status in LATER
    told = ServerTrouble(answer.status, body) if later else Problem(answer.status, body)
    told.retry_after = _seconds(answer.headers.get("retry-after", ""))
    return told


def _seconds(text: str) -> float:
    return float(text) if text.isascii() and text.isdigit() else 0.0


def _inflated(answer: Answer) -> Answer:
    if answer.headers.get("content-encoding") == "gzip" and answer.body:
        return Answer(answer.status, answer.headers, gzip.decompress(answer.body))
    return answer
