"""The form app, as it was built: files that phones keep, under a policy of their own."""

import re
from io import BytesIO
from pathlib import Path

from flask import Response, redirect, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

from server.auth.guard import public
from server.start.inside import outside
from server.start.joining import blp
from server.start.showing import settings, shown
from store.errors import NotFound

ROOM = blp
"""With these routes on it."""
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
SQUEEZED = (("br", ".br"), ("gzip", ".gz"))
_HASHED = re.compile(r"assets/.*-[A-Za-z0-9_-]{8,}\.\w+(?:\.map)?")
"""Another content has another name, so a phone may keep it for ever."""
FOR_EVER = "public, max-age=31536000, immutable"


def built() -> bool:
    return (settings().client_dist / "index.html").is_file()


@blp.get("/app")
@public
def bare() -> ResponseReturnValue:
    """A person who typed the address without its slash."""
    return redirect("/app/", 308)


@blp.get("/app/")
@public
@outside
def app() -> Response:
    """The app's first page; the app itself reads what stands behind the #."""
    return _file("index.html")


@blp.get("/app/<path:filename>")
@public
def app_file(filename: str) -> Response:
    """A file of the built app. Nothing here says anything about anybody."""
    return _file(filename)


def _file(filename: str) -> Response:
    if not built():
        return shown("unbuilt.html", 503)
    path, encoding = _squeezed(_known(filename))
    kind = TYPES.get(Path(filename).suffix, "application/octet-stream")
    stand = path.stat()
    response = send_file(
        BytesIO(path.read_bytes()),  # small, and no file is left open where the phone goes away
        mimetype=kind.partition(";")[0],
        conditional=True,
        etag=f"{stand.st_mtime_ns:x}-{stand.st_size:x}-{encoding}",
        last_modified=stand.st_mtime,
    )
    response.headers["Content-Type"] = kind
    response.headers["Cache-Control"] = FOR_EVER if _HASHED.fullmatch(filename) else "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(self), microphone=()"
    response.headers["Service-Worker-Allowed"] = "/app/"
    response.vary.add("Accept-Encoding")
    if filename == "index.html":
        response.vary.add("User-Agent")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def _known(filename: str) -> Path:
    """The file, inside the folder and meant to be seen. Raises NotFound."""
    folder = settings().client_dist.resolve()
    inside = safe_join(str(folder), filename)
    path = Path(inside).resolve() if inside and "\0" not in filename else folder
    hidden = any(part.startswith(".") for part in Path(filename).parts)
    if hidden or not path.is_relative_to(folder) or not path.is_file():
        raise NotFound("the form app has no such file")
    return path


def _squeezed(path: Path) -> tuple[Path, str]:
    """A sibling that was compressed when the app was built, where the browser takes it."""
    for encoding, suffix in SQUEEZED:
        sibling = path.with_name(path.name + suffix)
        if request.accept_encodings[encoding] > 0 and sibling.is_file():
            return sibling, encoding
    return path, ""
