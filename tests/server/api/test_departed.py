"""Somebody's last role ended while their phone was offline: what it holds comes in all the same."""

from typing import Any

import pytest
from sqlalchemy import update

from store import clock, ids
from store.accounts import Device, User
from store.db import begin_write
from tests.kit import ops
from tests.kit.doors import Doors, problem
from tests.kit.syncing import give_role, take_role
from tests.server.api.test_have import MEDIA, begin, picture, send, sha_of
from tests.server.api.test_health import STATE, TOLD

PULL = "/api/v1/sync/pull"


def push(doors: Doors, name: str, *lines: dict[str, Any]) -> list[dict[str, Any]]:
    answer = doors.push(doors.phone(name), name, *lines)
    assert answer.status_code == 200 and answer.json is not None, answer.text
    return list(answer.json["results"])


def depart(doors: Doors, name: str) -> None:
    take_role(doors.sessions, doors.cast, name)


@pytest.mark.parametrize("name", ["alice", "bob", "vera"])
def test_what_was_theirs_when_they_wrote_it_is_applied_and_late(doors: Doors, name: str) -> None:
    doors.visit()
    depart(doors, name)
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit), seen={doors.cast.unit: 1})
    [told] = push(doors, name, line)
    assert (told["result"], told["late"]) == ("applied", True)
    [late] = (doors.phone("dora").get("/api/v1/waiting/late").json or {})["late"]
    assert (late["by"], late["visit"]) == (name.title(), line["rec"])


def test_a_late_value_that_differs_waits_and_tells_nothing_of_what_stands(doors: Doors) -> None:
    rec = doors.visit(income__wage=1)
    push(doors, "bob", ops.op(rec, 1, 1, values={"income/wage": 2}))
    depart(doors, "alice")
    [told] = push(doors, "alice", ops.op(rec, 2, 1, values={"income/wage": 3}))
    assert told["result"] == "conflict" and told["late"] and "current" not in told


def test_what_never_was_theirs_is_set_aside_for_their_old_supervisor(doors: Doors) -> None:
    doors.visit()
    depart(doors, "charlie")
    strange = ops.op(ids.new(), values=ops.visit(doors.cast.unit), seen={doors.cast.unit: 1})
    nowhere = ops.op(ids.new(), 2, values=ops.visit(ids.new()))
    for told in push(doors, "charlie", strange, nowhere):
        assert (told["result"], told["why"]) == ("quarantined", "out_of_scope")
        assert "current" not in told
    for name, count in (("dora", 2), ("vera", 0)):
        aside = (doors.phone(name).get("/api/v1/waiting/quarantined").json or {})["quarantined"]
        assert len(aside) == count


def test_their_photos_come_in(doors: Doors) -> None:
    depart(doors, "alice")
    data, phone = picture(), doors.phone("alice")
    photo = ops.photo(sha_of(data)) | {"size": len(data)}
    values = ops.visit(doors.cast.unit, evidence__photo_front=photo)
    line = ops.op(ids.new(), values=values)
    [told] = push(doors, "alice", line)
    assert told["late"]
    asked = {"hashes": [sha_of(data)]}
    assert (phone.post(f"{MEDIA}/have", json=asked).json or {})["missing"] == [sha_of(data)]
    assert send(phone, begin(phone, data).headers["Location"], data, 0).status_code == 204
    assert (phone.post(f"{MEDIA}/have", json=asked).json or {})["have"] == [sha_of(data)]
    problem(phone.get(f"{MEDIA}/{sha_of(data)}"), 403, "forbidden")
    status = doors.phone("dora").get(f"/api/v1/visits/{line['rec']}").json or {}
    assert status["status"]["photos"] == {"have": 1, "expected": 1}


def test_their_pull_drops_what_they_had_and_then_is_still(doors: Doors) -> None:
    doors.visit()
    phone = doors.phone("alice")
    known = phone.get(PULL).json or {}
    depart(doors, "alice")
    page = phone.get(f"{PULL}?cursor={known['cursor']}").json or {}
    assert page["drop"] == [doors.cast.unit] and page["records"] == []
    assert phone.get(f"{PULL}?cursor={page['cursor']}").status_code == 204
    assert {r["unit"] for r in (phone.get(PULL).json or {})["records"]} == {"common"}
    asked = {"device": doors.cast.devices["alice"], "cursor": page["cursor"], "complete": True}
    told = phone.post("/api/v1/sync/reconcile", json=asked | {"held": {doors.cast.unit: {}}})
    assert (told.json or {})["drop"] == [doors.cast.unit]
    assert phone.post(STATE, json=TOLD).status_code == 200


def test_their_phone_is_still_seen_where_they_worked_and_by_nobody_else(doors: Doors) -> None:
    depart(doors, "alice")
    doors.phone("alice").post(STATE, json=TOLD)
    for name in ("vera", "dora"):
        lines = (doors.phone(name).get("/api/v1/devices").json or {})["devices"]
        assert "alice" in {line["login"] for line in lines}
    give_role(doors.sessions, doors.cast, "alice", "cadre", "999901100202")
    answer = doors.phone("vera").get(f"/api/v1/devices/{doors.cast.devices['alice']}/health")
    problem(answer, 404, "not_found")


def test_who_stood_above_somebody_is_not_touched_by_them_afterwards(doors: Doors) -> None:
    depart(doors, "cora")
    give_role(doors.sessions, doors.cast, "vera", "county_supervisor", "999901000000")
    answer = doors.phone("dora").post("/api/v1/enrol-codes", json={"login": "cora"})
    problem(answer, 404, "not_found")
    answer = doors.phone("vera").post("/api/v1/enrol-codes", json={"login": "cora"})
    problem(answer, 403, "forbidden")


def test_a_browser_without_a_role_sends_nothing(doors: Doors) -> None:
    browser = doors.browser("alice")
    depart(doors, "alice")
    problem(browser.post(f"{MEDIA}/have", json={"hashes": []}), 403, "forbidden")
    problem(browser.get(PULL), 403, "forbidden")


@pytest.mark.parametrize("code", ["device_revoked", "user_disabled"])
def test_a_revoked_phone_and_a_closed_account_stay_refused(doors: Doors, code: str) -> None:
    phone = doors.phone("alice")
    shut_out(doors, code)
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    problem(doors.push(phone, "alice", line), 401, code)
    problem(phone.get(PULL), 401, code)
    problem(phone.post(f"{MEDIA}/have", json={"hashes": []}), 401, code)
    problem(phone.post(STATE, json=TOLD), 401, code)


def shut_out(doors: Doors, code: str, name: str = "alice") -> None:
    """By the office: the phone is revoked, or the account closed."""
    now = clock.now()
    with doors.sessions() as session:
        begin_write(session)
        if code == "device_revoked":
            mine = update(Device).where(Device.id == doors.cast.devices[name])
            session.execute(mine.values(revoked_at=now))
        else:
            mine = update(User).where(User.id == doors.cast.users[name])
            session.execute(mine.values(disabled_at=now))
        session.commit()
