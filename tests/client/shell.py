"""The built app on a port, with a road that can be down or answer for somebody else."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TYPES = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".png": "image/png"}
LOGIN_PAGE = b"<!doctype html><title>Wi-Fi</title>Please log in"


@dataclass
class Shell:
    """`folder` is served below /app/; `portal` are endings that a login page answers for."""

    folder: Path
    down: bool = False
    portal: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)
    url: str = ""


@contextmanager
def served(folder: Path) -> Iterator[Shell]:
    shell = Shell(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            shell.asked.append(path)
            if shell.down:
                self.close_connection = True
                return
            if path.startswith("/api/"):
                self._answer(b'{"ok": true}', "application/json")
            elif path.endswith(shell.portal) and shell.portal:
                self._answer(LOGIN_PAGE, "text/html")
            else:
                file = shell.folder / (path.removeprefix("/app/") or "index.html")
                self._answer(file.read_bytes(), TYPES.get(file.suffix, "application/octet-stream"))

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shell.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield shell
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
