"""The way back from a copy, as docs/operations.md tells it, with its own words run."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from devices.clock import DeviceClock
from devices.phone import Phone
from forms.pack import Pack
from tests.docs import township
from tests.docs.door import Door
from tests.docs.markdown import ROOT


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def app(home: Path, pack: Pack) -> Iterator[Flask]:
    app = township.found(home, pack)
    yield app
    stop(app)


@pytest.fixture
def phone(app: Flask, tmp_path: Path) -> Iterator[Phone]:
    phone = Phone(tmp_path / "phone", Door(app), DeviceClock())
    phone.enrol(township.CODE)
    phone.sync()
    yield phone
    phone.close()


def stop(app: Flask) -> None:
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def visits(home: Path) -> int:
    database = sqlite3.connect(home / "ruhu.sqlite")
    query = "SELECT count(*) FROM records WHERE form = 'household_visit'"
    (count,) = database.execute(query).fetchone()
    database.close()
    return int(count)


def words(command: str) -> list[str]:
    """The command as operations.md writes it, without its examples' names."""
    assert f"flask {command}" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    return command.split()


def run(app: Flask, *arguments: str) -> None:
    done = app.test_cli_runner().invoke(args=list(arguments))
    assert done.exit_code == 0, done.output
    stop(app)


def test_a_copy_put_back_hears_from_phones_what_it_lacks(
    home: Path, app: Flask, phone: Phone, tmp_path: Path
) -> None:
    run(app, *words("backup"), str(tmp_path / "copies"))
    draft = phone.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    phone.visits.finish(draft)
    assert [receipt.result["result"] for receipt in phone.sync().receipts] == ["applied"]
    assert visits(home) == 1
    stop(app)
    [archive] = (tmp_path / "copies").glob("*.zip")
    run(app, *words("restore"), str(archive), "--check")
    run(app, *words("restore"), str(archive), "--replace")
    assert visits(home) == 0
    assert [receipt.result["result"] for receipt in phone.sync().receipts] == ["applied"]
    assert visits(home) == 1
