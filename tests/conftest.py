"""Fixtures that every room shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from forms.pack import Pack, load_pack
from store import schema
from store.db import engine_for, factory
from tests.kit.cast import Cast, settle
from tests.kit.postgres import Postgres, start


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    return start()


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack("household")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ruhu.sqlite'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url)
    schema.Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return factory(engine)


@pytest.fixture
def cast(sessions: sessionmaker[Session], pack: Pack) -> Cast:
    return settle(sessions, pack)
