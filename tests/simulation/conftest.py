"""One server of each kind for all stories of a test session."""

from collections.abc import Iterator

import pytest

from forms.pack import Pack
from tests.simulation.server import Server, server


@pytest.fixture(scope="module")
def sqlite_stage(pack: Pack) -> Iterator[Server]:
    with server(pack) as here:
        yield here


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, pack: Pack) -> Iterator[Server]:
    database = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with server(pack, database) as here:
        yield here
