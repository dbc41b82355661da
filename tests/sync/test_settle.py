"""A person's word on a conflict: an op like any other, that closes what waited on the path."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select

from store import clock, digest, ids
from store.audit import AuditEntry
from store.conflicts import Conflict
from store.db import begin_write
from store.errors import Forbidden, Invalid, NotFound
from store.records import Record, Revision
from sync.settle import Choice, Moved, OwnConflict, Settled, Verdict, joined, mark, settle
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, down, fetch, record, row, send

ROW = "people/members[aaaaaaaa]"
SECRET = "99990119800101001X"


def conflicts(sessions: Sessions, state: str = "open") -> list[Conflict]:
    with sessions() as session:
        query = select(Conflict).where(Conflict.state == state).order_by(Conflict.seq)
        return list(session.scalars(query))


def judge(
    sessions: Sessions,
    cast: Cast,
    choice: Choice,
    name: str = "dora",
    which: int = 0,
    **more: Any,
) -> Conflict:
    """The first open conflict settled at the office."""
    ident = conflicts(sessions)[which].id
    with sessions() as session:
        begin_write(session)
        who = cast.who(session, name, office=True)
        verdict = Verdict(choice, more.pop("reason", "电话核实"), **more)
        settled = settle(session, cast.keys, who, ident, verdict, clock.now())
        session.commit()
        return settled


def quarrel(sessions: Sessions, cast: Cast, *sides: Any, path: str = "income/wage") -> str:
    """Alice's visit with a value of hers, then others' values that had not seen it."""
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit)))
    for n, (name, value) in enumerate(zip(("alice", "bob", "vera"), sides, strict=False)):
        send(sessions, cast, name, ops.op(rec, 2 + n, 1, values={path: value}))
    return rec


def register_quarrel(sessions: Sessions, cast: Cast) -> None:
    """Two visits that saw the household at version 1 and say different water."""
    first = ops.visit(cast.unit, living__water_source="open_well")
    send(sessions, cast, "alice", ops.op(ids.new(), 1, values=first))
    for n, (name, water) in enumerate((("alice", "tap"), ("bob", "well"))):
        line = ops.op(ids.new(), 2 + n, values=ops.visit(cast.unit, living__water_source=water))
        send(sessions, cast, name, line | {"seen": {cast.unit: 1}})


@pytest.mark.parametrize(
    ("choice", "value", "stands", "version"),
    [
        (Choice.STANDING, None, 36000, 2),
        (Choice.WAITING, None, 42000, 3),
        (Choice.OTHER, 39000, 39000, 3),
    ],
)
def test_the_value_chosen_stands_and_the_conflict_is_closed(
    sessions: Sessions, cast: Cast, choice: Choice, value: Any, stands: Any, version: int
) -> None:
    rec = quarrel(sessions, cast, 36000, 42000)
    judge(sessions, cast, choice, value=value)
    told = row(sessions, rec)
    assert record(sessions, rec)["set"]["income/wage"] == stands and told.version == version
    [closed] = conflicts(sessions, "settled")
    assert (closed.settled_by, closed.choice) == (cast.users["dora"], choice.value)
    assert closed.reason == "电话核实" and not conflicts(sessions)


def test_settling_is_an_op_in_the_history_and_the_log(sessions: Sessions, cast: Cast) -> None:
    rec = quarrel(sessions, cast, 36000, 42000)
    closed = judge(sessions, cast, Choice.WAITING)
    with sessions() as session:
        query = select(Revision).where(Revision.rec == rec, Revision.op == closed.settled_op)
        revision = session.scalars(query).one()
        assert revision.user_id == cast.users["dora"] and revision.base_v == 2
        assert orjson.loads(revision.changes) == {"income/wage": 42000}
        assert orjson.loads(revision.flags) == ["settled"]
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.act, entry.who) == ("conflict.settled", cast.users["dora"])
        assert digest.kept(session) == digest.reckoned(session)


def test_phones_hear_of_it_by_pull(sessions: Sessions, cast: Cast) -> None:
    rec = quarrel(sessions, cast, 36000, 42000)
    known = fetch(sessions, cast, "alice")
    judge(sessions, cast, Choice.WAITING)
    [told] = [r for r in down(fetch(sessions, cast, "alice", known.cursor)) if r["id"] == rec]
    assert told["doc"]["set"]["income/wage"] == 42000 and told["v"] == 3


def test_a_conflict_of_the_register_is_settled_on_the_household_itself(
    sessions: Sessions, cast: Cast
) -> None:
    register_quarrel(sessions, cast)
    judge(sessions, cast, Choice.WAITING)
    household = row(sessions, cast.unit)
    assert orjson.loads(household.doc)["set"]["water_source"] == "well"
    assert household.version == 3
    assert cast.unit in {r["id"] for r in down(fetch(sessions, cast, "bob"))}


def test_while_it_is_open_further_values_join_and_one_word_ends_all(
    sessions: Sessions, cast: Cast
) -> None:
    rec = quarrel(sessions, cast, 1, 2, 3)
    assert len(conflicts(sessions)) == 2
    judge(sessions, cast, Choice.WAITING, which=1)
    assert record(sessions, rec)["set"]["income/wage"] == 3
    assert [c.choice for c in conflicts(sessions, "settled")] == ["other", "waiting"]
    seen = {cast.unit: row(sessions, cast.unit).version}
    line = ops.op(rec, 9, 3, values={"income/wage": 4}, seen=seen)
    assert send(sessions, cast, "alice", line)[0]["result"] == "applied"


def test_a_settled_value_of_a_visit_is_carried_into_the_register(
    sessions: Sessions, cast: Cast
) -> None:
    quarrel(sessions, cast, "tap", "well", path="living/water_source")
    judge(sessions, cast, Choice.WAITING)
    assert record(sessions, cast.unit)["set"]["water_source"] == "well"


def test_nobody_settles_their_own_side(sessions: Sessions, cast: Cast) -> None:
    rec = quarrel(sessions, cast, 1)
    send(sessions, cast, "dora", ops.op(rec, 1, 1, values={"income/wage": 2}))
    with pytest.raises(OwnConflict):
        judge(sessions, cast, Choice.WAITING)
    assert isinstance(OwnConflict(), Forbidden)
    judge(sessions, cast, Choice.WAITING, "cora")


def test_whoever_set_what_stands_is_one_of_the_two(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit)))
    send(sessions, cast, "dora", ops.op(rec, 1, 1, values={"income/wage": 2}))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 3}))
    with pytest.raises(OwnConflict):
        judge(sessions, cast, Choice.WAITING)


def test_what_moved_while_it_was_looked_at_is_looked_at_again(
    sessions: Sessions, cast: Cast
) -> None:
    rec = quarrel(sessions, cast, 1, 2)
    with sessions() as session:
        [open_] = [session.get_one(Conflict, c.id) for c in conflicts(sessions)]
        seen = mark(session.get_one(Record, rec).version, joined(session, open_))
    send(sessions, cast, "vera", ops.op(rec, 3, 1, values={"income/wage": 5}))
    with pytest.raises(Moved):
        judge(sessions, cast, Choice.WAITING, mark=seen)
    assert len(conflicts(sessions)) == 2


def test_it_is_settled_once(sessions: Sessions, cast: Cast) -> None:
    quarrel(sessions, cast, 1, 2)
    ident = judge(sessions, cast, Choice.STANDING).id
    with sessions() as session:
        begin_write(session)
        who = cast.who(session, "cora", office=True)
        with pytest.raises(Settled):
            settle(session, cast.keys, who, ident, Verdict(Choice.WAITING, "x"), clock.now())
        with pytest.raises(NotFound):
            settle(session, cast.keys, who, "none", Verdict(Choice.WAITING, "x"), clock.now())


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_without_a_reason_nothing_is_settled(sessions: Sessions, cast: Cast, reason: str) -> None:
    quarrel(sessions, cast, 1, 2)
    with pytest.raises(Invalid):
        judge(sessions, cast, Choice.WAITING, reason=reason)


def removal(sessions: Sessions, cast: Cast) -> str:
    """Bob takes a row away that Alice edited, which he had not seen."""
    rec, told = ids.new(), {"full_name": "王一", "id_number": SECRET}
    rows = {"people/members": {"aaaaaaaa": told}}
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit), rows=rows))
    edit = {"people/members": {"aaaaaaaa": {"full_name": "王壹"}}}
    send(sessions, cast, "alice", ops.op(rec, 2, 1, rows=edit))
    send(sessions, cast, "bob", ops.op(rec, 1, 1, **{"del": [ROW]}))
    return rec


def test_a_row_is_kept_or_taken_away(sessions: Sessions, cast: Cast) -> None:
    rec = removal(sessions, cast)
    with pytest.raises(Invalid):
        judge(sessions, cast, Choice.OTHER, value="x")
    judge(sessions, cast, Choice.STANDING)
    assert record(sessions, rec)["rows"]["people/members"]["aaaaaaaa"]["full_name"] == "王壹"
    assert not conflicts(sessions)


def test_a_row_taken_away_takes_its_person_off_the_household(
    sessions: Sessions, cast: Cast
) -> None:
    rec = removal(sessions, cast)
    judge(sessions, cast, Choice.WAITING)
    assert record(sessions, rec)["rows"] == {}
    assert row(sessions, ids.derived(rec, ROW)).deleted
    with sessions() as session:
        assert digest.kept(session) == digest.reckoned(session)


def test_a_row_that_somebody_edited_after_it_was_taken_away_comes_back_whole(
    sessions: Sessions, cast: Cast
) -> None:
    rec, told = ids.new(), {"full_name": "王一", "id_number": SECRET, "relation": "01"}
    rows = {"people/members": {"aaaaaaaa": told}}
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit), rows=rows))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, **{"del": [ROW]}))
    edit = {"people/members": {"aaaaaaaa": {"full_name": "王壹"}}}
    [line] = send(sessions, cast, "bob", ops.op(rec, 1, 1, rows=edit))
    assert line["result"] == "conflict"
    judge(sessions, cast, Choice.WAITING)
    back = record(sessions, rec)["rows"]["people/members"]["aaaaaaaa"]
    assert back == {"full_name": "王壹", "relation": "01"}
    assert f"{ROW}/id_number" in orjson.loads(row(sessions, rec).sealed)


def test_p1_values_stay_sealed_through_a_settlement(sessions: Sessions, cast: Cast) -> None:
    rec = quarrel(sessions, cast, "13800000001", "13800000002", path="people/phone")
    judge(sessions, cast, Choice.WAITING)
    told = row(sessions, rec)
    assert "1380000" not in told.doc
    sealed = orjson.loads(told.sealed)
    assert cast.keys.open(rec, "people/phone", sealed["people/phone"]) == "13800000002"
    with sessions() as session:
        kept = session.scalars(select(Revision.changes)).all()
    assert not any("1380000" in text for text in kept) and count(sessions, Conflict) == 1


def test_a_persons_later_edits_of_what_was_settled_apply(sessions: Sessions, cast: Cast) -> None:
    register_quarrel(sessions, cast)
    judge(sessions, cast, Choice.OTHER, value="rain")
    seen = {cast.unit: row(sessions, cast.unit).version}
    line = ops.op(ids.new(), 9, values=ops.visit(cast.unit, living__water_source="tap"), seen=seen)
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "applied"
    assert record(sessions, cast.unit)["set"]["water_source"] == "tap"
