"""How these pages are shown: to strangers with a phone in their hand, in their language."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    render_template,
    request,
    send_from_directory,
    url_for,
)

from server.auth.guard import public
from server.config import Settings
from server.console.words import COOKIE, LANGUAGES

FOLDER = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600
blp = Blueprint("start", __name__, template_folder="templates")


def settings() -> Settings:
    return cast(Settings, current_app.extensions["ruhu_start"])


def install(app: Flask, chosen: Settings, *rooms: Blueprint) -> None:
    """For both servers of these pages: the whole one, and the small door with few rooms."""
    app.extensions["ruhu_start"] = chosen
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for room in rooms:
        app.register_blueprint(room)


def language() -> str:
    """Asked for in the address, chosen here before, what the phone speaks, the office's."""
    for told in (request.args.get("lang", ""), request.cookies.get(COOKIE, "")):
        if told in LANGUAGES:
            return told
    return request.accept_languages.best_match(LANGUAGES) or settings().lang


def t(zh: str, en: str) -> str:
    return en if language() == "en" else zh


def shown(template: str, status: int = 200, **values: object) -> Response:
    """A page; a language that was asked for is remembered by this browser."""
    lang = language()
    page = render_template(
        f"start/{template}", t=t, lang=lang, asset=asset, picture=_picture, **values
    )
    response = make_response(page, status)
    response.vary.update(("User-Agent", "Accept-Language", "Cookie"))
    if request.args.get("lang") == lang:
        response.set_cookie(
            COOKIE, lang, max_age=YEAR, httponly=True, samesite="Lax", path="/",
            secure=request.is_secure and not settings().local_authority,
        )  # fmt: skip
    return response


@blp.get("/start/static/<path:filename>")
@public
def static(filename: str) -> Response:
    """Style, script and pictures of these pages."""
    response = send_from_directory(FOLDER, filename, max_age=YEAR)
    response.cache_control.public = True
    return response


@lru_cache(maxsize=64)
def _version(filename: str) -> str:
    return hashlib.sha256((FOLDER / filename).read_bytes()).hexdigest()[:10]


def asset(filename: str) -> str:
    """The address of a file; another content has another address."""
    return url_for("start.static", filename=filename, v=_version(filename))


def _picture(name: str) -> str:
    """A drawing of a phone's screen, with the words that stand there in this language."""
    return asset(f"pictures/{name}.{language()}.svg")
