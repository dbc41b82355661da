"""Held, set aside and late ops over HTTP; letting one go."""

from store import ids
from tests.kit import ops
from tests.kit.doors import Doors, problem


def held_op(doors: Doors) -> dict[str, object]:
    rec = doors.visit()
    line = ops.op(rec, 3, 1, values={"income/wage": 3}, after=ids.new())
    answer = doors.push(doors.phone("alice"), "alice", line)
    assert answer.json is not None and answer.json["results"][0]["result"] == "held"
    return line


def test_a_held_op_is_listed_and_let_go(doors: Doors) -> None:
    line, dora = held_op(doors), doors.phone("dora")
    [told] = (dora.get("/api/v1/waiting/held").json or {})["held"]
    assert told["op"] == line["op"] and told["after"] == line["after"] and told["by"] == "Alice"
    assert told["household"] == doors.cast.unit
    done = dora.post(f"/api/v1/waiting/{told['origin']}/{told['op']}/release")
    assert done.json is not None and done.json["result"] == "applied"
    assert (dora.get("/api/v1/waiting/held").json or {})["held"] == []
    again = dora.post(f"/api/v1/waiting/{told['origin']}/{told['op']}/release")
    problem(again, 404, "not_found")


def test_an_op_set_aside_is_let_go_or_said_to_be_unfit_still(doors: Doors) -> None:
    fine = ops.op(ids.new(), 1, values=ops.visit(doors.cast.unit))
    odd = ops.op(ids.new(), 2, form="nothing", values={"household": doors.cast.unit})
    doors.push(doors.phone("charlie"), "charlie", fine, odd)
    dora, origin = doors.phone("dora"), doors.cast.devices["charlie"]
    told = (dora.get("/api/v1/waiting/quarantined").json or {})["quarantined"]
    assert {t["why"] for t in told} == {"out_of_scope", "unknown_form"}
    done = dora.post(f"/api/v1/waiting/{origin}/{fine['op']}/release")
    assert done.json is not None and done.json["result"] == "applied"
    refused = dora.post(f"/api/v1/waiting/{origin}/{odd['op']}/release")
    assert problem(refused, 422, "op_still_unfit")["fields"] == {"why": "unknown_form"}


def test_only_supervisors_of_the_author_let_go(doors: Doors) -> None:
    line = ops.op(ids.new(), 1, values=ops.visit(doors.cast.unit))
    doors.push(doors.phone("charlie"), "charlie", line)
    path = f"/api/v1/waiting/{doors.cast.devices['charlie']}/{line['op']}/release"
    problem(doors.phone("vera").post(path), 404, "not_found")
    problem(doors.phone("ivan").post(path), 403, "forbidden")
    problem(doors.phone("charlie").post(path), 403, "forbidden")
