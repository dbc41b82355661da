"""The first administrator stands above every place, those that come later too."""

from server.auth import staff
from server.launch import first
from store import areas
from store.accounts import User
from store.areas import Level
from store.db import begin_write
from tests.kit.cast import EAST
from tests.kit.doors import Doors
from tests.server.admin.pages import OFFICE
from tests.server.console.conftest import sign_in


def test_they_open_every_page_and_reach_every_household(doors: Doors) -> None:
    with doors.app.app_context():
        login, password = first.administrator()
    browser = doors.stranger()
    assert sign_in(browser, login, password).headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == "/password"
    with doors.sessions() as session:
        begin_write(session)
        session.query(User).filter_by(login=login).one().must_change = False
        session.commit()
    for path in OFFICE:
        assert browser.get(path).status_code == 200, path
    assert browser.get(f"/households/{doors.cast.unit}").status_code == 200
    assert "Alice" in browser.get("/staff").text


def test_they_may_give_a_role_in_a_place_that_came_later(doors: Doors) -> None:
    with doors.app.app_context():
        login, _ = first.administrator()
    with doors.sessions() as session:
        begin_write(session)
        areas.add(session, "999902000000", Level.COUNTY, None, "别县")
        user, _ = staff.add(session, "later", "后来", "admin", "999902000000", None)
        session.commit()
        path = areas.everywhere(session).path
        assert session.get_one(areas.Area, EAST).path.startswith(path)
        assert session.get_one(areas.Area, "999902000000").path.startswith(path)
        assert login != user.login


def test_the_place_above_all_is_made_once(doors: Doors) -> None:
    with doors.sessions() as session:
        begin_write(session)
        assert areas.everywhere(session).code == areas.everywhere(session).code == "0"
        assert len([a for a in areas.within(session, "/") if a.code == "0"]) == 1
