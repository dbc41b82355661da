"""An office's register on a server of its own, for phones: one cadre with few households, one with
very many."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import select

from benchmarks import large
from benchmarks.world import served
from devices.people import Role, family
from devices.township import Household, Pairing, Township, township
from devices.workbook import write_workbook
from forms.publish import publish
from server import config
from server.app import create_app
from server.auth import enrol
from server.cli.setup import found_all
from server.register.book import read
from server.register.load import load
from server.services import services, session
from server.transaction import in_writing
from store.accounts import User

FEW, MANY = "cadre1", "cadre2"
SINCE = "2026-01-01"


@dataclass
class Town:
    """The office's hands on a database; `settings` are what its web server gets."""

    app: Flask
    settings: dict[str, str]

    def code(self, login: str) -> str:
        """A one-time code for a phone of this person."""

        def make() -> str:
            user = session().scalars(select(User.id).where(User.login == login)).one()
            return enrol.make(session(), user, user)[0]

        with self.app.app_context():
            return in_writing(session(), make)

    def publish_large(self) -> None:
        """The large form as the newest version of the visit: what a phone opens from now on."""
        compiled = large.compiled()
        with self.app.app_context():
            in_writing(session(), lambda: publish(session(), compiled, None))

    @contextmanager
    def open(self) -> Iterator[str]:
        """The web server, up to the end of the block; its address."""
        with served(self.settings) as (url, _):
            yield url


def town(home: Path, few: int, many: int) -> Town:
    told = {"RUHU_HOME": str(home), "RUHU_SECRET_KEY": "bench"}
    book = home / "register.xlsx"
    write_workbook(grown(few, many), book)
    lines, faults = read(book)
    if faults:
        raise RuntimeError(str(faults[:3]))
    app = create_app(config.read(told))
    with app.app_context():
        flask_migrate.upgrade()
        found_all()
        in_writing(session(), lambda: load(session(), services().keys, lines, None))
        app.extensions["sqlalchemy"].engine.dispose()
    return Town(app, told)


def grown(few: int, many: int) -> Township:
    """The demo's township with as many households as asked for, all people made anew."""
    rng, place = random.Random(1), township()
    made = [_another(rng, place.households[0], n) for n in range(few + many)]
    owners = [FEW] * few + [MANY] * many
    pairs = [Pairing(who, one.hh_code, SINCE) for who, one in zip(owners, made, strict=True)]
    staff = tuple(s for s in place.staff if s.login in (FEW, MANY) or s.role is Role.ADMIN)
    return replace(place, staff=staff, households=tuple(made), pairings=tuple(pairs))


def _another(rng: random.Random, like: Household, n: int) -> Household:
    people = family(rng)
    phone = f"139{rng.randrange(10**8):08d}"
    return replace(
        like, hh_code=f"H{n:06d}", head_name=people[0].name, phone=phone, members=people,
        lat=like.lat + n % 50 / 5000, lon=like.lon + n // 50 / 5000,
    )  # fmt: skip
