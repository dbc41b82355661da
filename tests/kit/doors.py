"""Ways into the app for the standing cast: a phone with its token, a browser with its session."""

from typing import Any

import orjson
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.test import TestResponse

from server.auth import passwords, signin
from server.auth.guard import COOKIE
from store import ids
from store.accounts import Device, User, WebSession
from store.db import begin_write
from tests.kit import ops
from tests.kit.cast import Cast

PASSWORD = "correct horse battery"


class Doors:
    """Everybody of the cast, at the app's door; the app and the tests share one database."""

    def __init__(self, app: Flask, cast: Cast, sessions: sessionmaker[Session]) -> None:
        self.app = app
        self.cast = cast
        self.sessions = sessions

    def stranger(self) -> FlaskClient:
        return self.app.test_client()

    def token(self, name: str) -> str:
        """A bearer token for this person's phone, `cast.devices[name]`."""
        token = f"token-of-{name}"
        with self.sessions() as session:
            begin_write(session)
            session.get_one(Device, self.cast.devices[name]).token = signin.digest(token)
            session.commit()
        return token

    def phone(self, name: str) -> FlaskClient:
        """A client that sends this person's bearer token."""
        client = self.app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.token(name)}"
        return client

    def password(self, name: str, password: str = PASSWORD) -> str:
        """Give this person a password that they know."""
        with self.sessions() as session:
            begin_write(session)
            user = session.get_one(User, self.cast.users[name])
            user.password, user.must_change = passwords.hashed(password), False
            session.commit()
        return password

    def user(self, session: Session, name: str) -> User:
        return session.get_one(User, self.cast.users[name])

    def browser(self, name: str) -> FlaskClient:
        """A signed-in browser that sends its CSRF token with everything."""
        token, csrf = self.session_of(name)
        client = self.app.test_client()
        client.set_cookie(COOKIE, token)
        client.environ_base["HTTP_X_CSRF_TOKEN"] = csrf
        return client

    def session_of(self, name: str) -> tuple[str, str]:
        """(a new browser session's cookie, its CSRF token)."""
        password = self.password(name)
        with self.sessions() as session:
            begin_write(session)
            token = signin.sign_in(session, name, password, "tests")
            csrf = session.get_one(WebSession, signin.digest(token)).csrf
            session.commit()
        return token, csrf

    def push(self, client: FlaskClient, name: str, *lines: dict[str, Any]) -> TestResponse:
        """Send ops as this person's phone."""
        return post(client, ops.raw(self.cast.devices[name], *lines))

    def visit(self, name: str = "alice", unit: str | None = None, **values: Any) -> str:
        """A stored visit's id."""
        rec = ids.new()
        told = ops.visit(unit or self.cast.unit, **values)
        answer = self.push(self.phone(name), name, ops.op(rec, values=told))
        assert answer.status_code == 200, answer.text
        return rec


def post(client: FlaskClient, body: bytes, **headers: str) -> TestResponse:
    """A body to the push route, as it is."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        "/api/v1/sync/push", data=body, content_type="application/json", headers=told
    )


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The refusal's body, once it is a whole problem+json of this status and code."""
    assert answer.status_code == status, (answer.status_code, answer.text)
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = orjson.loads(answer.data)
    assert body["code"] == code, body
    assert body["status"] == status and body["type"] == f"urn:ruhu:problem:{code}"
    assert body["title"] and isinstance(body["fields"], dict) and isinstance(body["detail"], str)
    return body
