"""The road to the server: real sockets, and a bad road that drops, doubles, delays and cuts.

Every fault is one a phone meets in the hills. To the phone all of them look the same: an
exchange without an answer, after which it cannot know whether the server heard.
"""

from __future__ import annotations

import http.client
import random
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol
from urllib.parse import urlsplit


class NetworkError(Exception):
    """No answer came. The request may or may not have arrived."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """`headers` has lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Network(Protocol):
    def send(self, request: Request) -> Answer: ...


class Road:
    """A good road: one kept connection to one server. Counts the bytes of bodies both ways.

    A kept connection that the server closed while idle is opened again once, as browsers do:
    nothing had been answered on it, and every route here may be asked twice.
    """

    def __init__(self, base_url: str, timeout: float = 30.0, trust: str | None = None) -> None:
        parts = urlsplit(base_url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port
        self._tls = ssl.create_default_context(cafile=trust) if parts.scheme == "https" else None
        self._prefix, self._timeout = parts.path.rstrip("/"), timeout
        self._kept: http.client.HTTPConnection | None = None
        self.sent = self.received = self.exchanges = 0

    def send(self, request: Request) -> Answer:
        kept = self._kept is not None
        try:
            return self._exchange(request)
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            if not kept or isinstance(fault, TimeoutError):
                raise NetworkError(str(fault)) from fault
        try:
            return self._exchange(request)
        except (OSError, http.client.HTTPException) as fault:
            self.close()
            raise NetworkError(str(fault)) from fault

    def send_part(self, request: Request, count: int) -> None:
        """Let `count` bytes of the body go, then break the line."""
        self.close()
        try:
            connection = self._connect()
            self._start(connection, request)
            part = request.body[: max(0, count)]
            connection.send(part)
            self.sent += len(part)
        except OSError as fault:
            raise NetworkError(str(fault)) from fault
        finally:
            self.close()

    def read_part(self, request: Request, count: int) -> None:
        """Send everything, then break the line after `count` bytes of the answer."""
        self.close()
        try:
            connection = self._connect()
            self._start(connection, request)
            connection.send(request.body)
            line: socket.socket = connection.sock
            line.recv(max(1, count))
        except OSError as fault:
            raise NetworkError(str(fault)) from fault
        finally:
            self.close()

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _exchange(self, request: Request) -> Answer:
        connection = self._connect()
        self._start(connection, request)
        if request.body:
            connection.send(request.body)
        response = connection.getresponse()
        body = response.read()
        self.exchanges += 1
        self.sent += len(request.body)
        self.received += len(body)
        if response.will_close:
            self.close()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, body)

    def _connect(self) -> http.client.HTTPConnection:
        if self._kept is None:
            if self._tls is not None:
                self._kept = http.client.HTTPSConnection(
                    self._host, self._port, timeout=self._timeout, context=self._tls
                )
            else:
                self._kept = http.client.HTTPConnection(
                    self._host, self._port, timeout=self._timeout
                )
            self._kept.connect()
        return self._kept

    def _start(self, connection: http.client.HTTPConnection, request: Request) -> None:
        connection.putrequest(request.method, self._prefix + request.path)
        for name, value in request.headers.items():
            connection.putheader(name, value)
        if request.body or request.method in ("POST", "PATCH", "PUT"):
            connection.putheader("Content-Length", str(len(request.body)))
        connection.endheaders()


class Fault(Enum):
    NONE = "none"  # the exchange goes through
    DROP = "drop"  # the request never leaves
    LOSE = "lose"  # the server hears and answers; the answer is lost
    TWICE = "twice"  # the server hears it two times
    DELAY = "delay"  # the exchange goes through, late
    CUT_REQUEST = "cut_request"  # the line breaks within the body
    CUT_ANSWER = "cut_answer"  # the line breaks within the answer
    OVERTAKEN = "overtaken"  # no answer now; the server hears it after the next request


@dataclass(frozen=True)
class Trouble:
    """What shall happen to one request; `after` is bytes for a cut, seconds for a delay."""

    fault: Fault = Fault.NONE
    after: float = 0.0


NO_TROUBLE = Trouble()


class BadRoad:
    """A road with a plan: one Trouble per request, then none for ever."""

    def __init__(
        self,
        road: Road,
        plan: Iterable[Trouble],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._road, self._plan, self._sleep = road, iter(plan), sleep
        self._overtaken: list[Request] = []
        self.met: list[Fault] = []

    def send(self, request: Request) -> Answer:
        trouble = next(self._plan, NO_TROUBLE)
        self.met.append(trouble.fault)
        late, self._overtaken = self._overtaken, []
        try:
            return self._suffer(request, trouble)
        finally:
            for earlier in late:
                self._deliver_late(earlier)

    def _deliver_late(self, request: Request) -> None:
        try:
            self._road.send(request)
        except NetworkError:
            return  # its sender gave up on it long ago

    def _suffer(self, request: Request, trouble: Trouble) -> Answer:
        match trouble.fault:
            case Fault.NONE:
                return self._road.send(request)
            case Fault.TWICE:
                self._road.send(request)
                return self._road.send(request)
            case Fault.DELAY:
                self._sleep(trouble.after)
                return self._road.send(request)
            case Fault.LOSE:
                self._road.send(request)
            case Fault.CUT_REQUEST:
                self._road.send_part(request, min(int(trouble.after), len(request.body) - 1))
            case Fault.CUT_ANSWER:
                self._road.read_part(request, int(trouble.after))
            case Fault.OVERTAKEN:
                self._overtaken.append(request)
            case Fault.DROP:
                pass
        raise NetworkError(trouble.fault.value)


def bad_weather(seed: int, badness: float = 0.3, reach: int = 4000) -> Iterator[Trouble]:
    """An endless plan: each request is in trouble with probability `badness`; a cut falls
    anywhere in the first `reach` bytes, a delay is under 50 ms."""
    rng = random.Random(seed)
    kinds = [fault for fault in Fault if fault is not Fault.NONE]
    while True:
        if rng.random() >= badness:
            yield NO_TROUBLE
            continue
        fault = rng.choice(kinds)
        after = rng.random() * (0.05 if fault is Fault.DELAY else reach)
        yield Trouble(fault, after)
