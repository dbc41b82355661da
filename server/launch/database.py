"""Bringing the database to today's tables, with the shipped forms in it."""

import flask_migrate
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from server.app import create_app
from server.cli.setup import found_all
from server.config import Settings
from server.launch.refusal import CannotStart
from server.services import session
from server.transaction import reading
from store.accounts import User


def brought_up(settings: Settings) -> bool:
    """Migrate and set up; whether nobody is known yet. Raises CannotStart."""
    try:
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
            found_all()
            return _is_new(app)
    except OperationalError as fault:
        raise CannotStart(
            f"数据库不能用：{fault.orig}", f"the database cannot be used: {fault.orig}"
        ) from fault


def _is_new(_app: Flask) -> bool:
    with reading(session()) as current:
        return current.scalars(select(User.id).limit(1)).first() is None
