"""Enrolment sheets: one page per cadre, to be printed and handed over in person."""

import io
import os
from functools import partial
from pathlib import Path

import segno
from jinja2 import Environment, PackageLoader
from sqlalchemy import select

from server.auth import enrol
from server.register.load import Loaded
from server.services import services, session
from server.start.where import public_url
from server.transaction import in_writing
from store import clock
from store.accounts import User

_pages = Environment(loader=PackageLoader("server.cli"), autoescape=True)


def write_sheets(folder: Path, loaded: Loaded, address: str) -> list[Path]:
    """HTML files `<login>.html`, readable by their owner alone, each with a fresh code."""
    folder.mkdir(mode=0o700, exist_ok=True)
    settings = services().settings
    where = address.rstrip("/") or public_url(settings)
    written = []
    for login in loaded.cadres:
        user = session().scalars(select(User).where(User.login == login)).one()
        code, expires = in_writing(session(), partial(_code, user.id))
        page = _pages.get_template("enrolment.html").render(
            name=user.name,
            login=login,
            password=loaded.passwords[login],
            address=where,
            code=code,
            qr=qr(f"{where}/enrol#{code}"),
            until=clock.local_text(expires, settings.tz),
        )
        written.append(_private(folder / f"{login}.html", page))
    return written


def _code(user: str) -> tuple[str, str]:
    return enrol.make(session(), user, user)


def qr(text: str) -> str:
    """An inline SVG."""
    kept = io.BytesIO()
    segno.make(text, error="m").save(kept, kind="svg", xmldecl=False, svgns=True, border=2)
    return kept.getvalue().decode()


def _private(path: Path, text: str) -> Path:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    return path
