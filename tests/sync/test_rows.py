"""Repeat rows: adding wins over editing, a delete against a newer edit is for a person."""

import orjson
from sqlalchemy import select

from store import ids
from store.conflicts import Conflict
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, record, send

MEMBERS = "people/members"
ROW = f"{MEMBERS}[aaaaaaaa]"


def started(sessions: Sessions, cast: Cast) -> str:
    rec = ids.new()
    rows = {MEMBERS: {"aaaaaaaa": {"full_name": "甲", "no_id": "newborn"}}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=rows))
    return rec


def rows_of(sessions: Sessions, rec: str) -> dict[str, dict[str, object]]:
    return dict(record(sessions, rec)["rows"].get(MEMBERS, {}))


def test_rows_added_by_two_phones_both_stand(sessions: Sessions, cast: Cast) -> None:
    rec = started(sessions, cast)
    for name, row in (("alice", "bbbbbbbb"), ("bob", "cccccccc")):
        line = ops.op(rec, 2, 1, values={}, rows={MEMBERS: {row: {"full_name": name}}})
        [told] = send(sessions, cast, name, line)
        assert told["result"] in ("applied", "merged")
    assert set(rows_of(sessions, rec)) == {"aaaaaaaa", "bbbbbbbb", "cccccccc"}


def test_a_row_added_beside_an_edit_of_another_row_stands(sessions: Sessions, cast: Cast) -> None:
    rec = started(sessions, cast)
    edit = ops.op(rec, 2, 1, values={}, rows={MEMBERS: {"aaaaaaaa": {"full_name": "乙"}}})
    add = ops.op(rec, 1, 1, values={}, rows={MEMBERS: {"bbbbbbbb": {"full_name": "丙"}}})
    send(sessions, cast, "alice", edit)
    [told] = send(sessions, cast, "bob", add)
    assert told["result"] == "merged" and count(sessions, Conflict) == 0
    assert len(rows_of(sessions, rec)) == 2


def test_fields_of_one_row_merge_apart(sessions: Sessions, cast: Cast) -> None:
    rec = started(sessions, cast)
    one = ops.op(rec, 2, 1, values={}, rows={MEMBERS: {"aaaaaaaa": {"full_name": "乙"}}})
    two = ops.op(rec, 1, 1, values={}, rows={MEMBERS: {"aaaaaaaa": {"sex": "female"}}})
    send(sessions, cast, "alice", one)
    [told] = send(sessions, cast, "bob", two)
    assert told["result"] == "merged"
    assert rows_of(sessions, rec)["aaaaaaaa"] == {
        "full_name": "乙",
        "no_id": "newborn",
        "sex": "female",
    }


def test_a_delete_against_a_newer_edit_keeps_the_row_and_both_sides(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    edit = ops.op(rec, 1, 1, values={}, rows={MEMBERS: {"aaaaaaaa": {"full_name": "乙"}}})
    send(sessions, cast, "bob", edit)
    [told] = send(sessions, cast, "alice", ops.op(rec, 2, 1, values={}, **{"del": [ROW]}))
    assert (told["result"], told["paths"]) == ("conflict", [ROW])
    assert rows_of(sessions, rec)["aaaaaaaa"]["full_name"] == "乙"
    with sessions() as session:
        found = session.execute(select(Conflict).where(Conflict.rec == rec)).scalar_one()
        assert found.kind == "delete" and found.waiting == "null"
        assert orjson.loads(found.standing)[f"{ROW}/full_name"] == "乙"


def test_an_edit_of_a_row_deleted_since_waits_beside_the_delete(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={}, **{"del": [ROW]}))
    values = {MEMBERS: {"aaaaaaaa": {"full_name": "乙", "id_number": "99990119800101001X"}}}
    [told] = send(sessions, cast, "bob", ops.op(rec, 1, 1, values={}, rows=values))
    assert (
        told["result"] == "conflict"
        and told["paths"] == ["full_name", "id_number"]
        or (ROW in told["paths"])
    )
    assert rows_of(sessions, rec) == {}
    with sessions() as session:
        found = session.execute(
            select(Conflict).where(Conflict.rec == rec, Conflict.path == ROW)
        ).scalar_one()
        assert found.sealed
        waiting = cast.keys.open(rec, ROW, orjson.loads(found.waiting))
    assert waiting == {f"{ROW}/full_name": "乙", f"{ROW}/id_number": "99990119800101001X"}


def test_a_delete_of_what_nobody_touched_since_stands(sessions: Sessions, cast: Cast) -> None:
    rec = started(sessions, cast)
    seen = {ids.derived(rec, ROW): 1}
    line = ops.op(rec, 1, 1, values={}, seen=seen, **{"del": [ROW]})
    [told] = send(sessions, cast, "bob", line)
    assert told["result"] in ("applied", "merged") and rows_of(sessions, rec) == {}


def test_a_row_deleted_twice_is_gone_once(sessions: Sessions, cast: Cast) -> None:
    rec = started(sessions, cast)
    line = {"del": [ROW, ROW]}
    [one] = send(sessions, cast, "alice", ops.op(rec, 2, 1, values={}, **line))
    [two] = send(sessions, cast, "bob", ops.op(rec, 1, 1, values={}, **line))
    assert one["result"] == "applied" and two["result"] != "conflict"
    assert count(sessions, Conflict) == 0


def test_a_disputed_row_deleted_twice_in_one_op_is_one_conflict(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    edit = ops.op(rec, 1, 1, values={}, rows={MEMBERS: {"aaaaaaaa": {"no_id": "lost"}}})
    send(sessions, cast, "bob", edit)
    line = ops.op(rec, 2, 1, values={}, **{"del": [ROW, ROW]})
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "conflict"
    assert count(sessions, Conflict) == 1


def test_what_an_op_says_of_a_row_it_takes_away_goes_with_it(
    sessions: Sessions, cast: Cast
) -> None:
    rec = started(sessions, cast)
    rows = {MEMBERS: {"aaaaaaaa": {"full_name": "乙", "id_number": "99990119800101001X"}}}
    [told] = send(
        sessions, cast, "alice", ops.op(rec, 2, 1, values={}, rows=rows, **{"del": [ROW]})
    )
    assert told["result"] == "applied" and rows_of(sessions, rec) == {}


def test_a_path_taken_away_beside_a_newer_value_conflicts(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, income__wage=1)))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 2}))
    [told] = send(sessions, cast, "bob", ops.op(rec, 1, 1, values={}, **{"del": ["income/wage"]}))
    assert told["result"] == "conflict" and told["current"] == {"income/wage": 2}
    [gone] = send(sessions, cast, "vera", ops.op(rec, 1, 2, values={"income/dibao": None}))
    assert gone["result"] != "conflict"


def test_fields_that_the_form_does_not_know_are_kept(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    values = ops.visit(cast.unit) | {"future/answer": {"a": [1]}}
    rows = {"future/rows": {"aaaaaaaa": {"x": 1}}}
    send(sessions, cast, "alice", ops.op(rec, values=values, rows=rows))
    send(sessions, cast, "bob", ops.op(rec, 1, 1, values={"income/wage": 5}))
    doc = record(sessions, rec)
    assert doc["set"]["future/answer"] == {"a": [1]} and doc["rows"]["future/rows"]
