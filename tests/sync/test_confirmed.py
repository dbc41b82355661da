"""`confirmed`: the person looked at a value and said that it is unchanged."""

import orjson
from sqlalchemy import select

from store import ids
from store.conflicts import Conflict
from store.records import Revision
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, record, row, send

WATER = "living/water_source"


def first(sessions: Sessions, cast: Cast) -> str:
    rec = ids.new()
    told = ops.visit(cast.unit, living__water_source="open_well", income__wage=1)
    send(sessions, cast, "alice", ops.op(rec, 1, values=told))
    return rec


def moved(sessions: Sessions, cast: Cast) -> None:
    line = ops.op(ids.new(), 1, values=ops.visit(cast.unit, living__water_source="tap"))
    send(sessions, cast, "bob", line | {"seen": {cast.unit: 1}})


def said(sessions: Sessions, rec: str, op: str) -> list[str]:
    with sessions() as session:
        query = select(Revision.confirmed).where(Revision.rec == rec, Revision.op == op)
        return list(orjson.loads(session.scalars(query).one()))


def test_what_is_unchanged_indeed_is_kept_in_the_history_only(
    sessions: Sessions, cast: Cast
) -> None:
    first(sessions, cast)
    before = row(sessions, cast.unit)
    told = ops.visit(cast.unit, living__water_source="open_well")
    line = ops.op(ids.new(), 2, values=told, confirmed=[WATER]) | {"seen": {cast.unit: 1}}
    [answer] = send(sessions, cast, "alice", line)
    assert answer["result"] == "applied" and row(sessions, cast.unit).version == before.version
    assert said(sessions, line["rec"], line["op"]) == [WATER]
    assert said(sessions, cast.unit, line["op"]) == ["water_source"]


def test_a_value_carried_along_overwrites_nothing_but_one_confirmed_disagrees(
    sessions: Sessions, cast: Cast
) -> None:
    first(sessions, cast)
    moved(sessions, cast)
    told = ops.visit(cast.unit, living__water_source="open_well")
    stale = ops.op(ids.new(), 2, values=told) | {"seen": {cast.unit: 1}}
    [answer] = send(sessions, cast, "alice", stale)
    assert answer["result"] == "applied" and count(sessions, Conflict) == 0
    sure = ops.op(ids.new(), 3, values=told, confirmed=[WATER]) | {"seen": {cast.unit: 1}}
    [answer] = send(sessions, cast, "alice", sure)
    assert answer["result"] == "conflict" and answer["paths"] == ["water_source"]
    assert record(sessions, cast.unit)["set"]["water_source"] == "tap"
    with sessions() as session:
        conflict = session.scalars(select(Conflict)).one()
        assert orjson.loads(conflict.waiting) == "open_well" == orjson.loads(conflict.base)


def test_it_need_not_be_sent_again_to_be_confirmed(sessions: Sessions, cast: Cast) -> None:
    first(sessions, cast)
    moved(sessions, cast)
    line = ops.op(ids.new(), 2, values=ops.visit(cast.unit), confirmed=[WATER])
    [answer] = send(sessions, cast, "alice", line | {"seen": {cast.unit: 1}})
    assert answer["result"] == "conflict" and answer["current"] == {"water_source": "tap"}


def test_within_a_visit_it_disagrees_with_anothers_change_never_with_ones_own(
    sessions: Sessions, cast: Cast
) -> None:
    rec = first(sessions, cast)
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 2}))
    [own] = send(sessions, cast, "alice", ops.op(rec, 3, 1, confirmed=["income/wage"]))
    assert own["result"] == "applied" and record(sessions, rec)["set"]["income/wage"] == 2
    [other] = send(sessions, cast, "vera", ops.op(rec, 1, 1, confirmed=["income/wage"]))
    assert other["result"] == "conflict" and other["current"] == {"income/wage": 2}


def test_without_a_known_base_or_an_entity_nothing_is_made_up(
    sessions: Sessions, cast: Cast
) -> None:
    confirmed = [WATER, "people/members[aaaaaaaa]/full_name", "nothing/known"]
    line = ops.op(ids.new(), 1, values=ops.visit(cast.other_unit), confirmed=confirmed)
    [answer] = send(sessions, cast, "charlie", line)
    assert answer["result"] == "applied" and count(sessions, Conflict) == 0
    assert said(sessions, line["rec"], line["op"]) == confirmed
