"""Codes for people in my area, their phones, and taking one out of service."""

from sqlalchemy import func, select

from store import clock
from store.accounts import Device, EnrolCode, User
from store.audit import AuditEntry
from store.db import begin_write
from tests.kit.doors import Doors, problem

CODES, DEVICES = "/api/v1/enrol-codes", "/api/v1/devices"


def test_a_supervisor_makes_a_code(doors: Doors) -> None:
    answer = doors.phone("dora").post(CODES, json={"login": "alice"})
    told = answer.get_json()
    assert answer.status_code == 201 and set(told) == {"code", "url", "expires_at"}
    assert told["url"].endswith(f"/enrol#{told['code']}")
    assert 14 < clock.seconds_between(clock.now(), told["expires_at"]) / 60 <= 15
    with doors.sessions() as session:
        row = session.scalars(select(EnrolCode)).one()
        assert told["code"].replace("-", "") not in (row.code, row.user_id)
        acts = session.scalars(select(AuditEntry.act)).all()
        assert acts.count("enrol_code_made") == 1


NO_CODE = [
    ("vera", "charlie", 404, "not_found"),
    ("vera", "dora", 404, "not_found"),
    ("vera", "nobody", 404, "not_found"),
    ("cora", "ada", 403, "forbidden"),
    ("alice", "bob", 403, "forbidden"),
    ("ivan", "alice", 403, "forbidden"),
]


def test_codes_for_others_are_refused(doors: Doors) -> None:
    for name, login, status, code in NO_CODE:
        problem(doors.phone(name).post(CODES, json={"login": login}), status, code)
    with doors.sessions() as session:
        assert session.execute(select(func.count()).select_from(EnrolCode)).scalar_one() == 0


def test_a_closed_account_gets_no_code(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(User, doors.cast.users["alice"]).disabled_at = clock.now()
        session.commit()
    problem(doors.phone("dora").post(CODES, json={"login": "alice"}), 409, "conflict")


def logins(doors: Doors, name: str) -> set[str]:
    told = doors.phone(name).get(DEVICES).get_json()["devices"]
    assert all("token" not in line for line in told)
    return {line["login"] for line in told}


def test_phones_are_listed_for_the_area(doors: Doors) -> None:
    assert logins(doors, "vera") == {"alice", "bob", "vera"}
    assert logins(doors, "dora") == {"alice", "bob", "charlie", "vera", "dora"}
    problem(doors.phone("alice").get(DEVICES), 403, "forbidden")


def revoke(doors: Doors, whose: str) -> str:
    return f"{DEVICES}/{doors.cast.devices[whose]}/revoke"


def test_a_revoked_phone_is_refused_at_once_and_its_ops_stay(doors: Doors) -> None:
    phone, rec = doors.phone("alice"), doors.visit()
    answer = doors.phone("dora").post(revoke(doors, "alice"))
    assert answer.status_code == 200 and answer.get_json()["revoked_at"]
    for path in ("/api/v1/me", "/api/v1/sync/pull", f"/api/v1/visits/{rec}"):
        problem(phone.get(path), 401, "device_revoked")
    problem(doors.push(phone, "alice"), 401, "device_revoked")
    assert doors.phone("dora").get(f"/api/v1/visits/{rec}").status_code == 200


def test_revoking_twice_keeps_the_first_moment(doors: Doors) -> None:
    client = doors.phone("dora")
    first = client.post(revoke(doors, "alice")).get_json()
    assert client.post(revoke(doors, "alice")).get_json() == first


NO_REVOKING = [
    ("vera", "charlie", 404, "not_found"),
    ("vera", "dora", 404, "not_found"),
    ("dora", "cora", 404, "not_found"),
    ("cora", "ada", 403, "forbidden"),
    ("alice", "alice", 403, "forbidden"),
]


def test_phones_of_others_are_not_revoked(doors: Doors) -> None:
    for name, whose, status, code in NO_REVOKING:
        problem(doors.phone(name).post(revoke(doors, whose)), status, code)
        with doors.sessions() as session:
            assert session.get_one(Device, doors.cast.devices[whose]).revoked_at is None


def test_no_such_phone(doors: Doors) -> None:
    problem(doors.phone("dora").post(f"{DEVICES}/nothing/revoke"), 404, "not_found")


def test_a_disabled_person_is_refused_with_every_way_in(doors: Doors) -> None:
    phone, browser = doors.phone("dora"), doors.browser("dora")
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(User, doors.cast.users["dora"]).disabled_at = clock.now()
        session.commit()
    for client in (phone, browser):
        problem(client.get("/api/v1/me"), 401, "user_disabled")
    problem(doors.push(phone, "dora"), 401, "user_disabled")
