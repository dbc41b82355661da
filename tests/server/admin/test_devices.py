"""Codes for phones, and phones taken out of service."""

import re
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import unquote

import pytest
from sqlalchemy import select, update

from server.auth import enrol
from server.auth.guard import COOKIE
from server.tls import leaf
from store import clock
from store.accounts import Device, EnrolCode
from store.db import begin_write
from tests.kit.cast import TOWNSHIP, WEST
from tests.kit.doors import Doors, problem
from tests.server.admin.grants import give
from tests.server.admin.pages import acts, rows, words


def asked(doors: Doors, name: str, whom: str) -> tuple[int, str]:
    answer = doors.browser(name).post("/devices/codes", data={"user": doors.cast.users[whom]})
    return answer.status_code, answer.text


def code_of(page: str) -> str:
    found = re.search(r'<p class="code"><span>(\w{5})</span> <span>(\w{5})</span>', page)
    assert found is not None
    return "".join(found.groups())


def test_a_code_is_shown_as_picture_and_in_two_groups(doors: Doors) -> None:
    status, page = asked(doors, "dora", "alice")
    assert status == 201
    code = code_of(page)
    picture = re.search(r'<img src="data:image/svg\+xml[^,"]*,([^"]+)"', page)
    assert picture is not None and "svg" in unquote(picture.group(1))
    assert f"/enrol#{code[:5]}-{code[5:]}" in page
    with doors.sessions() as session:
        [row] = session.scalars(select(EnrolCode))
        assert row.code != code and row.user_id == doors.cast.users["alice"]
        assert row.made_by == doors.cast.users["dora"]
        assert clock.seconds_between(row.made_at, row.expires_at) == 15 * 60
    assert [a.subject for a in acts(doors.sessions, "enrol_code_made")] == [
        doors.cast.users["alice"]
    ]


def test_a_code_enrols_exactly_once(doors: Doors) -> None:
    _, page = asked(doors, "vera", "alice")
    phone = doors.stranger()
    body = {"code": code_of(page).lower(), "device": {"label": "红米", "app": "test 1"}}
    answer = phone.post("/api/v1/enrol", json=body)
    assert answer.status_code == 201 and answer.json is not None
    me = phone.get("/api/v1/me", headers={"Authorization": f"Bearer {answer.json['token']}"})
    assert me.json is not None and me.json["login"] == "alice"
    problem(phone.post("/api/v1/enrol", json=body), 410, "enrol_code_used")
    shown = [row for row in rows(doors.browser("vera").get("/devices").text) if "红米" in row]
    assert len(shown) == 1 and "test 1" in shown[0] and "在用" in shown[0]


def test_an_expired_code_is_gone(doors: Doors) -> None:
    _, page = asked(doors, "dora", "alice")
    with doors.sessions() as session:
        begin_write(session)
        session.execute(update(EnrolCode).values(expires_at=clock.after(clock.now(), seconds=-1)))
        session.commit()
    answer = doors.stranger().post("/api/v1/enrol", json={"code": code_of(page)})
    problem(answer, 410, "enrol_code_expired")


def test_two_codes_for_one_person_are_two_codes(doors: Doors) -> None:
    one, other = (code_of(asked(doors, "dora", "alice")[1]) for _ in range(2))
    assert one != other
    for code in (one, other):
        assert doors.stranger().post("/api/v1/enrol", json={"code": code}).status_code == 201


@pytest.mark.parametrize(
    ("name", "whom", "status"),
    [
        ("vera", "alice", 201),
        ("vera", "vera", 201),
        ("vera", "charlie", 404),
        ("vera", "dora", 404),
        ("dora", "vera", 201),
        ("dora", "cora", 404),
        ("cora", "dora", 201),
        ("cora", "ada", 403),
        ("ivan", "alice", 403),
        ("alice", "alice", 403),
    ],
)
def test_codes_are_made_downward_and_within_the_area(
    doors: Doors, name: str, whom: str, status: int
) -> None:
    assert asked(doors, name, whom)[0] == status


def test_one_role_elsewhere_is_enough_to_say_no(doors: Doors) -> None:
    """A code opens all that a person may do, so a second village is out of Vera's hands."""
    give(doors.sessions, doors.cast.users["alice"], "cadre", WEST)
    assert asked(doors, "vera", "alice")[0] == 403
    assert asked(doors, "dora", "alice")[0] == 201
    page = doors.browser("vera").get("/devices").text
    assert doors.cast.users["alice"] not in page


def test_a_higher_role_of_the_same_village_is_enough_to_say_no(doors: Doors) -> None:
    give(doors.sessions, doors.cast.users["bob"], "inspector", TOWNSHIP)
    assert asked(doors, "vera", "bob")[0] == 403
    answer = doors.phone("vera").post("/api/v1/enrol-codes", json={"login": "bob"})
    problem(answer, 403, "forbidden")


def test_nobody_gets_a_code_for_nobody_or_for_a_closed_account(doors: Doors) -> None:
    ada = doors.browser("ada")
    for wanted in ("", "x" * 500, doors.cast.unit):
        assert ada.post("/devices/codes", data={"user": wanted}).status_code == 404
    assert ada.post(f"/staff/{doors.cast.users['bob']}/disable").status_code == 302
    assert asked(doors, "ada", "bob")[0] == 409


def test_the_list_holds_the_phones_of_my_area_only(doors: Doors) -> None:
    page = words(doors.browser("vera").get("/devices").text)
    assert "alice" in page and "bob" in page
    assert "charlie" not in page and "dora" not in page
    assert "charlie" in words(doors.browser("dora").get("/devices").text)


def test_a_phone_taken_out_is_refused_at_its_next_request(doors: Doors) -> None:
    phone, device = doors.phone("alice"), doors.cast.devices["alice"]
    assert phone.get("/api/v1/me").status_code == 200
    answer = doors.browser("vera").post(f"/devices/{device}/revoke")
    assert answer.status_code == 302 and answer.headers["Location"] == "/devices"
    problem(phone.get("/api/v1/me"), 401, "device_revoked")


def test_taken_out_twice_is_remembered_once(doors: Doors) -> None:
    device, vera = doors.cast.devices["alice"], doors.browser("vera")
    for _ in range(2):
        assert vera.post(f"/devices/{device}/revoke").status_code == 302
    assert [a.subject for a in acts(doors.sessions, "device_revoked")] == [device]


@pytest.mark.parametrize(
    ("name", "whose", "status"),
    [("vera", "charlie", 404), ("vera", "dora", 404), ("cora", "ada", 403), ("ivan", "alice", 403)],
)
def test_other_phones_cannot_be_taken_out(doors: Doors, name: str, whose: str, status: int) -> None:
    device = doors.cast.devices[whose]
    assert doors.browser(name).post(f"/devices/{device}/revoke").status_code == status
    with doors.sessions() as session:
        assert session.get_one(Device, device).revoked_at is None


def test_a_phone_that_is_not_there_is_not_found(doors: Doors) -> None:
    for wanted in (doors.cast.unit, "nonsense"):
        assert doors.browser("ada").post(f"/devices/{wanted}/revoke").status_code == 404


def test_without_the_pages_token_nothing_happens(doors: Doors) -> None:
    dora = doors.browser("dora")
    del dora.environ_base["HTTP_X_CSRF_TOKEN"]
    assert dora.post("/devices/codes", data={"user": doors.cast.users["alice"]}).status_code == 403
    device = doors.cast.devices["alice"]
    assert dora.post(f"/devices/{device}/revoke").status_code == 403
    assert acts(doors.sessions, "device_revoked") == acts(doors.sessions, "enrol_code_made") == []


def test_a_clock_far_off_is_shown(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(Device, doors.cast.devices["alice"]).clock_offset = -1200.0
        session.get_one(Device, doors.cast.devices["bob"]).clock_offset = 1.25
        session.commit()
    shown = " ".join(rows(doors.browser("vera").get("/devices").text))
    assert "差 20 分钟" in shown and "+1.2 秒" in shown


def test_the_page_behind_the_picture_is_open_to_all_and_never_sees_the_code(doors: Doors) -> None:
    answer = doors.stranger().get("/enrol")
    assert answer.status_code == 200
    assert f"{enrol.MINUTES} 分钟" in answer.text
    assert re.search(r'<script src="/start/static/enrol\.js', answer.text)


def test_on_the_lan_the_start_page_is_named_beside_the_code(doors: Doors) -> None:
    assert "开始页" not in doors.browser("dora").get("/devices").text
    known = doors.app.extensions["ruhu"]
    cert, key = leaf.prepared(known.settings.home, ip_address("10.1.2.3"))
    lan = replace(known.settings, lan=True, host="10.1.2.3", tls_cert=str(cert), tls_key=str(key))
    doors.app.extensions["ruhu"] = replace(known, settings=lan)
    assert "http://10.1.2.3:8081/start" in doors.browser("dora").get("/devices").text
    _, page = asked(doors, "dora", "alice")
    assert "先打开开始页" in page and "http://10.1.2.3:8081/start" in page


def test_a_picture_for_an_address_that_phones_cannot_open_says_so(doors: Doors) -> None:
    told = {"user": doors.cast.users["alice"]}
    for host, only_here in (("127.0.0.1:8080", True), ("localhost", True), ("ruhu.org", False)):
        dora = doors.browser("dora")
        token, csrf = doors.session_of("dora")
        dora.set_cookie(COOKIE, token, domain=host.partition(":")[0])
        dora.environ_base["HTTP_X_CSRF_TOKEN"] = csrf
        page = dora.post("/devices/codes", data=told, base_url=f"http://{host}").text
        assert ("只有本机能打开" in page) is only_here, host
        assert f"http://{host}/enrol#" in page
