"""Guessing is slowed down; work is not."""

import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.kit.doors import PASSWORD, Doors, problem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def sign_in(client: FlaskClient, login: str, password: str) -> TestResponse:
    page = client.get("/login").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    form = {"csrf_token": found[1], "login": login, "password": password}
    return client.post("/login", data=form, headers={"Accept": "application/json"})


def test_enrolment_codes_cannot_be_guessed_quickly(doors: Doors) -> None:
    client = doors.stranger()
    for _ in range(10):
        answer = client.post("/api/v1/enrol", json={"code": "AAAAA-AAAAA"})
        problem(answer, 404, "enrol_code_unknown")
    stopped = client.post("/api/v1/enrol", json={"code": "AAAAA-AAAAA"})
    problem(stopped, 429, "too_many_attempts")
    assert 0 < int(stopped.headers["Retry-After"]) <= 3600


def test_passwords_cannot_be_guessed_quickly_not_even_with_the_right_one_at_last(
    doors: Doors,
) -> None:
    doors.password("dora")
    client = doors.stranger()
    for _ in range(10):
        assert sign_in(client, "dora", "wrong").status_code == 401
    stopped = sign_in(client, "dora", PASSWORD)
    problem(stopped, 429, "too_many_attempts")
    assert int(stopped.headers["Retry-After"]) > 0


def test_whoever_is_slowed_down_still_syncs(doors: Doors) -> None:
    phone = doors.phone("alice")
    for _ in range(12):
        phone.post("/api/v1/enrol", json={"code": "AAAAA-AAAAA"})
    problem(phone.post("/api/v1/enrol", json={"code": "A"}), 429, "too_many_attempts")
    for _ in range(30):
        assert phone.get("/api/v1/sync/pull").status_code == 200
        assert doors.push(phone, "alice").status_code == 200
        assert phone.post("/api/v1/media/have", json={"hashes": []}).status_code == 200
