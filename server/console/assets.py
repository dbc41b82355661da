"""Style, script and pictures of the console: public, kept for a year under a hash in the URL."""

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Response, send_from_directory, url_for

from server.auth.guard import public
from server.console.blueprint import blp

FOLDER = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600


@blp.get("/static/<path:filename>", endpoint="static")
@public
def static(filename: str) -> Response:
    """A file of the console. Nothing here says anything about anybody."""
    response = send_from_directory(FOLDER, filename, max_age=YEAR)
    response.cache_control.public = True
    return response


@lru_cache(maxsize=64)
def _version(filename: str) -> str:
    return hashlib.sha256((FOLDER / filename).read_bytes()).hexdigest()[:10]


def asset(filename: str) -> str:
    """The address of a file; another content has another address."""
    return url_for("console.static", filename=filename, v=_version(filename))
