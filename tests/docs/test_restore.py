"""The way back from a copy, as docs/operations.md tells it, with its own words run."""

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from devices.clock import DeviceClock
from devices.phone import Phone
from forms.pack import Pack
from tests.docs import township
from tests.docs.door import Door
from tests.docs.markdown import ROOT, blocks


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


def documented() -> str:
    """The program that operations.md gives, between its END marks."""
    [text] = [b.text for b in blocks(ROOT / "docs" / "operations.md") if "UPDATE meta" in b.text]
    found = re.search(r"<<'END'\n(.*?)^END$", text, re.M | re.S)
    assert found is not None
    return found[1]


def test_a_copy_put_back_with_a_new_epoch_hears_from_phones_what_it_lacks(
    home: Path, app: Flask, phone: Phone, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    stop(app)
    shutil.copytree(home, copy)
    draft = phone.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    phone.visits.finish(draft)
    assert [receipt.result["result"] for receipt in phone.sync().receipts] == ["applied"]
    assert visits(home) == 1
    stop(app)
    shutil.rmtree(home)
    shutil.copytree(copy, home)
    assert visits(home) == 0
    program = [sys.executable, "-", str(home / "ruhu.sqlite")]
    subprocess.run(program, input=documented(), text=True, check=True)
    assert [receipt.result["result"] for receipt in phone.sync().receipts] == ["applied"]
    assert visits(home) == 1
