"""The small township of docs/protocol.md: its people, phones and one household."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import flask_migrate
import orjson
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from forms.pack import Pack, install
from server import config
from server.app import create_app
from server.auth.signin import digest
from store import areas, clock, feed, schema
from store.accounts import Device, EnrolCode, Grant, User
from store.areas import Area, Level
from store.db import begin_write, factory
from store.feed import Meta
from store.seal import Keyring
from store.units import Assignment, UnitPlace
from sync import scope
from sync.push import push
from sync.scope import Who
from sync.wire import parse_push

EPOCH = "7f1d4c9e-0d7a-4b37-9d2e-3b6a5f0e2c11"
VILLAGE, TOWNSHIP, COUNTY = "999901100201", "999901100000", "999901000000"
HOUSEHOLD = "5b0c1c1e-6a0f-5d3a-9a51-0f6e2d7b8c10"
MEMBER = "8d2f4f60-2b1d-5c7e-9c3a-6a1b2c3d4e5f"
PEOPLE = {
    "cadre": ("wang.xiu", "王秀", "cadre", VILLAGE, "0193a5c2-7a10-7c3e-8f21-5d0b6a4e9c01"),
    "worker": ("li.min", "李敏", "village_worker", VILLAGE, "0193a5c2-9b44-7d10-a3c7-2e8f1b6d0a02"),
    "supervisor": (
        "zhao.hua",
        "赵华",
        "township_supervisor",
        TOWNSHIP,
        "0193a5c2-b3d2-7e55-9a10-7c4d5e6f7a03",
    ),
    "successor": ("sun.li", "孙丽", "cadre", VILLAGE, "0193a5c2-d4e5-7a66-8c20-9d1e2f3a4b05"),
    "admin": ("admin", "管理员", "admin", COUNTY, "0193a5c2-c001-7f00-8b00-0a1b2c3d4e04"),
}
"""{who: (login, name, role, area, device)}; the user's id is the device's with a 9 in front."""
CODE = "7KQ2M-XW9D4"


def user_of(who: str) -> str:
    return "9" + PEOPLE[who][4][1:]


def token(who: str) -> str:
    return f"token-of-{who}"


def found(home: Path, pack: Pack, **settings: str) -> Flask:
    """The app over a new database with everybody in it."""
    app = create_app(config.read({"RUHU_HOME": str(home)} | settings))
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
        schema.METADATA.create_all(engine)
        flask_migrate.stamp()
        keys = app.extensions["ruhu"].keys
        with factory(engine)() as session:
            begin_write(session)
            _places(session, pack)
            for who in PEOPLE:
                _person(session, who)
            _household(session, keys)
            session.commit()
    return app


def _places(session: Session, pack: Pack) -> None:
    feed.found(session)
    session.execute(update(Meta).where(Meta.key == "epoch").values(value=EPOCH))
    areas.add(session, COUNTY, Level.COUNTY, None, "云溪县", "Yunxi County")
    areas.add(session, TOWNSHIP, Level.TOWNSHIP, COUNTY, "青禾镇", "Qinghe Township")
    areas.add(session, VILLAGE, Level.VILLAGE, TOWNSHIP, "东坡村", "Dongpo Village")
    install(session, pack, None)


def _person(session: Session, who: str) -> None:
    login, name, role, area, device = PEOPLE[who]
    user, now = user_of(who), clock.now()
    session.add(User(id=user, login=login, name=name, password="", created_at=now))
    session.flush()
    grant = Grant(id=device, user_id=user, role=role, area=area, started_at=now)
    grant.started_seq = feed.take(session)
    phone = Device(id=device, user_id=user, enrolled_at=now, token=digest(token(who)))
    session.add_all([grant, phone])
    session.flush()


def _household(session: Session, keys: Keyring) -> None:
    """One household of the register with one member, paired with the cadre."""
    seq, now = feed.take(session), clock.now()
    path = session.get_one(Area, VILLAGE).path
    session.add(UnitPlace(unit=HOUSEHOLD, area=VILLAGE, area_path=path, started_seq=seq))
    paired = Assignment(user_id=user_of("cadre"), unit=HOUSEHOLD, started_seq=seq, started_at=now)
    code = EnrolCode(
        code=digest(CODE.replace("-", "")),
        user_id=user_of("cadre"),
        made_by=user_of("admin"),
        made_at=now,
        expires_at=clock.after(now, minutes=15),
    )
    session.add_all([paired, code])
    session.flush()
    who = Who(
        user_of("admin"), PEOPLE["admin"][4], scope.grants_of(session, user_of("admin")), True
    )
    push(session, keys, who, parse_push(orjson.dumps(_entry(now))), now)


def _entry(now: str) -> Mapping[str, Any]:
    facts = {"hh_code": "DP-017", "head_name": "陈福", "phone": "13900000017"}
    values = {f"facts/{name}": value for name, value in facts.items()}
    member = {"person": MEMBER, "full_name": "陈福", "relation": "01", "sex": "male"}
    op = {
        "op": "0193a5c1-0000-7000-8000-000000000001",
        "n": 1,
        "rec": "0193a5c1-0000-7000-8000-000000000002",
        "type": "submission",
        "form": "household_register",
        "form_v": "2026.3",
        "set": {"household": HOUSEHOLD, "facts/water_source": "open_well"} | values,
        "rows": {"members": {"2c3d4e5f": member}},
        "at": now,
    }
    return {"device": PEOPLE["admin"][4], "epoch": None, "sent_at": now, "ops": [op]}
