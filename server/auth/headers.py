"""What every answer tells the browser: nothing inline, nothing framed, nothing kept."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from server.config import Settings

DATA = frozenset({"application/json", "application/problem+json"})
NOTHING = "default-src 'none'; frame-ancestors 'none'"
"""For answers that no browser shows: a third of what an empty pull weighed was a page's policy."""


def install(app: Flask, settings: Settings) -> None:
    tiles = urlsplit(settings.tiles_url)
    host = f" {tiles.scheme}://{tiles.netloc}" if tiles.netloc else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' data: blob:{host}; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )

    # Of a name that was promised https for ever, a browser would open no start page over http.
    def harden(response: Response) -> Response:
        headers = response.headers
        if response.status_code == 204:
            # Phones hear it all day: of what it weighed, a third spoke of a body it has not.
            headers.remove("Content-Type")
            headers.setdefault("Cache-Control", "no-store")
            return response
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.mimetype in DATA:
            headers.setdefault("Content-Security-Policy", NOTHING)
        else:
            headers.setdefault("Content-Security-Policy", policy)
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.tls and not settings.local_authority:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if not request.path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")
        return response

    app.after_request(harden)
