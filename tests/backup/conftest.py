"""An office that is copied and put back, and a phone that works with it over the protocol."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from backup import shelf
from backup.take import Source, Taken, take
from devices.clock import DeviceClock
from devices.phone import Phone
from devices.photos import Lens, Scene, photo
from forms.pack import Pack
from server.restore import Place, Wanted, restore
from server.transaction import in_writing
from store import feed
from store.db import factory
from store.records import Record
from tests.docs import township
from tests.docs.door import Door

FRONT = "evidence/photo_front"


@dataclass
class Office:
    """One installation; `copies` is where its backups go."""

    app: Flask
    home: Path
    copies: Path

    @property
    def engine(self) -> Engine:
        with self.app.app_context():
            engine: Engine = self.app.extensions["sqlalchemy"].engine
            return engine

    def read(self) -> Session:
        return factory(self.engine)()

    def count(self, table: Any = Record) -> int:
        with self.read() as session:
            return session.execute(select(func.count()).select_from(table)).scalar_one()

    def source(self) -> Source:
        known = self.app.extensions["ruhu"]
        return Source(self.engine, known.storage, known.keys, "0")

    def back_up(self) -> Taken:
        """As `flask backup` does it: copied, then told."""
        taken = take(self.source(), shelf.shelf(self.copies))
        told = taken.told
        with self.app.app_context(), self.read() as session:
            in_writing(
                session, lambda: feed.note_backup(session, told.epoch, told.position, told.made_at)
            )
        return taken

    def put_back(self, file: Path, *, replace: bool = True, older: bool = False) -> Any:
        """As `flask restore` does it, with the server stopped."""
        self.stop()
        return self.restore(Wanted(file, replace, older))

    def restore(self, wanted: Wanted) -> Any:
        known = self.app.extensions["ruhu"]
        place = Place(known.settings.database_url, known.storage, known.keys)
        with self.app.app_context():
            return restore(wanted, place)

    def stop(self) -> None:
        self.engine.dispose()


@pytest.fixture
def office(tmp_path: Path, database_url: str, pack: Pack) -> Iterator[Office]:
    home = tmp_path / "home"
    app = township.found(home, pack, RUHU_DATABASE_URL=database_url)
    app.testing = True
    made = Office(app, home, tmp_path / "copies")
    yield made
    made.stop()


@pytest.fixture
def phone(office: Office, tmp_path: Path) -> Iterator[Phone]:
    """Wang Xiu's, enrolled, with the household on it."""
    made = Phone(tmp_path / "phone", Door(office.app), DeviceClock())
    made.enrol(township.CODE)
    made.sync()
    yield made
    made.close()


def visit(phone: Phone, seed: str, **values: Any) -> str:
    """A finished visit with one photo, on the phone only."""
    draft = phone.visits.open(township.HOUSEHOLD)
    draft.set("door/outcome", "met")
    for path, value in values.items():
        draft.set(path.replace("__", "/"), value)
    data = photo(Scene.HOUSE, seed, datetime.now(UTC), None, Lens(size=(320, 240)))
    phone.visits.add_photo(
        draft, FRONT, data, taken_at=phone.clock.iso(), gps=None, role="house_front"
    )
    phone.visits.finish(draft)
    return draft.rec
