"""What a phone says of itself, how it was refused, and what its supervisor makes of it."""

from typing import Any

import orjson
import pytest
from sqlalchemy import update

from store import clock, health, ids
from store.accounts import Device
from store.db import begin_write
from store.health import Fault
from tests.kit import ops
from tests.kit.doors import Doors, post, problem

STATE = "/api/v1/device/state"
TOLD = {
    "ops": 2,
    "photos": 1,
    "drafts": 0,
    "app": "client/2",
    "forms": {"household_visit": "2026.3"},
}


def fares(doors: Doors, whose: str = "alice", name: str = "dora") -> Any:
    answer = doors.phone(name).get(f"/api/v1/devices/{doors.cast.devices[whose]}/health")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def silent_for(doors: Doors, days: int, whose: str = "alice") -> None:
    with doors.sessions() as session:
        begin_write(session)
        at = clock.after(clock.now(), days=-days)
        mine = update(Device).where(Device.id == doors.cast.devices[whose])
        session.execute(mine.values(last_seen_at=at))
        session.commit()


def test_a_phone_tells_how_it_fares_without_a_push(doors: Doors) -> None:
    answer = doors.phone("alice").post(STATE, json=TOLD)
    assert answer.status_code == 200
    assert set(answer.get_json()) == {
        "epoch", "server_time", "proto", "position", "backed_up_through",
    }  # fmt: skip
    told = fares(doors)
    assert told["unsent"] == {"ops": 2, "photos": 1, "drafts": 0}
    assert (told["app"], told["forms"]) == ("client/2", {"household_visit": "2026.3"})
    assert told["obstacles"] == ["unsent"] and not told["stuck"] and told["last_seen_at"]


def test_a_push_carries_the_same(doors: Doors) -> None:
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    body = orjson.loads(ops.raw(doors.cast.devices["alice"], line)) | {"device_state": TOLD}
    assert post(doors.phone("alice"), orjson.dumps(body)).status_code == 200
    assert fares(doors)["unsent"]["ops"] == 2


@pytest.mark.parametrize("wrong", [{"ops": -1}, {"ops": "2"}, {"forms": {"a": 1}}, {"app": "\x00"}])
def test_a_state_of_another_shape_is_refused(doors: Doors, wrong: dict[str, Any]) -> None:
    problem(doors.phone("alice").post(STATE, json=TOLD | wrong), 422, "invalid_request")


def test_a_browser_has_no_state(doors: Doors) -> None:
    problem(doors.browser("dora").post(STATE, json=TOLD), 403, "device_mismatch")


def test_unsent_work_on_a_phone_that_is_silent_for_days_is_stuck(doors: Doors) -> None:
    doors.phone("alice").post(STATE, json=TOLD)
    silent_for(doors, 6)
    assert not fares(doors)["stuck"]
    silent_for(doors, 8)
    told = fares(doors)
    assert told["stuck"] and "silent" in told["obstacles"]


def test_a_silent_phone_without_work_and_without_hours_is_let_be(doors: Doors) -> None:
    silent_for(doors, 30)
    assert fares(doors)["obstacles"] == []


def test_a_refusal_with_work_on_the_phone_is_seen_with_its_reason(doors: Doors) -> None:
    phone = doors.phone("alice")
    phone.post(STATE, json=TOLD)
    problem(phone.get("/api/v1/sync/pull", headers={"Ruhu-Proto": "0"}), 426, "protocol_too_old")
    told = fares(doors)
    assert told["stuck"] and "refused" in told["obstacles"]
    [fault] = told["faults"]
    assert (fault["code"], fault["status"]) == ("protocol_too_old", 426)
    assert fault["route"] == "GET /api/v1/sync/pull"


def test_only_the_last_refusals_are_kept(doors: Doors) -> None:
    device, now = doors.cast.devices["alice"], clock.now()
    with doors.sessions() as session:
        begin_write(session)
        for n in range(30):
            health.note(session, {}, [Fault(device, now, f"code{n}", 422, "POST /x")])
        session.commit()
    codes = [fault["code"] for fault in fares(doors)["faults"]]
    assert codes == [f"code{n}" for n in range(29, 9, -1)]


def test_how_far_a_phone_is_behind_is_noted_with_its_pull(doors: Doors) -> None:
    doors.phone("alice").get("/api/v1/sync/pull")
    assert fares(doors)["lag"] == 0
    doors.visit("bob")
    assert fares(doors)["lag"] > 0


def test_an_older_form_on_the_phone_is_seen(doors: Doors) -> None:
    doors.phone("alice").post(STATE, json=TOLD | {"forms": {"household_visit": "2025.1"}})
    assert "old_form" in fares(doors)["obstacles"]


def test_others_phones_are_not_shown(doors: Doors) -> None:
    for name, whose, status, code in (
        ("vera", "charlie", 404, "not_found"),
        ("alice", "alice", 403, "forbidden"),
    ):
        path = f"/api/v1/devices/{doors.cast.devices[whose]}/health"
        problem(doors.phone(name).get(path), status, code)
    problem(doors.phone("dora").get("/api/v1/devices/nothing/health"), 404, "not_found")


def test_the_list_says_the_same_of_each(doors: Doors) -> None:
    doors.phone("alice").post(STATE, json=TOLD)
    listed = doors.phone("dora").get("/api/v1/devices").get_json()["devices"]
    [mine] = [line for line in listed if line["login"] == "alice"]
    told = fares(doors)
    assert mine == {key: told[key] for key in mine}
