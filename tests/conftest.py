"""Fixtures that every room shares."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from forms.pack import Pack, load_pack
from store import schema
from store.db import engine_for, factory
from tests.kit.cast import Cast
from tests.kit.postgres import Postgres, start
from tests.kit.settled import Settled


@pytest.fixture(scope="session")
def postgres() -> Postgres:
    return start()


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack("household")


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """One settled database of each kind, made when first asked for; tests get copies."""
    return Settled(tmp_path_factory.mktemp("settled"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, or a copy of the cast's; who asks for it runs on both kinds."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    if "cast" in request.fixturenames:
        templates: Settled = request.getfixturevalue("settled")
        return templates.copy(tmp_path, server, request.getfixturevalue("pack"))
    return server.database() if server else f"sqlite:///{tmp_path / 'ruhu.sqlite'}"


@pytest.fixture
def engine(request: pytest.FixtureRequest, database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url)
    if "cast" not in request.fixturenames:
        schema.Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return factory(engine)


@pytest.fixture
def cast(engine: Engine, settled: Settled) -> Cast:
    """People, places and forms that stand in this test's database."""
    return settled.casts[engine.dialect.name]
