"""Signing in and out, and the first password."""

import pytest
from flask.testing import FlaskClient

from server.auth.guard import COOKIE
from store import clock
from store.accounts import User
from store.db import begin_write
from tests.kit.doors import PASSWORD, Doors
from tests.server.console.conftest import ONE_KIND, sign_in, token

pytestmark = ONE_KIND


def change(doors: Doors, name: str, **values: object) -> None:
    with doors.sessions() as session:
        begin_write(session)
        user = session.get_one(User, doors.cast.users[name])
        for field, value in values.items():
            setattr(user, field, value)
        session.commit()


def test_the_right_password_opens_the_first_page(doors: Doors, client: FlaskClient) -> None:
    doors.password("dora")
    answer = sign_in(client, "dora", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    page = client.get("/")
    assert page.status_code == 200 and "Dora" in page.text


def test_the_cookie_is_kept_from_scripts_and_other_sites(doors: Doors, client: FlaskClient) -> None:
    doors.password("dora")
    [cookie] = [
        c for c in sign_in(client, "dora", PASSWORD).headers.getlist("Set-Cookie") if COOKIE in c
    ]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_over_https_the_cookie_never_travels_in_the_open(doors: Doors, client: FlaskClient) -> None:
    doors.password("dora")
    client.environ_base["wsgi.url_scheme"] = "https"
    page = client.get("/login", base_url="https://localhost").text
    form = {"csrf_token": token(page), "login": "dora", "password": PASSWORD}
    answer = client.post("/login", data=form, base_url="https://localhost")
    cookies = [c for c in answer.headers.getlist("Set-Cookie") if COOKIE in c]
    assert len(cookies) == 1 and "Secure" in cookies[0]


def test_unknown_login_and_wrong_password_are_told_alike(doors: Doors, client: FlaskClient) -> None:
    doors.password("dora")
    wrong = sign_in(client, "dora", "not the password")
    unknown = sign_in(client, "nobody", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    sentence = "登录名或密码不对"
    assert sentence in wrong.text and sentence in unknown.text


def test_a_disabled_person_stays_outside(doors: Doors, client: FlaskClient) -> None:
    doors.password("dora")
    change(doors, "dora", disabled_at=clock.now())
    answer = sign_in(client, "dora", PASSWORD)
    assert answer.status_code == 401 and "登录名或密码不对" in answer.text


def test_disabling_ends_an_open_session(doors: Doors) -> None:
    browser = doors.browser("dora")
    assert browser.get("/").status_code == 200
    change(doors, "dora", disabled_at=clock.now())
    answer = browser.get("/")
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/login")


def test_guessing_is_throttled(doors: Doors, client: FlaskClient) -> None:
    doors.password("dora")
    answers = [sign_in(client, "dora", "wrong guess") for _ in range(11)]
    assert [a.status_code for a in answers[:10]] == [401] * 10
    assert answers[10].status_code == 429
    assert "试得太频繁了" in answers[10].text
    assert sign_in(client, "dora", PASSWORD).status_code == 429


def test_a_form_from_elsewhere_is_refused(doors: Doors, client: FlaskClient) -> None:
    doors.password("dora")
    form = {"login": "dora", "password": PASSWORD}
    answer = client.post("/login", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 403 and "页面放得太久了" in answer.text


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/households.xlsx?state=away", "/households.xlsx?state=away"),
        ("https://example.org/", "/"),
        ("//example.org/", "/"),
        ("/\\example.org", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_sign_in_only_own_pages_open(
    doors: Doors, client: FlaskClient, wanted: str, leads: str
) -> None:
    doors.password("dora")
    answer = sign_in(client, "dora", PASSWORD, next=wanted)
    assert answer.headers["Location"] == leads


def test_a_page_asks_to_sign_in_and_is_then_opened(doors: Doors, client: FlaskClient) -> None:
    answer = client.get("/?state=away")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=/?state%3Daway"
    assert 'value="/?state=away"' in client.get(answer.headers["Location"]).text


def test_signing_out_ends_the_session(doors: Doors) -> None:
    browser = doors.browser("dora")
    cookie = browser.get_cookie(COOKIE)
    assert browser.post("/logout").status_code == 302
    assert cookie is not None
    browser.set_cookie(COOKIE, cookie.value)
    assert browser.get("/").status_code == 302


def test_a_one_time_password_opens_only_the_page_that_changes_it(
    doors: Doors, client: FlaskClient
) -> None:
    doors.password("dora")
    change(doors, "dora", must_change=True)
    sign_in(client, "dora", PASSWORD)
    assert client.get("/").headers["Location"] == "/password"
    page = client.get("/password").text
    assert "一次性密码" in page
    new = "a new long secret"
    form = {"csrf_token": token(page), "old": PASSWORD, "new": new, "again": new}
    assert client.post("/password", data=form).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    doors_again = doors.stranger()
    assert sign_in(doors_again, "dora", PASSWORD).status_code == 401
    assert sign_in(doors_again, "dora", new).status_code == 302


def test_a_new_password_ends_other_sessions(doors: Doors) -> None:
    other, own = doors.browser("dora"), doors.browser("dora")
    form = {"old": PASSWORD, "new": "a new long secret", "again": "a new long secret"}
    assert own.post("/password", data=form).status_code == 302
    assert own.get("/").status_code == 200
    assert other.get("/").status_code == 302


@pytest.mark.parametrize(
    ("old", "new", "again", "sentence"),
    [
        ("not it at all", "a new long secret", "a new long secret", "现在的密码不对"),
        (PASSWORD, "a new long secret", "another long secret", "两次输入的新密码不一样"),
        (PASSWORD, "short", "short", "新密码要有 10 到 200 个字符"),
        (PASSWORD, "dora-dora-dora", "dora-dora-dora", "新密码太容易被猜到"),
    ],
)
def test_a_password_that_will_not_do_says_why(
    doors: Doors, old: str, new: str, again: str, sentence: str
) -> None:
    browser = doors.browser("dora")
    answer = browser.post("/password", data={"old": old, "new": new, "again": again})
    assert answer.status_code == 422 and sentence in answer.text
    assert browser.get("/").status_code == 200


def test_guessing_the_present_password_is_throttled_too(doors: Doors) -> None:
    browser = doors.browser("dora")
    form = {"old": "a wrong guess", "new": "a new long secret", "again": "a new long secret"}
    told = [browser.post("/password", data=form).status_code for _ in range(11)]
    assert told == [422] * 10 + [429]
    assert doors.browser("vera").post("/password", data=form).status_code == 422
