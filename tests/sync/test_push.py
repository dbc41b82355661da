"""Push and pull against real databases."""

import orjson
from sqlalchemy import func, select

from store import ids
from store.conflicts import Conflict
from store.outbox import OutboxRow
from store.records import Held, Quarantine, Record, Revision
from store.seal import SealedIndex
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, fetch, pair, record, send


def test_a_visit_is_kept_and_the_register_follows(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    values = ops.visit(cast.unit, people__head_name="王一", income__wage=36000)
    rows = {
        "people/members": {"aaaaaaaa": {"full_name": "王一", "id_number": "99990119800101001X"}}
    }
    [line] = send(sessions, cast, "alice", ops.op(rec, values=values, rows=rows))
    assert line["result"] == "applied" and line["v"] == 1
    assert {e["result"] for e in line["entities"]} == {"applied"}
    household = record(sessions, cast.unit)["set"]
    assert household["head_name"] == "王一" and household["wage"] == 36000
    member = ids.derived(rec, "people/members[aaaaaaaa]")
    assert record(sessions, member)["set"] == {"full_name": "王一"}


def test_an_id_number_stands_open_nowhere(sessions: Sessions, cast: Cast) -> None:
    secret = "99990119800101001X"
    rows = {"people/members": {"aaaaaaaa": {"id_number": secret}}}
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit), rows=rows))
    send(sessions, cast, "alice", ops.op(ids.new(), form="nope", rows=rows, values={}))
    send(sessions, cast, "alice", ops.op(ids.new(), after=ids.new(), rows=rows, values={}))
    with sessions() as session:
        for table in Record.metadata.sorted_tables:
            for row in session.execute(table.select()):
                assert secret not in str(row), table.name
        assert session.execute(select(func.count()).select_from(SealedIndex)).scalar_one() == 1


def test_the_same_op_twice_has_one_effect_and_one_answer(sessions: Sessions, cast: Cast) -> None:
    line = ops.op(ids.new(), values=ops.visit(cast.unit, income__wage=1))
    [first] = send(sessions, cast, "alice", line)
    before = {t: count(sessions, t) for t in (Record, Revision, OutboxRow)}
    [second] = send(sessions, cast, "alice", line)
    assert second == first | {"dup": True}
    assert {t: count(sessions, t) for t in (Record, Revision, OutboxRow)} == before


def test_different_fields_merge_and_the_same_field_keeps_both_sides(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, income__wage=1)))
    [one] = send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 2}))
    [two] = send(sessions, cast, "bob", ops.op(rec, 1, 1, values={"income/dibao": 5}))
    [three] = send(sessions, cast, "bob", ops.op(rec, 2, 1, values={"income/wage": 9}))
    assert (one["result"], two["result"], three["result"]) == ("applied", "merged", "conflict")
    assert three["current"] == {"income/wage": 2} and three["paths"] == ["income/wage"]
    assert record(sessions, rec)["set"]["income/wage"] == 2
    with sessions() as session:
        row = session.execute(select(Conflict).where(Conflict.rec == rec)).scalar_one()
        assert [orjson.loads(v) for v in (row.base, row.standing, row.waiting)] == [1, 2, 9]


def test_equal_numbers_of_other_types_are_no_conflict(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, income__wage=1)))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 36000}))
    [line] = send(sessions, cast, "bob", ops.op(rec, 1, 1, values={"income/wage": 36000.0}))
    assert line["result"] in ("applied", "merged") and count(sessions, Conflict) == 0


def test_calculated_answers_are_witnesses_and_never_conflict(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, income__total=1)))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/total": 2}))
    [line] = send(sessions, cast, "bob", ops.op(rec, 1, 1, values={"income/total": 3}))
    assert line["result"] != "conflict"


def test_a_stale_value_carried_along_never_overwrites_the_register(
    sessions: Sessions, cast: Cast
) -> None:
    first = ops.visit(cast.unit, living__water_source="well")
    send(sessions, cast, "alice", ops.op(ids.new(), values=first))
    send(
        sessions,
        cast,
        "bob",
        ops.op(
            ids.new(), values=ops.visit(cast.unit, living__water_source="tap"), seen={cast.unit: 1}
        ),
    )
    stale = ops.visit(cast.unit, living__water_source="well", income__wage=7)
    [line] = send(sessions, cast, "ada", ops.op(ids.new(), values=stale, seen={cast.unit: 1}))
    household = record(sessions, cast.unit)["set"]
    assert household["water_source"] == "tap" and household["wage"] == 7
    assert line["result"] in ("applied", "merged") and count(sessions, Conflict) == 0


def test_an_op_waits_for_its_predecessor_and_is_released(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    first = ops.op(rec, values=ops.visit(cast.unit, income__wage=1))
    second = ops.op(rec, 2, 0, values={"income/wage": 2}, after=first["op"])
    [line] = send(sessions, cast, "alice", second)
    assert line["result"] == "held" and count(sessions, Held) == 1
    [again] = send(sessions, cast, "alice", second)
    assert again["result"] == "held" and again["dup"] and count(sessions, Held) == 1
    send(sessions, cast, "alice", first)
    assert count(sessions, Held) == 0 and record(sessions, rec)["set"]["income/wage"] == 2
    [answer] = send(sessions, cast, "alice", second)
    assert answer["result"] == "applied" and answer["dup"]


def test_what_cannot_be_applied_is_quarantined_with_its_reason(
    sessions: Sessions, cast: Cast
) -> None:
    lines = [
        ops.op(ids.new(), values=ops.visit(cast.unit), form="no_such_form"),
        ops.op(ids.new(), values=ops.visit(cast.unit), form_v="1999"),
        ops.op(ids.new(), values={"door/outcome": "met"}),
        ops.op(ids.new(), values=ops.visit(cast.other_unit)),
        ops.op(ids.new(), values=ops.visit(cast.unit), type="household"),
    ]
    results = send(sessions, cast, "alice", *lines)
    assert [r.get("why") for r in results] == [
        "unknown_form",
        "unknown_form",
        "unit_missing",
        "out_of_scope",
        "record_type",
    ]
    assert count(sessions, Quarantine) == 5 and not any("current" in r for r in results)


def test_an_inspector_writes_nothing(sessions: Sessions, cast: Cast) -> None:
    [line] = send(sessions, cast, "ivan", ops.op(ids.new(), values=ops.visit(cast.unit)))
    assert (line["result"], line["why"]) == ("quarantined", "out_of_scope")


def test_a_member_of_another_household_cannot_be_named(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    rows = {"people/members": {"aaaaaaaa": {"full_name": "李二"}}}
    send(sessions, cast, "charlie", ops.op(rec, values=ops.visit(cast.other_unit), rows=rows))
    stranger = ids.derived(rec, "people/members[aaaaaaaa]")
    theft = {"people/members": {"bbbbbbbb": {"person": stranger, "full_name": "张三"}}}
    [line] = send(
        sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit), rows=theft)
    )
    assert (line["result"], line["why"]) == ("quarantined", "entity_out_of_scope")
    assert record(sessions, stranger)["set"]["full_name"] == "李二"


def test_a_household_found_at_the_door_gets_a_place(sessions: Sessions, cast: Cast) -> None:
    unit, rec = ids.new(), ids.new()
    values = ops.visit(unit, people__head_name="新户") | {"door/outcome": "not_listed"}
    [line] = send(sessions, cast, "alice", ops.op(rec, values=values))
    assert line["result"] == "applied"
    with sessions() as session:
        assert session.get_one(Record, unit).state == "proposed"
    assert unit in {orjson.loads(r)["id"] for r in fetch(sessions, cast, "alice").records}


def test_an_op_set_aside_takes_no_place_from_the_next_one(sessions: Sessions, cast: Cast) -> None:
    unit, rec = ids.new(), ids.new()
    rows = {"people/members": {"aaaaaaaa": {"person": rec}}}
    unfit = ops.op(rec, 1, values=ops.visit(unit), rows=rows)
    sound = ops.op(ids.new(), 2, values=ops.visit(unit, people__head_name="新户"))
    answers = send(sessions, cast, "alice", unfit, sound)
    assert [a["result"] for a in answers] == ["quarantined", "applied"]
    assert unit in {orjson.loads(r)["id"] for r in fetch(sessions, cast, "alice").records}


def test_a_deleted_row_goes_and_a_deleted_edited_row_stays(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    rows = {"people/members": {"aaaaaaaa": {"full_name": "甲"}, "bbbbbbbb": {"full_name": "乙"}}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=rows))
    changed = {"people/members": {"bbbbbbbb": {"full_name": "乙二"}}}
    send(sessions, cast, "bob", ops.op(rec, 1, 1, rows=changed, values={}))
    gone = ["people/members[aaaaaaaa]", "people/members[bbbbbbbb]"]
    [line] = send(sessions, cast, "alice", ops.op(rec, 2, 1, values={}, **{"del": gone}))
    assert line["result"] == "conflict" and line["paths"] == ["people/members[bbbbbbbb]"]
    assert list(record(sessions, rec)["rows"]["people/members"]) == ["bbbbbbbb"]
    with sessions() as session:
        member = session.get_one(Record, ids.derived(rec, "people/members[aaaaaaaa]"))
        assert member.deleted


def test_pull_gives_each_their_own_and_only_what_changed(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(
        sessions,
        cast,
        "alice",
        ops.op(rec, values=ops.visit(cast.unit, people__phone="13800000000")),
    )
    page = fetch(sessions, cast, "alice")
    mine = {orjson.loads(r)["type"]: orjson.loads(r) for r in page.records}
    assert {"household", "submission", "status", "summary", "form"} == set(mine)
    assert mine["household"]["doc"]["set"]["phone"] == "13800000000"
    assert page.total == len(page.records) and not page.more
    assert fetch(sessions, cast, "alice", page.cursor).empty
    bob = [orjson.loads(r) for r in fetch(sessions, cast, "bob").records]
    assert {r["type"] for r in bob} == {"household", "summary", "form"}
    assert "13800000000" not in str(bob)
    assert {orjson.loads(r)["type"] for r in fetch(sessions, cast, "charlie").records} == {"form"}


def test_pages_together_hold_each_record_once(sessions: Sessions, cast: Cast) -> None:
    lines = [ops.op(ids.new(), n, values=ops.visit(cast.unit)) for n in range(7)]
    send(sessions, cast, "alice", *lines)
    whole = [orjson.loads(r)["id"] for r in fetch(sessions, cast, "alice").records]
    seen, cursor, more = [], None, True
    while more:
        page = fetch(sessions, cast, "alice", cursor, limit=3)
        seen += [orjson.loads(r)["id"] for r in page.records]
        cursor, more = page.cursor, page.more
    assert seen == whole and len(set(seen)) == len(seen)


def test_late_ops_of_a_lost_household_are_kept_and_marked(sessions: Sessions, cast: Cast) -> None:
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit)))
    before = fetch(sessions, cast, "alice")
    pair(sessions, cast, cast.unit, "charlie")
    line = ops.op(ids.new(), 2, values=ops.visit(cast.unit), seen={cast.unit: 1})
    [late] = send(sessions, cast, "alice", line)
    assert late["result"] == "applied" and late["late"]
    assert fetch(sessions, cast, "alice", before.cursor).drop == [cast.unit]
    got = [orjson.loads(r)["type"] for r in fetch(sessions, cast, "charlie").records]
    assert "household" in got
