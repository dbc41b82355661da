"""Bringing the database to today's tables, with the shipped forms in it."""

from dataclasses import dataclass

import flask_migrate
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from server.app import create_app
from server.cli import demo as demo_accounts
from server.cli.setup import found_all
from server.config import Settings
from server.launch import demo, first
from server.launch.refusal import CannotStart
from server.services import session
from server.transaction import in_writing, reading
from store.accounts import User


@dataclass(frozen=True, slots=True)
class Ground:
    """What a start found: whether nobody was known, and the administrator made for that case."""

    is_new: bool
    administrator: tuple[str, str] | None = None
    """(login, one-time password)"""


def brought_up(settings: Settings) -> Ground:
    """Migrate and set up. Raises CannotStart."""
    try:
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
            found_all()
            in_writing(session(), lambda: demo_accounts.mark(session(), settings.home))
            if not _is_new(app):
                return Ground(False)
            alone = not demo.wanted(settings, True)
            return Ground(True, first.administrator() if alone else None)
    except OperationalError as fault:
        raise CannotStart(
            f"数据库不能用：{fault.orig}", f"the database cannot be used: {fault.orig}"
        ) from fault


def _is_new(_app: Flask) -> bool:
    with reading(session()) as current:
        return current.scalars(select(User.id).limit(1)).first() is None
