"""Who gets what: reckoned at every request from pairings, places and grants."""

import pytest

from store import clock, hours, ids
from store.areas import Area
from store.db import begin_write
from store.records import Quarantine
from store.reviews import Review
from tests.kit import ops
from tests.kit.cast import EAST, TOWNSHIP, WEST, Cast
from tests.kit.syncing import (
    Sessions,
    count,
    down,
    fetch,
    give_role,
    ids_of,
    move,
    pair,
    row,
    send,
    take_role,
    types_of,
)
from verify import review


def visited(sessions: Sessions, cast: Cast, name: str = "alice", **values: object) -> str:
    rec = ids.new()
    unit = cast.unit if name != "charlie" else cast.other_unit
    send(sessions, cast, name, ops.op(rec, values=ops.visit(unit, **values)))
    return rec


def returned(sessions: Sessions, cast: Cast, rec: str) -> None:
    with sessions() as session:
        begin_write(session)
        review.send_back(session, cast.users["dora"], rec, 1, "请补照片", {})
        session.commit()


SEEN = {
    "alice": {"form", "household", "member", "summary", "submission", "status"},
    "bob": {"form", "household", "member", "summary"},
    "vera": {"form", "household", "member", "summary"},
    "dora": {"form", "household", "member", "summary"},
    "cora": {"form", "household", "member", "summary"},
    "ivan": {"form", "household", "member", "summary"},
    "charlie": {"form"},
}


@pytest.mark.parametrize("name", SEEN)
def test_each_role_gets_its_own_kinds_of_record(sessions: Sessions, cast: Cast, name: str) -> None:
    rows = {"people/members": {"aaaaaaaa": {"full_name": "甲", "id_number": "1"}}}
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit), rows=rows))
    page = fetch(sessions, cast, name)
    assert types_of(page) == SEEN[name]
    units = {r["unit"] for r in down(page)}
    assert units == ({"common", cast.unit} if name != "charlie" else {"common"})


def test_sealed_values_open_for_those_paired_with_the_household_only(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast, people__phone="13800138000")
    for name in SEEN:
        opened = b"13800138000" in b"".join(fetch(sessions, cast, name).records)
        assert opened == (name == "alice"), name
    pair(sessions, cast, cast.unit, "charlie")
    assert b"13800138000" in b"".join(fetch(sessions, cast, "charlie").records)
    assert b"13800138000" not in b"".join(fetch(sessions, cast, "alice").records)


def test_a_household_that_comes_into_scope_is_sent_whole_however_old(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    for _ in range(3):
        visited(sessions, cast, "charlie")
    known = fetch(sessions, cast, "charlie")
    assert cast.unit not in ids_of(known)
    pair(sessions, cast, cast.unit, "charlie")
    page = fetch(sessions, cast, "charlie", known.cursor)
    assert {r["type"] for r in down(page)} == {"household", "summary"}
    assert {r["unit"] for r in down(page)} == {cast.unit} and not page.drop
    assert fetch(sessions, cast, "charlie", page.cursor).empty


def test_a_whole_household_comes_in_pages_too(sessions: Sessions, cast: Cast) -> None:
    rows = {"people/members": {f"aaaaaaa{i}": {"full_name": "甲"} for i in range(7)}}
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit), rows=rows))
    page = fetch(sessions, cast, "charlie")
    pair(sessions, cast, cast.unit, "charlie")
    got, more = set(), True
    while more:
        page = fetch(sessions, cast, "charlie", page.cursor, limit=2)
        got |= ids_of(page)
        more = page.more
    assert len(got) == 9


def test_a_household_that_leaves_scope_is_dropped_once(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    known = fetch(sessions, cast, "alice")
    pair(sessions, cast, cast.unit, "charlie")
    page = fetch(sessions, cast, "alice", known.cursor)
    assert page.drop == [cast.unit] and not page.records
    assert fetch(sessions, cast, "alice", page.cursor).empty
    assert not {rec, cast.unit} & ids_of(fetch(sessions, cast, "alice"))


def test_a_household_moved_elsewhere_leaves_one_area_and_enters_the_other(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    give_role(sessions, cast, "charlie", "village_worker", WEST)
    bob, charlie = fetch(sessions, cast, "bob"), fetch(sessions, cast, "charlie")
    dora = fetch(sessions, cast, "dora")
    move(sessions, cast.unit, WEST)
    assert fetch(sessions, cast, "bob", bob.cursor).drop == [cast.unit]
    assert cast.unit in ids_of(fetch(sessions, cast, "charlie", charlie.cursor))
    assert not fetch(sessions, cast, "dora", dora.cursor).drop


def test_a_grant_that_begins_or_ends_moves_all_its_households(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    visited(sessions, cast, "charlie")
    bob = fetch(sessions, cast, "bob")
    give_role(sessions, cast, "bob", "village_worker", WEST)
    wider = fetch(sessions, cast, "bob", bob.cursor)
    assert {r["unit"] for r in down(wider)} == {cast.other_unit}
    take_role(sessions, cast, "bob")
    assert set(fetch(sessions, cast, "bob", wider.cursor).drop) == {cast.unit, cast.other_unit}


def test_a_household_moved_away_before_its_grant_ended_is_dropped(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    bob = fetch(sessions, cast, "bob")
    move(sessions, cast.unit, WEST)
    take_role(sessions, cast, "bob")
    assert fetch(sessions, cast, "bob", bob.cursor).drop == [cast.unit]


def test_a_cadre_without_a_role_loses_the_paired_households_and_may_get_them_back(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    known = fetch(sessions, cast, "alice")
    take_role(sessions, cast, "alice")
    page = fetch(sessions, cast, "alice", known.cursor)
    assert page.drop == [cast.unit]
    give_role(sessions, cast, "alice", "cadre", EAST)
    back = fetch(sessions, cast, "alice", page.cursor)
    assert cast.unit in ids_of(back) and not back.drop


def test_a_returned_visit_goes_to_whom_the_household_is_paired_with(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, people__phone="13800138000")
    pair(sessions, cast, cast.unit, "charlie")
    known = fetch(sessions, cast, "charlie")
    assert rec not in ids_of(known)
    returned(sessions, cast, rec)
    page = fetch(sessions, cast, "charlie", known.cursor)
    assert {"submission", "status"} <= types_of(page)
    [told] = [r for r in down(page) if r["type"] == "status"]
    assert told["doc"]["state"] == "returned" and told["doc"]["reason"] == "请补照片"


def test_whoever_mended_a_returned_visit_hears_what_became_of_it(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, "bob")
    returned(sessions, cast, rec)
    known = fetch(sessions, cast, "alice")
    send(sessions, cast, "alice", ops.op(rec, 9, 1, values={"income/wage": 2}))
    page = fetch(sessions, cast, "alice", known.cursor)
    [told] = [r for r in down(page) if r["type"] == "status"]
    assert told["doc"]["state"] == "received" and rec in ids_of(page)
    fresh = {r["id"]: r["v"] for r in down(fetch(sessions, cast, "alice"))}
    assert rec in fresh and told["id"] in fresh


def test_a_visit_returned_before_the_pairing_changed_goes_to_the_new_person(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    returned(sessions, cast, rec)
    known = fetch(sessions, cast, "charlie")
    pair(sessions, cast, cast.unit, "charlie")
    assert rec in ids_of(fetch(sessions, cast, "charlie", known.cursor))


def test_ops_after_losing_the_household_are_late_and_told_nothing_new(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast, income__wage=1)
    pair(sessions, cast, cast.unit, "charlie")
    send(sessions, cast, "bob", ops.op(rec, 1, 1, values={"income/wage": 2}))
    late = ops.op(rec, 2, 1, values={"income/wage": 3}, seen={cast.unit: 1})
    send(sessions, cast, "charlie", ops.op(rec, 1, 2, values={"income/wage": 4}))
    [line] = send(sessions, cast, "alice", late)
    assert line["result"] == "conflict" and line["late"] and "current" not in line


def test_ops_after_losing_the_role_are_late(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    take_role(sessions, cast, "alice")
    line = ops.op(ids.new(), 2, values=ops.visit(cast.unit), seen={cast.unit: 1})
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "applied" and told["late"]


def test_a_village_worker_whose_household_moved_away_is_late(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    move(sessions, cast.unit, WEST)
    line = ops.op(ids.new(), 1, values=ops.visit(cast.unit), seen={cast.unit: 1})
    [told] = send(sessions, cast, "bob", line)
    assert told["result"] == "applied" and told["late"]


def test_a_household_that_was_lost_before_the_base_was_seen_is_out_of_scope(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    pair(sessions, cast, cast.unit, "charlie")
    rec = ids.new()
    send(sessions, cast, "charlie", ops.op(rec, values=ops.visit(cast.unit, income__wage=7)))
    line = ops.op(ids.new(), 2, values=ops.visit(cast.unit), seen={cast.unit: 2})
    [told] = send(sessions, cast, "alice", line)
    assert (told["result"], told["why"]) == ("quarantined", "out_of_scope")


def test_a_household_that_came_here_after_the_grant_had_ended_was_never_theirs(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast, "charlie")
    take_role(sessions, cast, "bob")
    move(sessions, cast.other_unit, EAST)
    move(sessions, cast.other_unit, WEST)
    [told] = send(sessions, cast, "bob", ops.op(ids.new(), values=ops.visit(cast.other_unit)))
    assert told["why"] == "out_of_scope"


@pytest.mark.parametrize("name", ["charlie", "ivan"])
def test_what_was_never_in_scope_waits_apart_and_changes_nothing(
    sessions: Sessions, cast: Cast, name: str
) -> None:
    rec = visited(sessions, cast, income__wage=1)
    before = row(sessions, rec)
    lines = [
        ops.op(rec, 1, 1, values={"income/wage": 9}),
        ops.op(ids.new(), 2, values=ops.visit(cast.unit, income__wage=9)),
    ]
    answers = send(sessions, cast, name, *lines)
    assert [(a["result"], a["why"]) for a in answers] == [("quarantined", "out_of_scope")] * 2
    assert not any({"current", "paths", "v", "entities"} & a.keys() for a in answers)
    assert row(sessions, rec).doc == before.doc and row(sessions, rec).seq == before.seq
    assert count(sessions, Quarantine) == 2 and count(sessions, Review) == 0


def test_a_stranger_to_every_area_gets_the_forms_only(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    take_role(sessions, cast, "bob")
    assert types_of(fetch(sessions, cast, "bob")) == {"form"}
    give_role(sessions, cast, "bob", "inspector", TOWNSHIP)
    assert cast.unit in ids_of(fetch(sessions, cast, "bob"))


def test_hours_come_with_a_grant_and_go_with_its_end(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    with sessions() as session:
        begin_write(session)
        area = session.get_one(Area, WEST)
        hours.put(session, WEST, "2026-01-01", ["12:00"], None, clock.now())
        assert hours.announce(session, area, "2026-11-24", "Asia/Shanghai")
        session.commit()
    before = fetch(sessions, cast, "bob")
    assert "office" not in types_of(before)
    give_role(sessions, cast, "bob", "village_worker", WEST)
    page = fetch(sessions, cast, "bob", before.cursor)
    assert "office" in types_of(page)
    take_role(sessions, cast, "bob")
    assert f"place:{WEST}" in fetch(sessions, cast, "bob", page.cursor).drop
