"""The road between a phone's browser and the server: open, closed, busy, or cutting uploads."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECONDS = 60
LOGIN_PAGE = "<!doctype html><title>Wi-Fi</title>请先登录".encode()
HOP = frozenset(
    {"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"}
)


@dataclass
class Road:
    """`server` is the port behind. What stands in the way is said by the flags, at any time."""

    server: int
    url: str = ""
    busy: bool = False
    """503 to everything of the API."""
    portal: bool = False
    """A login page, with 200, to everything of the API."""
    cuts: int = 0
    """So many uploads to come are cut in the middle of their bytes."""
    cut: int = 0
    """How many were."""
    through: int = 0
    """So many uploads pass before any is cut."""
    asked: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    """Where each upload that had an offset went on."""
    at_once: int = 0
    most: int = 0
    """Requests of the API on the road at the same moment, and the most there ever were."""
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def road(server: int) -> Iterator[Road]:
    way = Road(server)

    class Handler(_Handler):
        road = way

    door = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    door.daemon_threads = True
    way.url = f"http://127.0.0.1:{door.server_port}"
    thread = threading.Thread(target=door.serve_forever)
    thread.start()
    try:
        yield way
    finally:
        door.shutdown()
        thread.join()
        door.server_close()


class _Handler(BaseHTTPRequestHandler):
    road: Road
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.road.asked.append(f"{self.command} {self.path}")
        if not self.path.startswith("/api/"):
            self._carry(body)
            return
        with self.road.lock:
            self.road.at_once += 1
            self.road.most = max(self.road.most, self.road.at_once)
        try:
            self._api(body)
        finally:
            with self.road.lock:
                self.road.at_once -= 1

    def _api(self, body: bytes) -> None:
        if self.road.busy:
            self._answer(503, [("Content-Type", "text/plain")], b"busy")
        elif self.road.portal:
            self._answer(200, [("Content-Type", "text/html; charset=utf-8")], LOGIN_PAGE)
        elif self._is_upload(body) and self._stands_in_the_way():
            self.road.cut += 1
            self._cut(body)
        else:
            self._carry(body)

    def _stands_in_the_way(self) -> bool:
        self.road.offsets.append(int(self.headers.get("Upload-Offset") or 0))
        if self.road.through > 0:
            self.road.through -= 1
            return False
        return self.road.cut < self.road.cuts

    def _is_upload(self, body: bytes) -> bool:
        bytes_travel = self.headers.get("Content-Type") == "application/offset+octet-stream"
        return bytes_travel and len(body) > 1

    def _headers(self) -> dict[str, str]:
        return {k: v for k, v in self.headers.items() if k.lower() != "connection"}

    def _carry(self, body: bytes) -> None:
        there = http.client.HTTPConnection("127.0.0.1", self.road.server, timeout=SECONDS)
        try:
            there.request(self.command, self.path, body, self._headers())
            answer = there.getresponse()
            told = [pair for pair in answer.getheaders() if pair[0].lower() not in HOP]
            self._answer(answer.status, told, answer.read())
        except (OSError, http.client.HTTPException):
            self.close_connection = True  # nobody there: the browser sees a dead line
        finally:
            there.close()

    def _cut(self, body: bytes) -> None:
        """The server gets half of what was announced, the phone no answer."""
        there = http.client.HTTPConnection("127.0.0.1", self.road.server, timeout=SECONDS)
        with suppress(OSError):
            there.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self._headers().items():
                there.putheader(name, value)
            there.endheaders(body[: len(body) // 2])
        there.close()
        self.close_connection = True

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return

    do_GET = do_POST = do_PATCH = do_HEAD = do_PUT = do_DELETE = _any
