"""The real app on a temporary home, with the standing cast in its database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker

from server.app import create_app
from server.config import Settings, read
from tests.kit.cast import SECRET, Cast
from tests.kit.doors import Doors


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return read(
        {
            "RUHU_HOME": str(tmp_path / "home"),
            "RUHU_DATABASE_URL": database_url,
            "RUHU_SECRET_KEY": SECRET,
        }
    )


@pytest.fixture
def app(settings: Settings, cast: Cast) -> Iterator[Flask]:
    """Runs on both kinds of database; `cast` has made the tables and settled the people."""
    app = create_app(settings)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody unknown."""
    return app.test_client()


@pytest.fixture
def doors(app: Flask, cast: Cast, sessions: sessionmaker[Session]) -> Doors:
    """`doors.phone("alice")`, `doors.browser("dora")`: clients of the cast."""
    return Doors(app, cast, sessions)
