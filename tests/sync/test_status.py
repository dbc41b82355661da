"""What the server says of a visit is a record of its own: the visit's version never moves by it."""

from store import feed, ids, status
from store.db import begin_write
from store.records import VisitState
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, down, fetch, row, send
from verify import review


def visited(sessions: Sessions, cast: Cast) -> str:
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit)))
    return rec


def test_an_approval_reaches_the_author_without_raising_the_version(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    known = fetch(sessions, cast, "alice")
    before = row(sessions, rec)
    with sessions() as session:
        begin_write(session)
        review.approve(session, cast.users["dora"], rec, 1)
        session.commit()
    after = row(sessions, rec)
    assert (after.version, after.seq, after.doc) == (before.version, before.seq, before.doc)
    told = {r["type"]: r for r in down(fetch(sessions, cast, "alice", known.cursor))}
    assert set(told) == {"status", "summary"}
    assert told["status"]["doc"]["state"] == VisitState.APPROVED.value
    [line] = send(sessions, cast, "alice", ops.op(rec, 2, 1, values={"income/wage": 1}))
    assert line["result"] == "applied" and line["v"] == 2


def test_status_that_says_the_same_keeps_its_place_in_the_feed(
    sessions: Sessions, cast: Cast
) -> None:
    rec = visited(sessions, cast)
    known = fetch(sessions, cast, "alice")
    with sessions() as session:
        begin_write(session)
        status.lock(session, [rec])
        status.refresh(session, [rec])
        session.commit()
    assert fetch(sessions, cast, "alice", known.cursor).empty


def test_the_head_moves_only_with_what_is_written(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        before = feed.head(session)
    rec = visited(sessions, cast)
    line = ops.op(rec, 2, 1, values={"income/wage": 1})
    send(sessions, cast, "alice", line)
    with sessions() as session:
        after = feed.head(session)
    send(sessions, cast, "alice", line)
    with sessions() as session:
        assert feed.head(session) == after > before
