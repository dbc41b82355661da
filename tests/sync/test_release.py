"""Ops that wait or were set aside, let go by a supervisor: id, author and base stay."""

import orjson
import pytest
from sqlalchemy import select

from store import clock, ids
from store.conflicts import Conflict
from store.db import begin_write
from store.errors import NotFound
from store.records import Held, OpResult, Quarantine, Revision
from sync.release import StillUnfit, release
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, pair, record, row, send


def let_go(
    sessions: Sessions, cast: Cast, origin: str, op: str, by: str = "dora"
) -> dict[str, object]:
    with sessions() as session:
        begin_write(session)
        who = cast.who(session, by, office=True)
        done = release(session, cast.keys, who, cast.devices[origin], op, clock.now())
        session.commit()
        return done.answer.told()


def test_a_held_op_goes_in_without_its_predecessor(sessions: Sessions, cast: Cast) -> None:
    rec, lost = ids.new(), ids.new()
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit, income__wage=1)))
    line = ops.op(rec, 3, 1, values={"income/wage": 3}, after=lost)
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "held"
    assert let_go(sessions, cast, "alice", line["op"])["result"] == "applied"
    assert record(sessions, rec)["set"]["income/wage"] == 3 and count(sessions, Held) == 0
    with sessions() as session:
        query = select(Revision).where(Revision.op == line["op"], Revision.rec == rec)
        revision = session.scalars(query).one()
        assert (revision.user_id, revision.origin) == (cast.users["alice"], cast.devices["alice"])
        assert revision.base_v == 1 and "released" in orjson.loads(revision.flags)
    [again] = send(sessions, cast, "alice", line)
    assert again["result"] == "applied" and again["dup"]


def test_what_waited_for_a_released_op_follows_it(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit)))
    first = ops.op(rec, 3, 1, values={"income/wage": 3}, after=ids.new())
    second = ops.op(rec, 4, 1, values={"income/wage": 4}, after=first["op"])
    send(sessions, cast, "alice", first, second)
    assert count(sessions, Held) == 2
    let_go(sessions, cast, "alice", first["op"])
    assert count(sessions, Held) == 0 and record(sessions, rec)["set"]["income/wage"] == 4


def test_a_predecessor_that_comes_after_all_goes_to_the_history(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit)))
    before = ops.op(rec, 2, 1, values={"income/wage": 2})
    line = ops.op(rec, 3, 1, values={"income/wage": 3}, after=before["op"])
    send(sessions, cast, "alice", line)
    let_go(sessions, cast, "alice", line["op"])
    send(sessions, cast, "alice", before)
    assert record(sessions, rec)["set"]["income/wage"] == 3 and count(sessions, Conflict) == 0


def test_an_op_set_aside_for_its_scope_is_merged_as_its_authors_word(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    line = ops.op(rec, 1, values=ops.visit(cast.unit, income__wage=7))
    [told] = send(sessions, cast, "charlie", line)
    assert told["why"] == "out_of_scope"
    assert let_go(sessions, cast, "charlie", line["op"])["result"] == "applied"
    assert row(sessions, rec).author == cast.users["charlie"]
    with sessions() as session:
        kept = session.scalars(select(Quarantine)).one()
        assert kept.released_by == cast.users["dora"] and kept.released_at
        result = session.get_one(OpResult, (cast.devices["charlie"], line["op"]))
        assert result.outcome == "applied"
    [again] = send(sessions, cast, "charlie", line)
    assert again["result"] == "applied" and again["dup"]


def test_a_cadres_word_does_not_become_the_offices_by_being_let_go(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit, income__wage=1)))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 2}))
    line = ops.op(rec, 1, 1, values={"income/wage": 9})
    send(sessions, cast, "charlie", line)
    told = let_go(sessions, cast, "charlie", line["op"])
    assert told["result"] == "conflict" and record(sessions, rec)["set"]["income/wage"] == 2


def test_what_no_form_knows_stays_where_it_is(sessions: Sessions, cast: Cast) -> None:
    line = ops.op(ids.new(), 1, form="nothing", values={"household": cast.unit})
    send(sessions, cast, "alice", line)
    with pytest.raises(StillUnfit):
        let_go(sessions, cast, "alice", line["op"])
    with sessions() as session:
        assert session.scalars(select(Quarantine)).one().released_at is None
        assert session.scalars(select(OpResult)).one().outcome == "quarantined"


def test_it_is_let_go_once_and_only_by_who_reaches_the_household(
    sessions: Sessions, cast: Cast
) -> None:
    line = ops.op(ids.new(), 1, values=ops.visit(cast.other_unit))
    send(sessions, cast, "alice", line)
    with pytest.raises(StillUnfit):
        let_go(sessions, cast, "alice", line["op"], by="vera")
    let_go(sessions, cast, "alice", line["op"])
    with pytest.raises(NotFound):
        let_go(sessions, cast, "alice", line["op"])
    pair(sessions, cast, cast.unit, "alice")
