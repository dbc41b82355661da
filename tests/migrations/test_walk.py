"""Migrations walk from nothing to today and back, and arrive at what the models say."""

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Engine, inspect

from server import config
from server.app import create_app
from store import schema


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[Flask]:
    app = create_app(
        config.read(
            {
                "RUHU_HOME": str(tmp_path / "home"),
                "RUHU_DATABASE_URL": database_url,
                "RUHU_SECRET_KEY": "for tests",
            }
        )
    )
    with app.app_context():
        yield app
        engine_of(app).dispose()


def engine_of(app: Flask) -> Engine:
    engine: Engine = app.extensions["sqlalchemy"].engine
    return engine


def tables(app: Flask) -> set[str]:
    return set(inspect(engine_of(app)).get_table_names()) - {"alembic_version"}


def test_from_empty_to_head_to_empty_and_up_again(app: Flask) -> None:
    assert tables(app) == set()
    flask_migrate.upgrade()
    assert tables(app) == set(schema.TABLES)
    flask_migrate.downgrade(revision="base")
    assert tables(app) == set()
    flask_migrate.upgrade()
    assert tables(app) == set(schema.TABLES)


def test_head_is_what_the_models_say(app: Flask) -> None:
    flask_migrate.upgrade()
    with engine_of(app).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.METADATA) == []


def test_walking_twice_changes_nothing(app: Flask) -> None:
    flask_migrate.upgrade()
    flask_migrate.upgrade()
    assert tables(app) == set(schema.TABLES)
