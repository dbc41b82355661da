"""What was deleted half a year ago is forgotten; who was away longer pulls everything anew."""

import orjson
import pytest
from sqlalchemy import select, update

from jobs import run
from jobs.context import Context
from store import clock, digest, feed, ids, outbox
from store.db import begin_write
from store.feed import FeedMark
from store.outbox import Kind, OutboxRow
from store.units import Assignment
from sync.errors import CursorGone
from sync.reconcile import Ask, reconcile
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, down, fetch, ids_of, pair, row, send

ROW = "people/members[aaaaaaaa]"


def purge(context: Context, version: str) -> None:
    with context.sessions() as session:
        begin_write(session)
        outbox.put(session, Kind.FEED_PURGE, "server", version)
        session.commit()
    run.drain(context)


def age(sessions: Sessions, days: int) -> None:
    with sessions() as session:
        begin_write(session)
        then = clock.after(clock.now(), days=-days)
        session.execute(update(FeedMark).values(at=then))
        session.commit()


def member_gone(sessions: Sessions, cast: Cast) -> str:
    """A member taken off the household; their id."""
    rec, told = ids.new(), {"full_name": "王一", "id_number": "99990119800101001X"}
    rows = {"people/members": {"aaaaaaaa": told}}
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit), rows=rows))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, **{"del": [ROW]}))
    return ids.derived(rec, ROW)


def test_a_deleted_record_goes_down_once_and_is_emptied_half_a_year_later(
    context: Context, sessions: Sessions, cast: Cast
) -> None:
    first = fetch(sessions, cast, "alice")
    member = member_gone(sessions, cast)
    page = fetch(sessions, cast, "alice", first.cursor)
    assert [r["deleted"] for r in down(page) if r["id"] == member] == [True]
    purge(context, "today")
    assert "王一" in row(sessions, member).doc
    age(sessions, 181)
    purge(context, "later")
    kept = row(sessions, member)
    assert kept.doc == '{"set":{},"rows":{}}' and kept.sealed == "{}" and kept.deleted
    assert orjson.loads(kept.fver)["d"]
    with pytest.raises(CursorGone) as gone:
        fetch(sessions, cast, "alice", first.cursor)
    assert gone.value.fields == {"reset": "all"}
    assert member not in ids_of(fetch(sessions, cast, "alice", page.cursor))
    with sessions() as session:
        assert digest.kept(session) == digest.reckoned(session)


def test_at_179_days_nothing_is_forgotten(context: Context, sessions: Sessions, cast: Cast) -> None:
    first = fetch(sessions, cast, "alice")
    member = member_gone(sessions, cast)
    purge(context, "today")
    age(sessions, 179)
    purge(context, "later")
    assert "王一" in row(sessions, member).doc
    assert member in {r["id"] for r in down(fetch(sessions, cast, "alice", first.cursor))}


def test_ended_pairings_go_and_raise_the_floor(
    context: Context, sessions: Sessions, cast: Cast
) -> None:
    old = fetch(sessions, cast, "alice")
    pair(sessions, cast, cast.unit, "charlie")
    fresh = fetch(sessions, cast, "alice", old.cursor)
    purge(context, "today")
    age(sessions, 200)
    purge(context, "later")
    with sessions() as session:
        ended = select(Assignment.id).where(Assignment.ended_seq.is_not(None))
        assert session.scalars(ended).all() == [] and feed.floor(session) > 0
    with pytest.raises(CursorGone):
        fetch(sessions, cast, "alice", old.cursor)
    assert fetch(sessions, cast, "alice", fresh.cursor).empty
    ask = Ask(device=cast.devices["alice"], cursor=old.cursor)
    with sessions() as session, pytest.raises(CursorGone):
        reconcile(session, cast.keys, cast.who(session, "alice"), ask)


def test_where_nothing_goes_no_phone_has_to_begin_anew(
    context: Context, sessions: Sessions, cast: Cast
) -> None:
    send(sessions, cast, "alice", ops.op(ids.new(), 1, values=ops.visit(cast.unit)))
    purge(context, "today")
    age(sessions, 400)
    purge(context, "later")
    with sessions() as session:
        assert feed.floor(session) == 0
        planned = session.scalars(
            select(OutboxRow).where(OutboxRow.kind == "feed.purge", OutboxRow.state == "pending")
        ).all()
        assert [p.version for p in planned] == [clock.after(clock.now(), days=1)[:10]]


def test_a_late_edit_of_somebody_long_gone_is_kept_for_a_person(
    context: Context, sessions: Sessions, cast: Cast
) -> None:
    member = member_gone(sessions, cast)
    purge(context, "today")
    age(sessions, 181)
    purge(context, "later")
    rows = {"people/members": {"bbbbbbbb": {"person": member, "full_name": "王壹"}}}
    line = ops.op(ids.new(), 1, values=ops.visit(cast.unit), rows=rows, seen={member: 1})
    [told] = send(sessions, cast, "bob", line)
    assert told["result"] == "conflict" and row(sessions, member).version == 2
