"""The office sets at which hours phones send; every phone hears of it."""

import re

import pytest

from store import office
from tests.kit import ops
from tests.kit.doors import Doors
from tests.server.admin.pages import acts


def told(doors: Doors, name: str = "alice") -> dict[str, object] | None:
    """What this person's phone pulls of the office."""
    answer = doors.phone(name).get("/api/v1/sync/pull")
    assert answer.status_code == 200
    found = [r for r in answer.get_json()["records"] if r["type"] == "office"]
    assert all((r["unit"], r["area"]) == ("common", "") for r in found)
    return found[0]["doc"] if found else None


def sent(doors: Doors, name: str, *hours: str) -> tuple[int, str]:
    answer = doors.browser(name).post("/hours", data={"hour": list(hours)})
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", ["dora", "cora", "ada"])
def test_who_may_sets_them_for_everybody(doors: Doors, name: str) -> None:
    assert told(doors) is None
    assert sent(doors, name, "18:30", "", "12:30")[0] == 302
    expected = {"sync_hours": ["12:30", "18:30"], "tz": "Asia/Shanghai"}
    for person in ("alice", "bob", "charlie", "dora"):
        assert told(doors, person) == expected
    [act] = acts(doors.sessions, "sync_hours_set")
    assert act.who == doors.cast.users[name] and "12:30 18:30" in act.detail


@pytest.mark.parametrize("name", ["alice", "vera", "ivan"])
def test_others_do_not(doors: Doors, name: str) -> None:
    assert sent(doors, name, "12:30")[0] == 403
    assert told(doors) is None and acts(doors.sessions, "sync_hours_set") == []


def test_a_phone_that_has_pulled_hears_of_the_change_only(doors: Doors) -> None:
    sent(doors, "dora", "12:30")
    phone = doors.phone("alice")
    cursor = phone.get("/api/v1/sync/pull").get_json()["cursor"]
    sent(doors, "dora")
    later = phone.get("/api/v1/sync/pull", query_string={"cursor": cursor}).get_json()["records"]
    assert [(r["type"], r["doc"]["sync_hours"], r["v"]) for r in later] == [("office", [], 2)]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (["7:30"], "从 00:00 到 23:59"),
        (["12:30", "12:30"], "写了两次"),
        ([f"{n:02}:15" for n in range(13)], "最多 12 个"),
        (["x" * 5000], "从 00:00 到 23:59"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(
    doors: Doors, hours: list[str], words: str
) -> None:
    status, page = sent(doors, "dora", *hours)
    assert status == 422 and words in page
    assert re.findall(r'name="hour" value="([^"]+)"', page) == sorted(hours)
    assert told(doors) is None


def test_the_page_shows_what_is_set_and_room_for_more(doors: Doors) -> None:
    def fields() -> list[str]:
        page = doors.browser("dora").get("/hours").text
        return re.findall(r'name="hour" value="([^"]*)"', page)

    assert fields() == ["", "", "", ""]
    hours = [f"{n:02}:30" for n in range(12)]
    sent(doors, "dora", *hours[:5])
    assert fields() == [*hours[:5], "", ""]
    sent(doors, "dora", *hours)
    assert fields() == hours


def test_saving_without_a_change_is_no_act(doors: Doors) -> None:
    for _ in range(2):
        assert sent(doors, "dora", "12:30")[0] == 302
    assert len(acts(doors.sessions, "sync_hours_set")) == 1


def test_a_phone_cannot_write_what_the_office_says(doors: Doors) -> None:
    sent(doors, "dora", "12:30")
    line = ops.op(office.record_id(), values=ops.visit(doors.cast.unit))
    answer = doors.push(doors.phone("alice"), "alice", line)
    assert answer.get_json()["results"][0]["result"] == "quarantined"
    assert told(doors) == {"sync_hours": ["12:30"], "tz": "Asia/Shanghai"}
