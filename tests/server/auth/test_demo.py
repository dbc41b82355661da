"""Accounts of the demo are no way in from the network, unless that was asked for."""

from dataclasses import replace

import pytest

from server.auth import enrol
from server.config import Settings
from store.accounts import Device, EnrolCode, User, WebSession
from store.db import begin_write
from tests.kit.doors import PASSWORD, Doors, problem
from tests.server.console.conftest import HTML, sign_in

WAYS = ("password", "cookie", "token", "code")
OPEN = [{"host": "127.0.0.1"}, {"lan": True, "lan_demo": True, "host": "192.168.1.20"}]
CLOSED = [{"lan": True, "host": "127.0.0.2"}, {"host": "0.0.0.0"}, {"host": "ruhu.example.cn"}]


def under(doors: Doors, **changes: object) -> None:
    known = doors.app.extensions["ruhu"]
    settings: Settings = replace(known.settings, **changes)
    doors.app.extensions["ruhu"] = replace(known, settings=settings)


@pytest.fixture
def made_up(doors: Doors) -> Doors:
    """Alice is one of the demo's people, with every way in; Bob is not."""
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(User, doors.cast.users["alice"]).demo = True
        session.commit()
    return doors


def comes_in(doors: Doors, way: str, name: str) -> int:
    """The status that somebody hears who comes this way."""
    if way == "password":
        doors.password(name)
        return sign_in(doors.stranger(), name, PASSWORD).status_code
    if way == "cookie":
        return doors.browser(name).get("/", headers=HTML).status_code
    if way == "token":
        return doors.phone(name).get("/api/v1/me").status_code
    with doors.sessions() as session:
        begin_write(session)
        code, _ = enrol.make(session, doors.cast.users[name], doors.cast.users["ada"])
        session.commit()
    return doors.stranger().post("/api/v1/enrol", json={"code": code}).status_code


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("changes", CLOSED, ids=str)
def test_every_way_in_is_closed_on_the_network(
    made_up: Doors, way: str, changes: dict[str, object]
) -> None:
    under(made_up, **changes)
    assert comes_in(made_up, way, "alice") == 403
    assert comes_in(made_up, way, "bob") in (200, 201, 302)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("changes", OPEN, ids=str)
def test_every_way_in_is_open_here_and_where_it_was_asked_for(
    made_up: Doors, way: str, changes: dict[str, object]
) -> None:
    under(made_up, **changes)
    assert comes_in(made_up, way, "alice") in (200, 201, 302)


def test_the_refusal_has_a_name_and_leaves_nothing_behind(made_up: Doors) -> None:
    under(made_up, lan=True)
    problem(made_up.phone("alice").get("/api/v1/me"), 403, "demo_on_lan")
    with made_up.sessions() as session:
        begin_write(session)
        code, _ = enrol.make(session, made_up.cast.users["alice"], made_up.cast.users["ada"])
        before = session.query(Device).count(), session.query(WebSession).count()
        session.commit()
    problem(made_up.stranger().post("/api/v1/enrol", json={"code": code}), 403, "demo_on_lan")
    made_up.password("alice")
    sign_in(made_up.stranger(), "alice", PASSWORD)
    with made_up.sessions() as session:
        assert (session.query(Device).count(), session.query(WebSession).count()) == before
        assert session.query(EnrolCode).one().used_at is None


def test_a_person_reads_why_and_can_sign_in_as_somebody_else(made_up: Doors) -> None:
    browser = made_up.browser("alice")
    under(made_up, lan=True)
    answer = browser.get("/", headers=HTML)
    assert answer.status_code == 403 and "演示账号在局域网上不能用" in answer.text
    assert 'href="/login"' in answer.text
    assert browser.get("/login", headers=HTML).status_code == 200


def test_a_wrong_password_says_nothing_of_the_demo(made_up: Doors) -> None:
    under(made_up, lan=True)
    made_up.password("alice")
    assert sign_in(made_up.stranger(), "alice", "not the password").status_code == 401
