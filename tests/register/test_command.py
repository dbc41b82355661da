"""`flask register import`: the dry run writes nothing, --yes loads all of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.app import create_app
from server.config import read
from tests.kit.cast import SECRET
from tests.register.conftest import SMALL, Office, changed, xlsx


@pytest.fixture
def app(office: Office, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    told = {"RUHU_HOME": str(tmp_path / "home"), "RUHU_DATABASE_URL": database_url}
    app = create_app(read(told | {"RUHU_SECRET_KEY": SECRET}))
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["register", "import", *words])
    return result.exit_code, result.output


def test_a_dry_run_counts_and_writes_nothing(app: Flask, office: Office, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "small.xlsx", SMALL)
    before = office.everything()
    code, told = run(app, str(path))
    assert code == 0 and "households: 2" in told and "members: 3" in told
    assert office.everything() == before


def test_a_dry_run_lists_every_fault_and_fails(app: Flask, office: Office, tmp_path: Path) -> None:
    path = changed(tmp_path / "faulty.xlsx", lambda s: s["staff"][2].__setitem__(2, "king"))
    before = office.everything()
    for words in ([str(path)], [str(path), "--yes"]):
        code, told = run(app, *words)
        assert code != 0 and "staff row 3, role: one of cadre" in told
    assert office.everything() == before


def test_yes_loads_it_and_tells_the_one_time_passwords(
    app: Flask, office: Office, tmp_path: Path
) -> None:
    code, told = run(app, str(xlsx(tmp_path / "small.xlsx", SMALL)), "--yes")
    assert code == 0 and "alice" in told
    assert set(office.households()) == {"H1", "H2"}
    assert [p.name for p in (tmp_path / "home" / "enrolment").iterdir()] == ["alice.html"]


def test_a_database_that_is_not_ready_is_told_in_a_sentence(tmp_path: Path) -> None:
    app = create_app(read({"RUHU_HOME": str(tmp_path / "new"), "RUHU_SECRET_KEY": SECRET}))
    result = app.test_cli_runner().invoke(
        args=["register", "import", str(xlsx(tmp_path / "small.xlsx", SMALL))]
    )
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    last = result.output.splitlines()[-1]
    assert last.startswith("Error: ") and "the database does not answer" in last
