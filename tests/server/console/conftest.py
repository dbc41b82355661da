"""A township with named households, as the console shows it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from server.auth.throttle import limiter
from store import ids, status
from store.accounts import User
from store.audit import AuditEntry
from store.db import begin_write
from store.findings import Finding
from store.records import Record
from tests.kit import ops
from tests.kit.doors import Doors

HTML = {"Accept": "text/html"}
ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For pages whose queries are proved elsewhere: one kind of database is enough."""
CHINESE = re.compile(r"[\u3400-\u9fff]")


class Office:
    """What happened in the field, and what the office then reads."""

    def __init__(self, doors: Doors) -> None:
        self.doors = doors
        self.cast = doors.cast

    @property
    def sessions(self) -> sessionmaker[Session]:
        return self.doors.sessions

    def register(self, unit: str, code: str, head: str, **facts: Any) -> str:
        """An entry of the register by the township's supervisor."""
        rec = ids.new()
        told = {"household": unit, "facts/hh_code": code, "facts/head_name": head}
        told |= {f"facts/{name}": value for name, value in facts.items()}
        line = ops.op(rec, form="household_register", values=told)
        self.sent(self.doors.push(self.doors.phone("dora"), "dora", line))
        return rec

    def member(self, unit: str, name: str, number: str) -> str:
        """A member with an id number; the record's id."""
        person = ids.new()
        row = {"person": person, "full_name": name, "relation": "02", "id_number": number}
        line = ops.op(
            ids.new(),
            form="household_register",
            values={"household": unit},
            rows={"members": {"abcd1234": row}},
        )
        self.sent(self.doors.push(self.doors.phone("dora"), "dora", line))
        return person

    def edit(self, rec: str, base: int, name: str = "alice", n: int = 2, **values: Any) -> None:
        """A change to a visit; keyword `income__wage` stands for `income/wage`."""
        told = {path.replace("__", "/"): value for path, value in values.items()}
        line = ops.op(rec, n=n, base=base, values=told)
        self.sent(self.doors.push(self.doors.phone(name), name, line))

    def sent(self, answer: TestResponse) -> None:
        assert answer.status_code == 200, answer.text
        results = {result["result"] for result in answer.get_json()["results"]}
        assert results <= {"applied", "merged", "conflict"}, answer.text

    def doubt(self, rec: str, rule: str = "D08", path: str = "door/place") -> None:
        """Something to be checked about a visit."""
        with self.sessions() as session:
            begin_write(session)
            [row] = status.lock(session, [rec])
            session.add(
                Finding(
                    id=ids.new(), rec=rec, rec_version=row.version, check="place", rule=rule,
                    path=path, score=0.6, numbers='{"distance_m": 2003.4, "odd_figure": 7}',
                    text_zh="待核实：定位较远", text_en="To be checked: the fix is far away",
                    state="open", made_at=row.received_at or "",
                )
            )  # fmt: skip
            status.refresh(session, [rec])
            session.commit()

    def record(self, ident: str) -> Record:
        with self.sessions() as session:
            return session.get_one(Record, ident)

    def acts(self, act: str) -> list[AuditEntry]:
        with self.sessions() as session:
            query = select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.id)
            return list(session.scalars(query))

    def speak(self, name: str, lang: str) -> None:
        with self.sessions() as session:
            begin_write(session)
            session.get_one(User, self.cast.users[name]).lang = lang
            session.commit()


@pytest.fixture
def office(doors: Doors) -> Office:
    """Alice's household is H0001 (Wang), Charlie's is H0002 (Li)."""
    made = Office(doors)
    made.register(doors.cast.unit, "H0001", "Wang Fu")
    made.register(doors.cast.other_unit, "H0002", "Li An")
    return made


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """The limiter counts in this process: one test's attempts are none of the next one's."""
    yield
    if limiter.enabled and limiter._storage:
        limiter.reset()


def token(page: str) -> str:
    """The CSRF token that a page's forms carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def sign_in(client: FlaskClient, login: str, password: str, **more: str) -> TestResponse:
    """Fill in the sign-in page as a browser does."""
    page = client.get("/login").text
    form = {"csrf_token": token(page), "login": login, "password": password}
    return client.post("/login", data=form | more, headers=HTML)


def words(page: str) -> str:
    """What a page says, without its tags."""
    body = page.partition("<body>")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
