"""A township's days on bad roads: lost, doubled, late and cut requests, phones that die.

Whatever the order, in the end every phone holds what a fresh phone would be told, every edit
and photo is kept once, and only the two people who disagree are in conflict.
"""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select

from devices.clock import DeviceClock, Journey
from devices.itinerary import CADRES, WORKER, PlannedVisit, Twist, plan
from devices.network import BadRoad, Road, bad_weather
from devices.phone import Phone
from devices.township import township
from devices.visitor import Visitor
from devices.workbook import write_workbook
from forms.pack import Pack, install
from jobs import context as contexts
from jobs import run
from jobs.context import Places
from media.sweep import fsck
from server import config
from server.app import create_app
from server.auth import enrol
from server.config import Settings
from server.register.book import read
from server.register.load import load
from server.services import services, session
from server.transaction import in_writing
from store import feed, schema
from store.accounts import User
from store.conflicts import Conflict
from store.findings import Finding
from store.media import Blob
from store.outbox import OutboxRow
from store.records import OpResult, Quarantine, Record
from tests.kit.live import serve

pytestmark = pytest.mark.long

ZONE = ZoneInfo("Asia/Shanghai")
BEFORE = date(2026, 11, 20)
BOOTED = datetime(2026, 11, 17, tzinfo=UTC).timestamp()
BADNESS = 0.3
PATIENCE = 80
TWISTS = {"D01", "D07", "D08"}
"""The doubts that the itinerary plants; what the pack's rules say of the answers comes on top."""


@pytest.fixture
def app(tmp_path: Path, database_url: str, pack: Pack) -> Iterator[Flask]:
    told = {"RUHU_HOME": str(tmp_path / "home"), "RUHU_DATABASE_URL": database_url}
    app = create_app(config.read(told))
    workbook = tmp_path / "township.xlsx"
    write_workbook(township(), workbook)
    book, faults = read(workbook)
    assert faults == []

    def begin() -> None:
        feed.found(session())
        install(session(), pack, None)
        load(session(), services().keys, book, None)

    with app.app_context():
        schema.METADATA.create_all(app.extensions["sqlalchemy"].engine)
        in_writing(session(), begin)
        yield app
        session().close()
        app.extensions["sqlalchemy"].engine.dispose()


def code(login: str) -> str:
    """A fresh enrolment code."""

    def made() -> str:
        user = session().scalars(select(User.id).where(User.login == login)).one()
        return enrol.make(session(), user, user)[0]

    return in_writing(session(), made)


class Hand:
    """A person with a phone on a bad road; `die` is the phone's sudden end, and its next start."""

    def __init__(self, login: str, folder: Path, url: str, seed: int) -> None:
        self.login, self._folder, self._url = login, folder, url
        self._weather = bad_weather(seed, BADNESS, reach=60_000)
        self._open()

    def _open(self) -> None:
        self.road = Road(self._url)
        bad = BadRoad(self.road, self._weather, sleep=lambda _: None)
        journey = Journey()
        clock = DeviceClock(journey, booted=BOOTED)
        self.phone = Phone(self._folder, bad, clock, salt=f"simulation/{self.login}")
        self.visitor = Visitor(self.phone, journey, "simulation")

    def close(self) -> None:
        self.phone.close()
        self.road.close()

    def die(self) -> None:
        self.close()
        self._open()

    def settle(self) -> None:
        for _ in range(PATIENCE):
            if not self.phone.sync().trouble and self.phone.settled:
                return
        raise AssertionError(f"{self.login} does not settle: {self.phone.sync().trouble}")


def live_through(hands: dict[str, Hand], visits: list[PlannedVisit], rng: random.Random) -> None:
    """Everybody opens the register, then the days pass in a random order of small steps."""
    for hand in hands.values():
        hand.settle()
    for visit in visits:
        if visit.login == WORKER or visit.twist is Twist.CONTESTED:
            hands[visit.login].visitor.prepare(visit)
    waiting = {login: [v for v in visits if v.login == login] for login in hands}
    while any(waiting.values()):
        hand = hands[rng.choice([login for login, left in waiting.items() if left])]
        match rng.random():
            case dice if dice < 0.55:
                hand.visitor.make(waiting[hand.login].pop(0))
            case dice if dice < 0.9:
                hand.phone.sync()
            case _:
                hand.die()
    for hand in hands.values():
        hand.settle()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_township_on_bad_roads(app: Flask, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    visits = [v for v in plan(township(), BEFORE, ZONE) if v.login in (*CADRES, WORKER)]
    with serve(app) as url, ExitStack() as stack:
        hands = {}
        for place, login in enumerate((*CADRES, WORKER)):
            enrolled(tmp_path / login, url, login)
            hands[login] = Hand(login, tmp_path / login, url, seed * 100 + place)
            stack.callback(hands[login].close)
        live_through(hands, visits, rng)
        work(services().settings)
        for hand in hands.values():
            hand.settle()
        for login, hand in hands.items():
            assert hand.phone.mirror.versions() == fresh(tmp_path / f"{login}-2", url, hand)
        everything_is_kept(hands, len(visits))


def enrolled(folder: Path, url: str, login: str) -> None:
    """Joined on a good road: a code works once, whoever hears the answer."""
    road = Road(url)
    phone = Phone(folder, road, DeviceClock(booted=BOOTED), salt=f"simulation/{login}")
    phone.enrol(code(login))
    phone.close()
    road.close()


def fresh(folder: Path, url: str, hand: Hand) -> dict[str, int]:
    """What the same person is told from the beginning, with nothing known."""
    road = Road(url)
    phone = Phone(folder, road, DeviceClock(booted=BOOTED))
    phone.wire.token = hand.phone.wire.token
    phone.pull()
    versions = phone.mirror.versions()
    phone.close()
    road.close()
    return versions


def work(settings: Settings) -> None:
    places = Places(
        database_url=settings.database_url,
        media_url=settings.media_url,
        secret_key=settings.secret_key,
        spool=settings.spool,
        tz=settings.tz,
    )
    here = contexts.opened(places)
    run.drain(here)
    here.sessions.kw["bind"].dispose()
    contexts.opened.cache_clear()


def everything_is_kept(hands: dict[str, Hand], visits: int) -> None:
    db = session()
    db.rollback()
    acknowledged = {r.op for h in hands.values() for r in h.phone.outbox.receipts()}
    assert len(acknowledged) == visits
    assert acknowledged <= set(db.scalars(select(OpResult.op)))
    assert db.scalar(select(func.count()).select_from(Quarantine)) == 0
    kept = db.scalar(select(func.count()).where(Record.outcome.is_not(None)))
    assert kept == visits
    assert set(db.scalars(select(Blob.state))) == {"stored"}
    assert list(fsck(db, services().storage)) == []
    assert {c.path for c in db.scalars(select(Conflict))} == {"water_source"}
    assert set(db.scalars(select(OutboxRow.state))) == {"done"}
    rules = sorted(db.scalars(select(Finding.rule).where(Finding.state == "open")))
    assert [rule for rule in rules if rule in TWISTS] == ["D01", "D01", "D07", "D08"]
    positions = list(db.scalars(select(Record.seq)))
    assert len(positions) == len(set(positions)) and max(positions) == feed.head(db)
