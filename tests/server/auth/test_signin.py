"""Browser sessions: begun with a password, ended by time, by people, by a new password."""

import pytest

from server.auth import signin
from server.auth.guard import COOKIE
from store import clock
from store.accounts import WebSession
from store.db import begin_write
from tests.kit.doors import PASSWORD, Doors, problem

ME = "/api/v1/me"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def change(doors: Doors, token: str, **values: str) -> None:
    with doors.sessions() as session:
        begin_write(session)
        row = session.get_one(WebSession, signin.digest(token))
        for name, value in values.items():
            setattr(row, name, value)
        session.commit()


@pytest.mark.parametrize(
    "values",
    [
        {"ended_at": clock.now()},
        {"expires_at": clock.after(clock.now(), seconds=-1)},
        {"seen_at": clock.after(clock.now(), hours=-signin.IDLE_HOURS, seconds=-1)},
    ],
    ids=["ended", "expired", "idle"],
)
def test_a_session_that_is_over_opens_nothing(doors: Doors, values: dict[str, str]) -> None:
    token, _ = doors.session_of("dora")
    client = doors.stranger()
    client.set_cookie(COOKIE, token)
    assert client.get(ME).status_code == 200
    change(doors, token, **values)
    problem(client.get(ME), 401, "not_signed_in")


def test_a_session_in_use_is_noted_now_and_then(doors: Doors) -> None:
    token, _ = doors.session_of("dora")
    client = doors.stranger()
    client.set_cookie(COOKIE, token)
    recent, old = clock.after(clock.now(), seconds=-60), clock.after(clock.now(), seconds=-900)
    for seen, moved in ((recent, False), (old, True)):
        change(doors, token, seen_at=seen)
        assert client.get(ME).status_code == 200
        with doors.sessions() as session:
            kept = session.get_one(WebSession, signin.digest(token)).seen_at
        assert (kept != seen) == moved


def test_the_wrong_login_and_the_wrong_password_look_the_same(doors: Doors) -> None:
    doors.password("dora")
    told = []
    with doors.sessions() as session:
        for login, password in (("nobody", PASSWORD), ("dora", "wrong"), ("", "")):
            with pytest.raises(signin.WrongLogin) as wrong:
                signin.sign_in(session, login, password, "tests")
            told.append((wrong.value.code, wrong.value.detail, dict(wrong.value.fields)))
    assert len({str(each) for each in told}) == 1


def test_a_new_password_ends_every_session(doors: Doors) -> None:
    browser, token = doors.browser("dora"), doors.session_of("dora")[0]
    with doors.sessions() as session:
        begin_write(session)
        user = doors.cast.users["dora"]
        signin.change_password(session, user, PASSWORD, "another good one")
        session.commit()
    problem(browser.get(ME), 401, "not_signed_in")
    with doors.sessions() as session:
        assert session.get_one(WebSession, signin.digest(token)).ended_at is not None
        with pytest.raises(signin.WrongLogin):
            signin.sign_in(session, "dora", PASSWORD, "tests")


def test_only_hashes_of_tokens_are_kept(doors: Doors) -> None:
    token, _ = doors.session_of("dora")
    bearer = doors.token("alice")
    with doors.sessions() as session:
        tables = WebSession.metadata.tables
        for name in ("web_sessions", "devices", "users"):
            rows = str(session.execute(tables[name].select()).all())
            assert token not in rows and bearer not in rows and PASSWORD not in rows


def test_a_token_is_taken_with_any_spelling_of_bearer_and_nothing_else(doors: Doors) -> None:
    token = doors.token("alice")
    for words, status in (
        (f"Bearer {token}", 200),
        (f"bearer  {token} ", 200),
        (f"Basic {token}", 401),
        (token, 401),
        ("Bearer", 401),
        ("Bearer ", 401),
        (f"Bearer {token}x", 401),
    ):
        answer = doors.stranger().get(ME, headers={"Authorization": words})
        assert answer.status_code == status, words
