"""Reading a visit, and deciding about it."""

from sqlalchemy import func, select

from store.db import begin_write
from store.reviews import Review
from tests.kit import ops
from tests.kit.doors import Doors, problem

PHONE = "13812345678"


def read(doors: Doors, name: str, rec: str) -> int:
    return doors.phone(name).get(f"/api/v1/visits/{rec}").status_code


def test_a_visit_is_read_with_its_status_and_without_p1(doors: Doors) -> None:
    rec = doors.visit(people__phone=PHONE, income__wage=7)
    for name in ("dora", "ivan", "alice"):
        answer = doors.phone(name).get(f"/api/v1/visits/{rec}")
        told = answer.get_json()
        assert told["doc"]["set"]["income/wage"] == 7 and told["status"]["state"] == "received"
        assert PHONE not in answer.text


def test_who_is_outside_does_not_learn_that_there_is_a_visit(doors: Doors) -> None:
    rec = doors.visit()
    told = problem(doors.phone("charlie").get(f"/api/v1/visits/{rec}"), 404, "not_found")
    other = problem(doors.phone("charlie").get("/api/v1/visits/nothing"), 404, "not_found")
    assert told == other
    assert [read(doors, name, rec) for name in ("bob", "vera", "cora", "ada")] == [200] * 4


def test_a_household_is_no_visit(doors: Doors) -> None:
    doors.visit()
    problem(doors.phone("dora").get(f"/api/v1/visits/{doors.cast.unit}"), 404, "not_found")


def test_a_visit_is_approved_once(doors: Doors) -> None:
    rec = doors.visit()
    path = f"/api/v1/visits/{rec}/review"
    for _ in "12":
        answer = doors.phone("dora").post(path, json={"action": "approve", "version": 1})
        assert answer.status_code == 200 and answer.get_json()["state"] == "approved"
    assert reviews(doors) == 1


def test_a_visit_is_returned_with_words(doors: Doors) -> None:
    rec = doors.visit()
    body = {
        "action": "return",
        "version": 1,
        "reason": "照片看不清",
        "comments": {"evidence/photo_front": "请重拍"},
    }
    told = doors.phone("dora").post(f"/api/v1/visits/{rec}/review", json=body).get_json()
    assert (told["state"], told["reason"]) == ("returned", "照片看不清")
    assert told["comments"] == {"evidence/photo_front": "请重拍"}


def reviews(doors: Doors) -> int:
    with doors.sessions() as session:
        return session.execute(select(func.count()).select_from(Review)).scalar_one()


INVALID: list[tuple[dict[str, object], str]] = [
    ({}, "action"),
    ({"action": "burn"}, "action"),
    ({"action": "approve", "version": "1"}, "version"),
    ({"action": "approve", "version": 2**70}, "version"),
    ({"action": "approve", "version": -1}, "version"),
    ({"action": "return", "reason": ""}, "reason"),
    ({"action": "return", "reason": "x" * 1001}, "reason"),
    ({"action": "return", "reason": "x", "comments": {"no/such": "y"}}, "comments.no/such"),
    ({"action": "return", "reason": "x", "comments": {"a": 5}}, "comments.a"),
    ({"action": "return", "reason": "x", "comments": []}, "comments"),
]


def test_what_is_not_valid_is_told_by_field(doors: Doors) -> None:
    path, dora = f"/api/v1/visits/{doors.visit()}/review", doors.phone("dora")
    for body, place in INVALID:
        told = problem(dora.post(path, json=body), 422, "invalid_request")
        assert list(told["fields"]) == [place], body
    assert reviews(doors) == 0


def test_words_with_nul_are_refused_or_kept_and_no_fault_of_ours(doors: Doors) -> None:
    rec = doors.visit()
    body = {"action": "return", "reason": "a\x00b", "comments": {}}
    answer = doors.phone("dora").post(f"/api/v1/visits/{rec}/review", json=body)
    assert answer.status_code in (200, 422), answer.text
    assert reviews(doors) == (1 if answer.status_code == 200 else 0)


def test_a_visit_that_moved_on_is_not_decided(doors: Doors) -> None:
    rec = doors.visit()
    doors.push(doors.phone("alice"), "alice", ops.op(rec, 2, 1, values={"income/wage": 9}))
    path = f"/api/v1/visits/{rec}/review"
    answer = doors.phone("dora").post(path, json={"action": "approve", "version": 1})
    assert problem(answer, 409, "version_moved")["fields"] == {"version": "moved"}
    assert reviews(doors) == 0


def test_nobody_decides_outside_their_area_or_role_or_about_themselves(doors: Doors) -> None:
    body = {"action": "approve", "version": 1}
    theirs = doors.visit()
    path = f"/api/v1/visits/{theirs}/review"
    problem(doors.phone("ivan").post(path, json=body), 403, "forbidden")
    problem(doors.phone("alice").post(path, json=body), 403, "forbidden")
    west = doors.visit("charlie", doors.cast.other_unit)
    answer = doors.phone("vera").post(f"/api/v1/visits/{west}/review", json=body)
    problem(answer, 404, "not_found")
    own = doors.visit("dora")
    answer = doors.phone("dora").post(f"/api/v1/visits/{own}/review", json=body)
    problem(answer, 403, "own_visit")
    answer = doors.phone("dora").post("/api/v1/visits/nothing/review", json=body)
    problem(answer, 404, "not_found")
    assert reviews(doors) == 0


def test_a_browser_decides_with_its_token_only(doors: Doors) -> None:
    rec = doors.visit()
    browser, path = doors.browser("dora"), f"/api/v1/visits/{rec}/review"
    csrf = browser.environ_base.pop("HTTP_X_CSRF_TOKEN")
    body = {"action": "approve", "version": 1}
    problem(browser.post(path, json=body), 403, "csrf_failed")
    problem(browser.post(path, json=body, headers={"X-CSRF-Token": "x"}), 403, "csrf_failed")
    for site in ("cross-site", "same-site"):
        headers = {"X-CSRF-Token": csrf, "Sec-Fetch-Site": site}
        problem(browser.post(path, json=body, headers=headers), 403, "csrf_failed")
    assert reviews(doors) == 0
    headers = {"X-CSRF-Token": csrf, "Sec-Fetch-Site": "same-origin"}
    assert browser.post(path, json=body, headers=headers).status_code == 200


def test_a_one_time_password_opens_nothing_but_its_own_page(doors: Doors) -> None:
    browser = doors.browser("dora")
    with doors.sessions() as session:
        begin_write(session)
        doors.user(session, "dora").must_change = True
        session.commit()
    problem(browser.get("/api/v1/devices"), 403, "password_must_change")
