"""A phone joins by a one-time code."""

from sqlalchemy import select, update

from store import clock, ids
from store.accounts import Device, EnrolCode, User
from store.db import begin_write
from tests.kit import ops
from tests.kit.doors import Doors, post, problem

ENROL, CODES = "/api/v1/enrol", "/api/v1/enrol-codes"


def code_for(doors: Doors, login: str) -> str:
    answer = doors.phone("dora").post(CODES, json={"login": login})
    assert answer.status_code == 201, answer.text
    return str(answer.get_json()["code"])


def test_a_code_is_traded_for_a_token_that_works(doors: Doors) -> None:
    code = code_for(doors, "alice")
    about = {"label": "小米 12", "model": "2201123C", "app": "1.0", "colour": "red"}
    answer = doors.stranger().post(ENROL, json={"code": code, "device": about, "later": 1})
    assert answer.status_code == 201
    told = answer.get_json()
    assert told["user"] == {"id": doors.cast.users["alice"], "name": "Alice", "lang": "zh"}
    bearer = {"Authorization": f"Bearer {told['token']}"}
    me = doors.stranger().get("/api/v1/me", headers=bearer).get_json()
    assert (me["login"], me["device"]) == ("alice", told["device"])
    client = doors.stranger()
    client.environ_base["HTTP_AUTHORIZATION"] = bearer["Authorization"]
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    pushed = post(client, ops.raw(told["device"], line))
    assert pushed.get_json()["results"][0]["result"] == "applied"
    with doors.sessions() as session:
        device = session.get_one(Device, told["device"])
        assert (device.label, device.model, device.app) == ("小米 12", "2201123C", "1.0")
        assert device.token is not None and told["token"] not in device.token


def test_a_code_is_read_as_people_type_it(doors: Doors) -> None:
    code = code_for(doors, "alice")
    typed = f" {code.lower().replace('0', 'o').replace('1', 'l').replace('-', ' ')} "
    assert doors.stranger().post(ENROL, json={"code": typed}).status_code == 201


def test_a_code_works_once(doors: Doors) -> None:
    code = code_for(doors, "alice")
    assert doors.stranger().post(ENROL, json={"code": code}).status_code == 201
    problem(doors.stranger().post(ENROL, json={"code": code}), 410, "enrol_code_used")
    with doors.sessions() as session:
        phones = select(Device).where(Device.user_id == doors.cast.users["alice"])
        assert len(session.scalars(phones).all()) == 2


def test_an_old_code_is_expired(doors: Doors) -> None:
    code = code_for(doors, "alice")
    with doors.sessions() as session:
        begin_write(session)
        session.execute(update(EnrolCode).values(expires_at=clock.after(clock.now(), seconds=-1)))
        session.commit()
    problem(doors.stranger().post(ENROL, json={"code": code}), 410, "enrol_code_expired")


def test_no_such_code(doors: Doors) -> None:
    problem(doors.stranger().post(ENROL, json={"code": "AAAAA-AAAAA"}), 404, "enrol_code_unknown")


def test_a_code_of_somebody_disabled_since_enrols_nobody(doors: Doors) -> None:
    code = code_for(doors, "alice")
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(User, doors.cast.users["alice"]).disabled_at = clock.now()
        session.commit()
    problem(doors.stranger().post(ENROL, json={"code": code}), 401, "user_disabled")
    with doors.sessions() as session:
        assert session.scalars(select(EnrolCode.used_at)).one() is None


def test_what_is_not_valid_is_told_by_field(doors: Doors) -> None:
    wrong = [
        ({}, "code"),
        ({"code": ""}, "code"),
        ({"code": 5}, "code"),
        ({"code": "A" * 41}, "code"),
        ({"code": "A", "device": 5}, "device"),
        ({"code": "A", "device": {"label": "x" * 101}}, "device.label"),
    ]
    for body, place in wrong:
        told = problem(doors.stranger().post(ENROL, json=body), 422, "invalid_request")
        assert list(told["fields"]) == [place], (body, told)


def test_a_label_that_no_database_keeps_is_told_by_field(doors: Doors) -> None:
    body = {"code": "A", "device": {"model": "a\x00b"}}
    told = problem(doors.stranger().post(ENROL, json=body), 422, "invalid_request")
    assert list(told["fields"]) == ["device.model"]
