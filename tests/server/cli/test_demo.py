"""The demo's people are known as such, those of an older demo too."""

import orjson
from flask import Flask
from sqlalchemy import select

from devices.township import township
from devices.workbook import write_workbook
from server.cli.demo import LOGINS, mark
from server.config import Settings
from store.accounts import User
from store.db import begin_write
from tests.kit.doors import Doors
from tests.server.console.conftest import ONE_KIND


@ONE_KIND
def test_everybody_of_the_workbook_is_marked_and_nobody_else(
    doors: Doors, app: Flask, settings: Settings
) -> None:
    workbook = settings.home / "demo.xlsx"
    write_workbook(township(), workbook)
    told = app.test_cli_runner().invoke(args=["demo", "prepare", str(workbook)])
    assert told.exit_code == 0, told.output
    logins = {u["login"] for u in orjson.loads((settings.home / LOGINS).read_bytes())["users"]}
    with doors.sessions() as session:
        marked = set(session.scalars(select(User.login).where(User.demo)))
    assert marked == logins and "cadre1" in marked and "alice" not in marked


def test_an_older_demo_is_marked_at_the_next_start(doors: Doors, settings: Settings) -> None:
    (settings.home / LOGINS).write_bytes(orjson.dumps({"users": [{"login": "alice"}]}))
    with doors.sessions() as session:
        begin_write(session)
        assert not session.scalars(select(User.login).where(User.demo)).all()
        session.commit()
    with doors.sessions() as session:
        begin_write(session)
        mark(session, settings.home)
        session.commit()
    with doors.sessions() as session:
        assert session.scalars(select(User.login).where(User.demo)).all() == ["alice"]
