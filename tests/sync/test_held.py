"""Ops that wait for their predecessor, and ops that come twice."""

import orjson
import pytest
from sqlalchemy import select

from store import clock, ids
from store.conflicts import Conflict
from store.db import begin_write
from store.outbox import OutboxRow
from store.records import Held, OpResult, Quarantine, Record, Revision
from sync.push import push
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, record, row, send


def chain(cast: Cast, length: int) -> list[dict[str, object]]:
    """A visit and edits of it, each after the one before; the last sets wage to `length`."""
    rec = ids.new()
    made = [ops.op(rec, 1, values=ops.visit(cast.unit, income__wage=1))]
    for n in range(2, length + 1):
        made.append(ops.op(rec, n, values={"income/wage": n}, after=made[-1]["op"]))
    return made


@pytest.mark.parametrize("together", [True, False])
def test_a_chain_sent_backwards_is_released_whole(
    sessions: Sessions, cast: Cast, together: bool
) -> None:
    line = chain(cast, 4)
    backwards = line[::-1]
    if together:
        answers = send(sessions, cast, "alice", *backwards)
        assert [a["result"] for a in answers] == ["applied"] * 4
    else:
        for one in backwards:
            [answer] = send(sessions, cast, "alice", one)
            assert answer["result"] == ("applied" if one is line[0] else "held")
    assert count(sessions, Held) == 0
    assert record(sessions, str(line[0]["rec"]))["set"]["income/wage"] == 4
    assert row(sessions, str(line[0]["rec"])).version == 4
    assert count(sessions, OpResult) == 4


def test_only_the_record_with_the_gap_waits(sessions: Sessions, cast: Cast) -> None:
    gap = chain(cast, 2)[1]
    other = ops.op(ids.new(), 3, values=ops.visit(cast.unit))
    held, applied = send(sessions, cast, "alice", gap, other)
    assert (held["result"], held["after"]) == ("held", gap["after"])
    assert applied["result"] == "applied"


def test_a_held_op_is_released_by_a_predecessor_on_another_record(
    sessions: Sessions, cast: Cast
) -> None:
    first = ops.op(ids.new(), 1, values=ops.visit(cast.unit))
    second = ops.op(ids.new(), 2, values=ops.visit(cast.unit), after=first["op"])
    third = ops.op(ids.new(), 3, values=ops.visit(cast.unit), after=second["op"])
    send(sessions, cast, "alice", third)
    send(sessions, cast, "alice", second)
    send(sessions, cast, "alice", first)
    assert count(sessions, Held) == 0 and count(sessions, OpResult) == 3


def test_a_released_op_knows_the_people_it_names(sessions: Sessions, cast: Cast) -> None:
    known = ops.op(
        ids.new(),
        values=ops.visit(cast.unit),
        rows={"people/members": {"aaaaaaaa": {"full_name": "甲"}}},
    )
    send(sessions, cast, "alice", known)
    person = ids.derived(known["rec"], "people/members[aaaaaaaa]")
    line = chain(cast, 1)
    rows = {"people/members": {"bbbbbbbb": {"person": person, "sex": "male"}}}
    second = ops.op(str(line[0]["rec"]), 2, values={}, rows=rows, after=line[0]["op"])
    for one in (second, *line):
        send(sessions, cast, "alice", one)
    assert record(sessions, person)["set"] == {"full_name": "甲", "sex": "male"}


def test_a_predecessor_in_quarantine_has_arrived(sessions: Sessions, cast: Cast) -> None:
    first = ops.op(ids.new(), 1, values=ops.visit(cast.unit), form="no_such_form")
    second = ops.op(ids.new(), 2, values=ops.visit(cast.unit), after=first["op"])
    answers = send(sessions, cast, "alice", second, first)
    assert [a["result"] for a in answers] == ["applied", "quarantined"]


def test_somebody_elses_push_leaves_a_held_op_held(sessions: Sessions, cast: Cast) -> None:
    line = chain(cast, 3)
    send(sessions, cast, "alice", line[0])
    send(sessions, cast, "alice", line[2])
    send(sessions, cast, "bob", ops.op(str(line[0]["rec"]), 1, 1, values={"income/dibao": 1}))
    assert count(sessions, Held) == 1


def test_a_rescued_predecessor_releases_the_ops_of_its_own_person(
    sessions: Sessions, cast: Cast
) -> None:
    line = chain(cast, 3)
    send(sessions, cast, "alice", line[2])
    rescued = [one | {"origin": cast.devices["alice"]} for one in line[:2]]
    answers = send(sessions, cast, "dora", *rescued, office=True)
    assert [a["result"] for a in answers] == ["applied", "applied"]
    assert count(sessions, Held) == 0
    with sessions() as session:
        stored = session.get_one(Record, str(line[0]["rec"]))
        assert (stored.author, stored.device) == (cast.users["alice"], cast.devices["alice"])
        revisions = session.scalars(select(Revision).where(Revision.rec == stored.id)).all()
        assert {(r.user_id, r.origin) for r in revisions} == {(stored.author, stored.device)}
    [again] = send(sessions, cast, "alice", line[0])
    assert again["result"] == "applied" and again["dup"]


def test_a_rescue_file_needs_a_person_with_rights_there(sessions: Sessions, cast: Cast) -> None:
    line = chain(cast, 1)[0] | {"origin": cast.devices["alice"]}
    [told] = send(sessions, cast, "bob", line)
    assert (told["result"], told["why"]) == ("quarantined", "foreign_origin")


def test_nobody_leaves_an_op_in_anothers_name_for_them_to_set_free(
    sessions: Sessions, cast: Cast
) -> None:
    first, second = chain(cast, 2)
    [told] = send(sessions, cast, "bob", second | {"origin": cast.devices["alice"]})
    assert (told["result"], told["why"]) == ("quarantined", "foreign_origin")
    send(sessions, cast, "alice", first)
    assert count(sessions, Held) == 0
    assert record(sessions, str(first["rec"]))["set"]["income/wage"] == 1


def test_every_outcome_is_answered_again_byte_for_byte(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit, income__wage=1)))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 2}))
    lines = [
        ops.op(rec, 1, 1, values={"income/wage": 9, "income/dibao": 1}),
        ops.op(rec, 2, 1, values={"income/pension": 5}),
        ops.op(ids.new(), 3, values={"door/outcome": "met"}),
        ops.op(ids.new(), 4, values=ops.visit(cast.unit), after=ids.new()),
        ops.op(
            ids.new(), 5, values=ops.visit(cast.unit), rows={"people/members": {"aaaaaaaa": {}}}
        ),
    ]
    first = send(sessions, cast, "bob", *lines)
    assert [a["result"] for a in first] == ["conflict", "merged", "quarantined", "held", "applied"]
    tables = (Record, Revision, OutboxRow, Held, Quarantine, OpResult)
    before = [count(sessions, table) for table in tables]
    for again in (send(sessions, cast, "bob", *lines), send(sessions, cast, "bob", *lines[::-1])):
        told = {a["op"]: a for a in again}
        for answer in first:
            assert orjson.dumps(answer | {"dup": True}) == orjson.dumps(told[answer["op"]])
    assert [count(sessions, table) for table in tables] == before


def test_the_same_op_twice_in_one_push_has_one_effect(sessions: Sessions, cast: Cast) -> None:
    line = ops.op(ids.new(), values=ops.visit(cast.unit))
    one, two = send(sessions, cast, "alice", line, line)
    assert "dup" not in one and two == one | {"dup": True}
    assert count(sessions, OpResult) == 1


def test_a_cloned_phone_with_the_same_op_ids_is_set_aside(sessions: Sessions, cast: Cast) -> None:
    line = ops.op(ids.new(), values=ops.visit(cast.unit, income__wage=1))
    [one] = send(sessions, cast, "alice", line)
    [two] = send(sessions, cast, "bob", line)
    assert one["result"] == "applied"
    assert (two["result"], two["why"]) == ("quarantined", "op_id_taken")
    other = line | {"rec": ids.new()}
    [three] = send(sessions, cast, "vera", other)
    assert three["why"] == "op_id_taken"


def test_an_empty_push_is_answered(sessions: Sessions, cast: Cast) -> None:
    assert send(sessions, cast, "alice") == []


def test_an_older_op_of_the_same_phone_goes_to_history_only(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    start = ops.op(rec, 1, values=ops.visit(cast.unit, income__wage=1))
    older = ops.op(rec, 2, 1, values={"income/wage": 2, "people/phone": "13800138002"})
    newer = ops.op(rec, 3, 1, values={"income/wage": 3, "people/phone": "13800138003"})
    send(sessions, cast, "alice", start)
    send(sessions, cast, "alice", newer)
    [told] = send(sessions, cast, "alice", older)
    assert told["result"] == "applied" and told["v"] == 2
    assert record(sessions, rec)["set"]["income/wage"] == 3
    with sessions() as session:
        kept = session.execute(
            select(Revision).where(Revision.rec == rec, Revision.op == older["op"])
        ).scalar_one()
        assert orjson.loads(kept.witness)["income/wage"] == 2
        assert orjson.loads(kept.flags) == ["history_only"]
        assert "13800138002" not in kept.witness and orjson.loads(kept.sealed) == {}


def test_the_base_of_a_later_conflict_is_what_stood_and_not_what_came_too_late(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit)))
    newer = ops.op(rec, 3, 1, values={"people/phone": "3"})
    older = ops.op(rec, 2, 1, values={"people/phone": "2", "income/wage": 5})
    send(sessions, cast, "alice", newer)
    send(sessions, cast, "alice", older)
    send(sessions, cast, "bob", ops.op(rec, 1, 3, values={"people/phone": "4"}))
    [told] = send(sessions, cast, "vera", ops.op(rec, 1, 3, values={"people/phone": "5"}))
    assert told["result"] == "conflict" and "current" not in told
    with sessions() as session:
        row_ = session.execute(select(Conflict).where(Conflict.rec == rec)).scalar_one()
        sealed = (row_.base, row_.standing, row_.waiting)
        opened = [cast.keys.open(rec, "people/phone", orjson.loads(text)) for text in sealed]
    assert opened == ["3", "4", "5"]


def test_two_phones_at_once_never_lose_a_held_op(sessions: Sessions, cast: Cast) -> None:
    """A push that was rolled back leaves what was held, held."""
    line = chain(cast, 2)
    send(sessions, cast, "alice", line[1])
    with sessions() as session:
        begin_write(session)
        who = cast.who(session, "alice")
        push(session, cast.keys, who, ops.batch(who.device, line[0]), clock.now())
        session.rollback()
    assert count(sessions, Held) == 1 and count(sessions, OpResult) == 0
    send(sessions, cast, "alice", line[0])
    assert count(sessions, Held) == 0 and count(sessions, OpResult) == 2
