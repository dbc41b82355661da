"""A second, tiny door by plain http: the start page and the certificate, nothing else.

A phone that does not trust this machine yet cannot open https without a fright. Started as
`granian --interface wsgi --factory server.start.door:create`.
"""

from urllib.parse import quote

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from server import config
from server.auth import headers
from server.config import Settings
from server.start import pages, showing, where
from store.errors import Refusal

READING = frozenset({"GET", "HEAD"})


def create(settings: Settings | None = None) -> Flask:
    """Raises BadSetting."""
    chosen = settings or config.read()
    app = Flask("ruhu_start", static_folder=None)
    headers.install(app, chosen)
    showing.install(app, chosen, pages.ROOM)
    app.before_request(_only_reading)
    app.register_error_handler(Refusal, _refused)
    app.add_url_rule("/", view_func=_first, endpoint="first")
    app.add_url_rule("/<path:rest>", view_func=_elsewhere, endpoint="elsewhere")
    return app


def _only_reading() -> Response | None:
    if request.method in READING:
        return None
    told = "这里只能打开开始页。 / Only the start page is here.\n"
    return Response(told, 405, {"Allow": "GET, HEAD"}, content_type="text/plain; charset=utf-8")


def _refused(refusal: Refusal) -> Response:
    return Response(f"{refusal.detail}\n", 404, content_type="text/plain; charset=utf-8")


def _first() -> ResponseReturnValue:
    return redirect("/start")


def _elsewhere(rest: str) -> ResponseReturnValue:
    """Never by the Host header: it is anybody's word."""
    query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    return redirect(f"{where.public_url(showing.settings())}/{quote(rest)}{query}")
