"""W12: a household changes hands while the old cadre is offline with edits."""

from typing import Any

import pytest
from sqlalchemy import update

from store import digest, ids
from store.audit import AuditEntry
from store.db import begin_write
from store.records import Record, Revision
from store.units import Assignment, UnitPlace
from tests.kit import ops
from tests.kit.cast import EAST, WEST
from tests.kit.doors import Doors, problem


def reassign(doors: Doors, by: str = "dora", unit: str = "", **body: str) -> Any:
    told = {"reason": "换人"} | body
    path = f"/api/v1/households/{unit or doors.cast.unit}/reassign"
    return doors.phone(by).post(path, json=told)


def pulled(doors: Doors, name: str, cursor: str = "") -> dict[str, Any]:
    answer = doors.phone(name).get(f"/api/v1/sync/pull?cursor={cursor}")
    return dict(answer.json or {"records": [], "drop": [], "cursor": cursor})


def of_unit(page: dict[str, Any], unit: str) -> set[str]:
    return {record["type"] for record in page["records"] if record["unit"] == unit}


def test_the_new_cadre_gets_it_whole_and_the_old_ones_edits_are_kept_and_late(
    doors: Doors,
) -> None:
    doors.visit(income__wage=1)
    unit = doors.cast.unit
    for _ in range(3):
        doors.visit("charlie", doors.cast.other_unit)
    alice, charlie = pulled(doors, "alice"), pulled(doors, "charlie")
    assert not of_unit(charlie, unit)
    answer = reassign(doors, login="charlie")
    assert answer.json == {"household": unit, "cadres": ["charlie"], "area": EAST}
    assert of_unit(pulled(doors, "charlie", charlie["cursor"]), unit) == {"household", "summary"}
    assert pulled(doors, "alice", alice["cursor"])["drop"] == [unit]
    line = ops.op(ids.new(), 2, values=ops.visit(unit, income__wage=2), seen={unit: 1})
    told = doors.push(doors.phone("alice"), "alice", line).json
    assert told is not None and told["results"][0]["result"] == "applied"
    assert told["results"][0]["late"]
    [late] = (doors.phone("dora").get("/api/v1/waiting/late").json or {})["late"]
    assert late["by"] == "Alice" and late["visit"] == line["rec"]
    with doors.sessions() as session:
        revision = session.query(Revision).filter_by(rec=line["rec"]).one()
        assert revision.user_id == doors.cast.users["alice"] and revision.late
        assert digest.kept(session) == digest.reckoned(session)
    page = doors.browser("dora").get("/quarantine").text
    assert "换人后才到的" in page and "Alice" in page


def test_it_moves_to_another_village_with_everything_it_has(doors: Doors) -> None:
    rec, unit = doors.visit(), doors.cast.unit
    alice, bob, dora = (pulled(doors, name) for name in ("alice", "bob", "dora"))
    answer = reassign(doors, area=WEST)
    assert answer.json == {"household": unit, "cadres": ["alice"], "area": WEST}
    assert pulled(doors, "bob", bob["cursor"])["drop"] == [unit]
    page = pulled(doors, "alice", alice["cursor"])
    assert {r["area"] for r in page["records"]} == {WEST} and not page["drop"]
    assert rec in {r["id"] for r in page["records"]}
    assert {r["area"] for r in pulled(doors, "dora", dora["cursor"])["records"]} == {WEST}


def test_both_at_once_and_back_again(doors: Doors) -> None:
    doors.visit()
    assert reassign(doors, login="charlie", area=WEST).status_code == 200
    assert reassign(doors, login="alice", area=EAST).status_code == 200
    assert {"household", "submission"} <= of_unit(pulled(doors, "alice"), doors.cast.unit)
    with doors.sessions() as session:
        assert session.query(Assignment).filter_by(unit=doors.cast.unit).count() == 3
        assert session.query(UnitPlace).filter_by(unit=doors.cast.unit).count() == 3
        told = session.query(AuditEntry).filter_by(act="household.reassigned").all()
        assert [entry.who for entry in told] == [doors.cast.users["dora"]] * 2


def test_records_of_long_ago_come_all_the_same(doors: Doors) -> None:
    doors.visit()
    charlie = pulled(doors, "charlie")
    with doors.sessions() as session:
        begin_write(session)
        session.execute(
            update(Record)
            .where(Record.unit == doors.cast.unit)
            .values(received_at="2025-01-01T00:00:00.000Z")
        )
        session.commit()
    reassign(doors, login="charlie")
    assert of_unit(pulled(doors, "charlie", charlie["cursor"]), doors.cast.unit)


@pytest.mark.parametrize(
    ("by", "body", "status", "code"),
    [
        ("alice", {"login": "charlie"}, 403, "forbidden"),
        ("ivan", {"login": "charlie"}, 403, "forbidden"),
        ("vera", {"login": "charlie"}, 404, "not_found"),
        ("vera", {"area": WEST}, 404, "not_found"),
        ("dora", {"login": "nobody"}, 404, "not_found"),
        ("dora", {"login": "bob"}, 422, "invalid_request"),
        ("dora", {"area": "0"}, 404, "not_found"),
        ("dora", {"login": "alice"}, 422, "invalid_request"),
        ("dora", {}, 422, "invalid_request"),
        ("dora", {"login": "charlie", "reason": " "}, 422, "invalid_request"),
    ],
)
def test_whoever_may_not_or_says_nothing_changes_nothing(
    doors: Doors, by: str, body: dict[str, str], status: int, code: str
) -> None:
    problem(reassign(doors, by, **body), status, code)
    with doors.sessions() as session:
        assert session.query(Assignment).filter_by(unit=doors.cast.unit).count() == 1


def test_what_is_out_of_reach_is_not_there(doors: Doors) -> None:
    problem(reassign(doors, "vera", doors.cast.other_unit, login="alice"), 404, "not_found")


def test_the_command_line_does_the_same(doors: Doors) -> None:
    runner = doors.app.test_cli_runner()
    line = ["household", "reassign", doors.cast.unit, "--to", "charlie", "--reason", "换人"]
    done = runner.invoke(args=line)
    assert done.exit_code == 0, done.output
    again = runner.invoke(args=line)
    assert again.exit_code == 1 and "nothing" in again.output
    assert of_unit(pulled(doors, "charlie"), doors.cast.unit) is not None
