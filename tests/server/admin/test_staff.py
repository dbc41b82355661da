"""People added, closed, opened again, given one-time passwords."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.auth import passwords
from store.accounts import EnrolCode, Grant, User
from tests.kit.cast import COUNTY, EAST, TOWNSHIP, WEST
from tests.kit.doors import Doors, problem
from tests.server.admin.grants import give
from tests.server.admin.pages import acts, rows, words

NEW = {"login": "neu.1", "name": "李新", "role": "cadre", "area": EAST}


def add(doors: Doors, by: str, **told: str) -> TestResponse:
    return doors.browser(by).post("/staff", data=NEW | told)


def do(doors: Doors, name: str, verb: str, whom: str) -> TestResponse:
    return doors.browser(name).post(f"/staff/{doors.cast.users[whom]}/{verb}")


def user(doors: Doors, login: str) -> User | None:
    with doors.sessions() as session:
        return session.scalars(select(User).where(User.login == login)).one_or_none()


def password_of(page: str) -> str:
    found = re.search(r'<p class="code">(\w{4}-\w{4}-\w{4})</p>', page)
    assert found is not None
    return found.group(1)


def test_somebody_new_gets_a_sheet_with_a_password_that_works_once(doors: Doors) -> None:
    answer = add(doors, "dora")
    assert answer.status_code == 201
    person = user(doors, "neu.1")
    assert person is not None and person.must_change and person.name == "李新"
    assert passwords.matches(person.password, password_of(answer.text))
    with doors.sessions() as session:
        [given] = session.scalars(select(Grant).where(Grant.user_id == person.id))
        assert (given.role, given.area) == ("cadre", EAST)
    assert [a.subject for a in acts(doors.sessions, "staff_added")] == [person.id]
    assert password_of(answer.text) not in doors.browser("dora").get("/staff").text


def test_a_cadres_sheet_carries_a_code_that_enrols_their_phone(doors: Doors) -> None:
    page = add(doors, "dora").text
    code = re.search(r"/enrol#(\w{5}-\w{5})", page)
    assert code is not None
    answer = doors.stranger().post("/api/v1/enrol", json={"code": code.group(1)})
    assert answer.status_code == 201
    assert answer.json is not None and answer.json["user"]["name"] == "李新"


def test_a_supervisors_sheet_has_no_code(doors: Doors) -> None:
    page = add(doors, "dora", role="village_supervisor").text
    assert password_of(page) and "/enrol#" not in page
    with doors.sessions() as session:
        assert session.scalars(select(EnrolCode)).all() == []


def test_the_same_login_twice_is_said_beside_the_field(doors: Doors) -> None:
    assert add(doors, "dora").status_code == 201
    answer = add(doors, "dora", name="别人")
    assert answer.status_code == 409
    assert "这个登录名已有人使用" in answer.text and 'value="别人"' in answer.text
    assert len(acts(doors.sessions, "staff_added")) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"login": "大写"}, "小写字母"),
        ({"login": ""}, "小写字母"),
        ({"name": " "}, "请填姓名"),
        ({"name": "长" * 101}, "请填姓名"),
        ({"role": ""}, "请选择角色"),
        ({"role": "emperor"}, "请选择角色"),
        ({"area": ""}, "请选择区域"),
    ],
)
def test_what_is_not_filled_in_right_is_said_and_nothing_is_written(
    doors: Doors, wrong: dict[str, str], sentence: str
) -> None:
    answer = add(doors, "dora", **wrong)
    assert answer.status_code == 422
    assert sentence in answer.text and '<details class="card adding" open>' in answer.text
    assert acts(doors.sessions, "staff_added") == []


@pytest.mark.parametrize(
    ("name", "told", "status"),
    [
        ("dora", {"area": COUNTY}, 404),
        ("dora", {"area": "440000000000"}, 404),
        ("dora", {"role": "township_supervisor", "area": TOWNSHIP}, 403),
        ("dora", {"role": "inspector"}, 403),
        ("dora", {"role": "admin"}, 403),
        ("cora", {"role": "county_supervisor", "area": COUNTY}, 403),
        ("cora", {"role": "township_supervisor", "area": TOWNSHIP}, 201),
        ("ada", {"role": "admin", "area": COUNTY}, 201),
        ("vera", {}, 403),
        ("ivan", {}, 403),
        ("alice", {}, 403),
    ],
)
def test_roles_are_given_downward_and_within_the_area(
    doors: Doors, name: str, told: dict[str, str], status: int
) -> None:
    assert add(doors, name, **told).status_code == status
    assert (user(doors, "neu.1") is not None) is (status == 201)


def test_only_roles_i_may_give_and_areas_of_mine_are_offered(doors: Doors) -> None:
    page = doors.browser("dora").get("/staff").text
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert offered == {"cadre", "village_worker", "village_supervisor", TOWNSHIP, EAST, WEST}


def test_the_list_holds_the_people_of_my_area_only(doors: Doors) -> None:
    page = rows(doors.browser("dora").get("/staff").text)
    logins = {name for name in doors.cast.users for row in page if f" {name} " in row}
    assert logins == {"alice", "bob", "charlie", "vera", "dora"}


def test_a_closed_account_is_shut_out_at_once_and_opens_again(doors: Doors) -> None:
    phone, browser = doors.phone("alice"), doors.browser("alice")
    assert do(doors, "dora", "disable", "alice").status_code == 302
    problem(phone.get("/api/v1/me"), 401, "user_disabled")
    assert browser.get("/").status_code == 302
    shown = [row for row in rows(doors.browser("dora").get("/staff").text) if " alice " in row]
    assert "已停用" in shown[0]
    assert do(doors, "dora", "enable", "alice").status_code == 302
    assert phone.get("/api/v1/me").status_code == 200
    assert browser.get("/").status_code == 302, "the old session stays ended"


@pytest.mark.parametrize("verb", ["disable", "enable"])
def test_the_same_twice_changes_and_remembers_nothing_more(doors: Doors, verb: str) -> None:
    do(doors, "dora", "disable", "alice")
    for _ in range(2):
        assert do(doors, "dora", verb, "alice").status_code == 302
    assert len(acts(doors.sessions, "staff_disabled")) == 1
    assert len(acts(doors.sessions, "staff_enabled")) == (1 if verb == "enable" else 0)


def test_a_reset_ends_the_old_password_and_every_session(doors: Doors) -> None:
    browser = doors.browser("alice")
    page = do(doors, "dora", "reset", "alice").text
    person = user(doors, "alice")
    assert person is not None and person.must_change
    assert passwords.matches(person.password, password_of(page))
    assert browser.get("/").status_code == 302
    assert [a.subject for a in acts(doors.sessions, "password_reset")] == [person.id]
    assert password_of(do(doors, "dora", "reset", "alice").text) != password_of(page)


def test_the_password_of_a_closed_account_comes_without_a_code(doors: Doors) -> None:
    do(doors, "dora", "disable", "alice")
    page = do(doors, "dora", "reset", "alice").text
    assert password_of(page) and "/enrol#" not in page


@pytest.mark.parametrize("verb", ["disable", "enable", "reset"])
@pytest.mark.parametrize(
    ("name", "whom", "status"),
    [
        ("dora", "dora", 403),
        ("ada", "ada", 403),
        ("dora", "cora", 404),
        ("dora", "ada", 404),
        ("cora", "ada", 403),
        ("cora", "cora", 403),
        ("vera", "alice", 403),
        ("ivan", "alice", 403),
        ("alice", "bob", 403),
    ],
)
def test_nobody_touches_themselves_or_anybody_above(
    doors: Doors, verb: str, name: str, whom: str, status: int
) -> None:
    doors.password(whom)
    before = user(doors, whom)
    assert do(doors, name, verb, whom).status_code == status
    after = user(doors, whom)
    assert before is not None and after is not None
    assert (after.disabled_at, after.must_change) == (before.disabled_at, before.must_change)


def test_one_role_elsewhere_is_enough_to_say_no(doors: Doors) -> None:
    give(doors.sessions, doors.cast.users["alice"], "inspector", COUNTY)
    for verb in ("disable", "reset"):
        assert do(doors, "dora", verb, "alice").status_code == 403
    assert "督查员，云溪县" in words(doors.browser("dora").get("/staff").text)
    assert do(doors, "cora", "disable", "alice").status_code == 302


@pytest.mark.parametrize("verb", ["disable", "enable", "reset"])
def test_somebody_who_is_not_there_is_not_found(doors: Doors, verb: str) -> None:
    for wanted in ("nobody", doors.cast.unit):
        assert doors.browser("ada").post(f"/staff/{wanted}/{verb}").status_code == 404


def test_without_the_pages_token_nothing_happens(doors: Doors) -> None:
    dora = doors.browser("dora")
    del dora.environ_base["HTTP_X_CSRF_TOKEN"]
    told: Any = NEW
    assert dora.post("/staff", data=told).status_code == 403
    for verb in ("disable", "enable", "reset"):
        assert dora.post(f"/staff/{doors.cast.users['alice']}/{verb}").status_code == 403
    assert acts(doors.sessions, "staff_added") == acts(doors.sessions, "password_reset") == []


def test_a_phones_token_cannot_open_accounts_of_others_above(doors: Doors) -> None:
    """A bearer has the same limits as a browser; it needs no page's token."""
    path = f"/staff/{doors.cast.users['ada']}/reset"
    assert doors.phone("cora").post(path).status_code == 403


def test_what_is_shown_once_is_kept_by_no_browser(doors: Doors) -> None:
    for answer in (add(doors, "dora"), do(doors, "dora", "reset", "alice")):
        assert answer.headers["Cache-Control"] == "no-store"
