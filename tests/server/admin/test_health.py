"""The page of phones: stuck ones first, in plain words, only of one's own area."""

from tests.kit.doors import Doors
from tests.server.admin.pages import rows
from tests.server.api.test_health import STATE, TOLD, silent_for

PAGE = "/devices/health"


def test_a_stuck_phone_comes_first_with_what_helps(doors: Doors) -> None:
    doors.phone("vera").post(STATE, json=TOLD | {"ops": 0, "photos": 0})
    doors.phone("charlie").post(STATE, json=TOLD)
    silent_for(doors, 9, "charlie")
    page = doors.browser("dora").get(PAGE).text
    table = rows(page)
    assert table[0].startswith("Charlie") and "打电话" in table[0] and "卡住" in table[0]
    assert "一切正常" in next(row for row in table if row.startswith("Vera"))


def test_phones_of_other_areas_are_not_shown(doors: Doors) -> None:
    page = doors.browser("vera").get(PAGE).text
    assert "Alice" in page and "Charlie" not in page


def test_who_lets_no_phones_in_has_no_such_page(doors: Doors) -> None:
    assert doors.browser("alice").get(PAGE).status_code == 403
    assert doors.browser("ivan").get(PAGE).status_code == 403
