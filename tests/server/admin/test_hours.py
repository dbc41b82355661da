"""Hours for sending: set for an area, told to its phones, planned for a last evening."""

import pytest

from store import hours, ids
from store.db import begin_snapshot
from store.hours import RushPlan, SyncHours
from store.records import Record
from tests.kit.cast import COUNTY, EAST, TOWNSHIP, WEST
from tests.kit.doors import Doors
from tests.kit.syncing import down, fetch
from tests.server.admin.pages import acts

PAGE = "/hours"


def put(doors: Doors, area: str, told: str, name: str = "cora", since: str = "2026-01-01") -> int:
    form = {"area": area, "hours": told, "since": since}
    return doors.browser(name).post(PAGE, data=form).status_code


def office(doors: Doors, name: str, cursor: str | None = None) -> list[dict[str, object]]:
    page = fetch(doors.sessions, doors.cast, name, cursor)
    return [record for record in down(page) if record["type"] == "office"]


def test_hours_reach_the_phones_in_and_below_the_area_and_no_others(doors: Doors) -> None:
    assert put(doors, EAST, "19:30，12:00") == 302
    [told] = office(doors, "alice")
    assert told["doc"] == {
        "sync_hours": ["12:00", "19:30"],
        "tz": "Asia/Shanghai",
        "path": f"/{COUNTY}/{TOWNSHIP}/{EAST}/",
    }
    assert (told["unit"], told["area"]) == (f"place:{EAST}", EAST)
    assert office(doors, "charlie") == [] and len(acts(doors.sessions, "hours_set")) == 1


def test_a_change_comes_with_the_next_pull_and_the_same_again_moves_nothing(doors: Doors) -> None:
    put(doors, TOWNSHIP, "12:00")
    known = fetch(doors.sessions, doors.cast, "alice")
    put(doors, TOWNSHIP, "12:00")
    assert fetch(doors.sessions, doors.cast, "alice", known.cursor).empty
    put(doors, TOWNSHIP, "18:00")
    [told] = office(doors, "alice", known.cursor)
    assert told["v"] == 2


def test_hours_taken_away_leave_those_of_the_area_above(doors: Doors) -> None:
    put(doors, TOWNSHIP, "12:00")
    put(doors, EAST, "08:00")
    put(doors, EAST, "")
    with doors.sessions() as session:
        begin_snapshot(session)
        known = hours.in_force(session, "2026-11-24")
        near = hours.nearest(known, f"/{COUNTY}/{TOWNSHIP}/{EAST}/")
        assert near is not None and near.area == TOWNSHIP
        assert session.get_one(Record, ids.derived("office", EAST)).deleted


def test_hours_of_a_later_day_do_not_count_yet(doors: Doors) -> None:
    put(doors, EAST, "08:00", since="2999-01-01")
    assert office(doors, "alice") == []
    with doors.sessions() as session:
        assert session.get(SyncHours, (EAST, "2999-01-01")) is not None


@pytest.mark.parametrize("told", ["25:00", "noon", "12", " ".join(f"0{n}:00" for n in range(9))])
def test_hours_of_another_shape_are_refused(doors: Doors, told: str) -> None:
    assert put(doors, EAST, told) == 422


def test_who_may_not_set_hours_sets_none(doors: Doors) -> None:
    for name, area, status in (
        ("alice", EAST, 403), ("vera", EAST, 403), ("ivan", EAST, 403),
        ("dora", COUNTY, 404), ("cora", "nowhere", 404),
    ):  # fmt: skip
        assert put(doors, area, "12:00", name) == status, name
    assert office(doors, "alice") == []


def test_a_last_evening_is_planned_and_called_off(doors: Doors) -> None:
    form = {"area": WEST, "opens": "2999-11-30T18:00", "closes": "2999-11-30T20:00"}
    dora = doors.browser("dora")
    assert dora.post(f"{PAGE}/plans", data=form).status_code == 302
    with doors.sessions() as session:
        [plan] = session.query(RushPlan).all()
        assert plan.opens_at == "2999-11-30T10:00:00.000Z"
    assert "西岭村" in dora.get(PAGE).text
    assert dora.post(f"{PAGE}/plans/{plan.id}/end").status_code == 302
    assert dora.post(f"{PAGE}/plans/nothing/end").status_code == 404
    with doors.sessions() as session:
        assert session.get_one(RushPlan, plan.id).ended_at


@pytest.mark.parametrize(
    "closes", ["2999-11-30T17:00", "2999-12-02T18:00", "later", "0001-01-01T00:00"]
)
def test_a_window_that_ends_before_it_opens_or_lasts_for_days_is_refused(
    doors: Doors, closes: str
) -> None:
    form = {"area": WEST, "opens": "2999-11-30T18:00", "closes": closes}
    assert doors.browser("dora").post(f"{PAGE}/plans", data=form).status_code == 422
