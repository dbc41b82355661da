"""A phone's copy against the server's: equal after every pull, and mended where it is not."""

from typing import Any

import orjson
import pytest
from sqlalchemy import update

from store import ids
from store.db import begin_snapshot, begin_write
from store.digest import Sum, word
from store.errors import Invalid
from store.records import Record
from store.reviews import Review
from sync import cursor as cursors
from sync.errors import CursorGone, CursorInvalid, DeviceMismatch
from sync.reconcile import Mend, parse, reconcile
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, down, fetch, pair, send, take_role
from verify import review

Copy = dict[str, dict[str, int]]


def visited(sessions: Sessions, cast: Cast, name: str = "alice", **values: Any) -> str:
    rec = ids.new()
    unit = cast.unit if name != "charlie" else cast.other_unit
    send(sessions, cast, name, ops.op(rec, values=ops.visit(unit, **values)))
    return rec


def take_in(copy: Copy, records: list[dict[str, Any]]) -> None:
    for record in records:
        kept = copy.setdefault(record["unit"], {})
        kept.pop(record["id"], None)
        if not record["deleted"]:
            kept[record["id"]] = record["v"]


def figure(records: dict[str, int]) -> Sum:
    return Sum(len(records), sum(word(i, v) for i, v in records.items()) % 2**64)


def copied(sessions: Sessions, cast: Cast, name: str) -> tuple[Copy, str]:
    copy: Copy = {}
    page = fetch(sessions, cast, name)
    take_in(copy, down(page))
    return copy, page.cursor


def ask(sessions: Sessions, cast: Cast, name: str, cursor: str, **more: Any) -> Mend:
    body = {"device": cast.devices[name], "cursor": cursor} | more
    asked = parse(orjson.dumps(body))
    with sessions() as session:
        begin_snapshot(session)
        return reconcile(session, cast.keys, cast.who(session, name), asked)


def figures(copy: Copy) -> dict[str, list[object]]:
    return {u: [len(r), figure(r).hex] for u, r in copy.items()}


@pytest.mark.parametrize("name", ["alice", "bob", "charlie", "dora", "ivan"])
def test_the_last_page_tells_what_the_changed_units_come_to(
    sessions: Sessions, cast: Cast, name: str
) -> None:
    rows = {"people/members": {"aaaaaaaa": {"full_name": "甲"}}}
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit), rows=rows))
    visited(sessions, cast, "charlie")
    copy: Copy = {}
    page = fetch(sessions, cast, name, limit=2)
    take_in(copy, down(page))
    while page.more:
        assert page.digests == {}
        page = fetch(sessions, cast, name, page.cursor, limit=2)
        take_in(copy, down(page))
    assert page.digests == {unit: figure(records) for unit, records in copy.items()}


def test_a_round_that_others_overtook_tells_no_figures(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    page = fetch(sessions, cast, "alice", limit=2)
    visited(sessions, cast)
    while page.more:
        page = fetch(sessions, cast, "alice", page.cursor, limit=2)
    assert page.digests == {}


def test_a_copy_that_is_whole_needs_nothing(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    copy, cursor = copied(sessions, cast, "alice")
    told = ask(sessions, cast, "alice", cursor, digests=figures(copy), complete=True)
    assert not (told.differ or told.behind or told.drop or told.forget or told.records)
    assert not told.mismatched


def test_what_is_lost_stale_or_left_over_is_mended(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    copy, cursor = copied(sessions, cast, "alice")
    stray = ids.new()
    held = dict(copy[cast.unit]) | {cast.unit: 99, stray: 1}
    del held[rec]
    told = ask(sessions, cast, "alice", cursor, digests=figures({cast.unit: held}))
    assert told.differ == [cast.unit] and not told.mismatched
    told = ask(sessions, cast, "alice", cursor, held={cast.unit: held})
    assert {orjson.loads(r)["id"] for r in told.records} == {rec, cast.unit}
    assert told.forget == [stray] and told.mismatched == [cast.unit] and not told.more


def test_a_unit_that_the_phone_does_not_know_of_differs_when_it_tells_all(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    _, cursor = copied(sessions, cast, "alice")
    assert ask(sessions, cast, "alice", cursor, complete=True).differ == sorted(
        [cast.unit, "common"]
    )
    assert ask(sessions, cast, "alice", cursor).differ == []


def test_a_phone_behind_the_feed_is_asked_to_pull_and_not_blamed(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    copy, cursor = copied(sessions, cast, "alice")
    visited(sessions, cast)
    told = ask(sessions, cast, "alice", cursor, held=copy)
    assert told.behind == [cast.unit] and not told.records and not told.mismatched


def test_between_two_pages_nothing_is_compared(sessions: Sessions, cast: Cast) -> None:
    visited(sessions, cast)
    page = fetch(sessions, cast, "alice", limit=2)
    told = ask(sessions, cast, "alice", page.cursor, held={cast.unit: {}})
    assert told.behind == [cast.unit] and not told.mismatched


def test_what_is_not_mine_is_dropped_and_told_nothing_of(sessions: Sessions, cast: Cast) -> None:
    rec = visited(sessions, cast)
    _, cursor = copied(sessions, cast, "charlie")
    told = ask(sessions, cast, "charlie", cursor, held={cast.unit: {rec: 1}})
    assert told.drop == [cast.unit] and not told.records and not told.forget


def test_a_household_that_came_into_scope_since_is_pulled_first(
    sessions: Sessions, cast: Cast
) -> None:
    visited(sessions, cast)
    _, cursor = copied(sessions, cast, "charlie")
    pair(sessions, cast, cast.unit, "charlie")
    told = ask(sessions, cast, "charlie", cursor, complete=True)
    assert told.behind == [cast.unit]


def test_a_visit_once_returned_stays_with_the_household_for_good(
    sessions: Sessions, cast: Cast
) -> None:
    """Whether a phone asked while it was returned or after makes no difference to its copy."""
    rec = visited(sessions, cast)
    pair(sessions, cast, cast.unit, "charlie")
    with sessions() as session:
        begin_write(session)
        review.send_back(session, cast.users["dora"], rec, 1, "请核对", {})
        session.commit()
    early, cursor = copied(sessions, cast, "charlie")
    send(sessions, cast, "charlie", ops.op(rec, 1, 1, values={"income/wage": 3}))
    page = fetch(sessions, cast, "charlie", cursor)
    take_in(early, down(page))
    late, _ = copied(sessions, cast, "charlie")
    assert early == late and rec in late[cast.unit] and count(sessions, Review) == 1
    assert page.digests[cast.unit] == figure(late[cast.unit])
    take_role(sessions, cast, "alice")


def test_many_records_are_mended_over_several_answers(sessions: Sessions, cast: Cast) -> None:
    lines = [ops.op(ids.new(), n, values=ops.visit(cast.unit)) for n in range(1, 260)]
    send(sessions, cast, "alice", *lines)
    copy, cursor = copied(sessions, cast, "alice")
    page = fetch(sessions, cast, "alice", cursor)
    take_in(copy, down(page))
    held: dict[str, int] = {}
    told = ask(sessions, cast, "alice", page.cursor, held={cast.unit: held})
    assert told.more and len(told.records) == 500
    for record in map(orjson.loads, told.records):
        held[record["id"]] = record["v"]
    told = ask(sessions, cast, "alice", page.cursor, held={cast.unit: held})
    assert not told.more and len(held) + len(told.records) == 259 * 2 + 2


def test_a_lost_record_in_the_kept_digest_is_seen(sessions: Sessions, cast: Cast) -> None:
    """A row set back behind the digest's back is what the figure is for."""
    rec = visited(sessions, cast)
    with sessions() as session:
        begin_write(session)
        session.execute(update(Record).where(Record.id == rec).values(version=7))
        session.commit()
    page = fetch(sessions, cast, "alice")
    copy: Copy = {}
    take_in(copy, down(page))
    assert page.digests[cast.unit] != figure(copy[cast.unit])


def test_the_sender_and_the_cursor_must_be_true(sessions: Sessions, cast: Cast) -> None:
    _, cursor = copied(sessions, cast, "alice")
    with pytest.raises(DeviceMismatch):
        ask(sessions, cast, "alice", cursor, device=cast.devices["bob"])
    with pytest.raises(CursorInvalid):
        ask(sessions, cast, "bob", cursor)
    other = cursors.write(cast.keys, cast.users["alice"], cursors.Cursor("e", 1, 1, 0))
    with pytest.raises(CursorGone):
        ask(sessions, cast, "alice", other)


@pytest.mark.parametrize(
    "more",
    [
        {"digests": {"common": [1]}},
        {"digests": {"common": [1, "xyz"]}},
        {"digests": {"common": [-1, "0" * 16]}},
        {"held": {"nonsense": {}}},
        {"held": {"common": {ids.new(): 1 for _ in range(5001)}}},
        {"digests": {ids.new(): [1, "0" * 16] for _ in range(1001)}},
        {"cursor": ""},
        {"complete": 1},
    ],
)
def test_what_has_another_shape_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse(orjson.dumps({"device": ids.new(), "cursor": "x"} | more))
