"""Conflicts over HTTP: listed by area, read with both sides' evidence, settled with a reason."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from store import ids
from tests.kit import ops
from tests.kit.cast import EAST, TOWNSHIP, WEST
from tests.kit.doors import Doors, problem
from tests.server.admin.pages import acts

WAGE = "income/wage"
PHONE = "people/phone"


def quarrel(doors: Doors, mine: Any = 36000, theirs: Any = 42000, path: str = WAGE) -> str:
    """Bob's phone differs from Alice's visit; the conflict's id."""
    rec = ids.new()
    fix = {"lat": 33.07, "lon": 107.02, "acc": 8.0}
    told = ops.visit(doors.cast.unit) | {path: mine, "evidence/photo_front": ops.photo()}
    alice, bob = doors.phone("alice"), doors.phone("bob")
    assert doors.push(alice, "alice", ops.op(rec, 1, values=told, fix=fix)).status_code == 200
    edit = ops.op(rec, 2, 1, values={path: mine + 1 if isinstance(mine, int) else mine[:-1] + "9"})
    doors.push(alice, "alice", edit)
    doors.push(bob, "bob", ops.op(rec, 1, 1, values={path: theirs}))
    return str(listed(doors.phone("dora"))[0]["id"])


def listed(client: FlaskClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/conflicts{query}")
    assert answer.status_code == 200 and answer.json is not None, answer.text
    return list(answer.json["conflicts"])


def settle(client: FlaskClient, ident: str, choice: str = "waiting", **more: Any) -> Any:
    body = {"choice": choice, "reason": "电话核实"} | more
    return client.post(f"/api/v1/conflicts/{ident}/settle", json=body)


def test_both_sides_are_told_with_what_they_rest_on(doors: Doors) -> None:
    ident = quarrel(doors)
    told = doors.phone("dora").get(f"/api/v1/conflicts/{ident}").json
    assert told is not None and told["base"] == {WAGE: 36000}
    standing, waiting = told["standing"], told["waiting"]
    assert standing["values"] == {WAGE: 36001} and waiting["values"] == {WAGE: 42000}
    assert (standing["by"], waiting["by"]) == ("Alice", "Bob")
    assert standing["device"] == doors.cast.devices["alice"]
    assert standing["at"] and standing["received_at"] and standing["form"] == "household_visit"
    assert standing["visit"] == told["visit"]
    assert standing["photos"] == [{"sha256": ops.SHA, "role": "house_front", "stored": False}]
    assert told["may_settle"] and told["settled"] is None


def test_settled_it_leaves_the_open_list_and_is_read_with_who_and_why(doors: Doors) -> None:
    ident = quarrel(doors)
    answer = settle(doors.phone("dora"), ident)
    assert answer.status_code == 200 and answer.json["choice"] == "waiting"
    assert listed(doors.phone("dora")) == []
    [line] = listed(doors.phone("dora"), "?state=settled")
    told = doors.phone("ivan").get(f"/api/v1/conflicts/{line['id']}").json
    assert told is not None and told["settled"]["by"] == doors.cast.users["dora"]
    assert told["settled"]["reason"] == "电话核实" and not told["may_settle"]
    [entry] = acts(doors.sessions, "conflict.settled")
    assert entry.who == doors.cast.users["dora"]
    problem(settle(doors.phone("dora"), ident), 409, "conflict_settled")


def test_an_own_value_may_be_given(doors: Doors) -> None:
    ident = quarrel(doors)
    assert settle(doors.browser("vera"), ident, "other", value=40000).status_code == 200
    [line] = listed(doors.phone("dora"), "?state=settled")
    visit = doors.phone("dora").get(f"/api/v1/visits/{line['visit']}").json
    assert visit is not None and visit["doc"]["set"][WAGE] == 40000


@pytest.mark.parametrize("name", ["alice", "bob", "ivan"])
def test_cadres_and_inspectors_settle_nothing(doors: Doors, name: str) -> None:
    ident = quarrel(doors)
    problem(settle(doors.phone(name), ident), 403, "forbidden")


def test_the_inspector_reads_and_a_stranger_does_not_know_of_it(doors: Doors) -> None:
    ident = quarrel(doors)
    assert doors.phone("ivan").get(f"/api/v1/conflicts/{ident}").status_code == 200
    problem(doors.phone("alice").get("/api/v1/conflicts"), 403, "forbidden")
    problem(doors.phone("dora").get("/api/v1/conflicts/nothing"), 404, "not_found")


def test_nobody_settles_their_own_word(doors: Doors) -> None:
    quarrel(doors)
    rec = listed(doors.phone("dora"))[0]["record"]
    doors.push(doors.phone("dora"), "dora", ops.op(rec, 1, 1, values={WAGE: 7}))
    ident = listed(doors.phone("dora"))[0]["id"]
    problem(settle(doors.phone("dora"), ident), 403, "own_conflict")
    assert settle(doors.phone("cora"), ident).status_code == 200


def test_what_changed_while_it_was_looked_at_is_refused(doors: Doors) -> None:
    ident = quarrel(doors)
    told = doors.phone("dora").get(f"/api/v1/conflicts/{ident}").json
    assert told is not None
    doors.push(doors.phone("vera"), "vera", ops.op(told["record"], 1, 1, values={WAGE: 5}))
    problem(settle(doors.phone("dora"), ident, mark=told["mark"]), 409, "conflict_moved")
    fresh = doors.phone("dora").get(f"/api/v1/conflicts/{ident}").json
    assert fresh is not None and len(fresh["others"]) == 1
    assert settle(doors.phone("dora"), ident, mark=fresh["mark"]).status_code == 200
    assert listed(doors.phone("dora")) == []


def test_p1_values_are_masked_until_their_showing_is_logged(doors: Doors) -> None:
    ident = quarrel(doors, "13800000001", "13800000002", PHONE)
    masked = doors.phone("dora").get(f"/api/v1/conflicts/{ident}").text
    assert "138000" not in masked and "138****0002" in masked
    opened = doors.phone("dora").post(f"/api/v1/conflicts/{ident}/open")
    assert "13800000002" in opened.text and "13800000009" in opened.text
    [entry] = acts(doors.sessions, "unmasked")
    assert entry.who == doors.cast.users["dora"] and "138000" not in entry.detail
    problem(doors.phone("ivan").post(f"/api/v1/conflicts/{ident}/open"), 403, "forbidden")


@pytest.mark.parametrize(
    "body",
    [
        {"choice": "waiting"},
        {"choice": "waiting", "reason": ""},
        {"choice": "waiting", "reason": "x" * 501},
        {"choice": "both", "reason": "x"},
        {"reason": "x"},
    ],
)
def test_a_decision_without_choice_or_reason_is_refused(doors: Doors, body: dict[str, str]) -> None:
    ident = quarrel(doors)
    answer = doors.phone("dora").post(f"/api/v1/conflicts/{ident}/settle", json=body)
    assert problem(answer, 422, "invalid_request")["fields"]


def test_they_are_listed_by_area(doors: Doors) -> None:
    quarrel(doors)
    dora = doors.phone("dora")
    assert len(listed(dora, f"?area={EAST}")) == len(listed(dora, f"?area={TOWNSHIP}")) == 1
    assert listed(dora, f"?area={WEST}") == []
    problem(doors.phone("vera").get(f"/api/v1/conflicts?area={WEST}"), 404, "not_found")
    problem(dora.get("/api/v1/conflicts?state=none"), 422, "invalid_request")
