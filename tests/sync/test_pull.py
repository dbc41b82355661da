"""The feed as a phone follows it: no gaps, resumable, signed, of this history only."""

import base64

import orjson
import pytest
from sqlalchemy import select

from forms.pack import Pack
from store import feed, ids
from store.accounts import Device
from store.db import begin_snapshot, begin_write
from store.feed import Meta
from store.records import Record
from store.seal import Keyring
from sync import cursor as cursors
from sync.cursor import Cursor
from sync.errors import CursorGone, CursorInvalid
from sync.pull import pull
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, down, fetch, ids_of, send


def set_meta(sessions: Sessions, key: str, value: str) -> None:
    with sessions() as session:
        begin_write(session)
        session.merge(Meta(key=key, value=value))
        session.commit()


def test_a_first_pull_says_how_much_is_to_come(sessions: Sessions, cast: Cast, pack: Pack) -> None:
    send(
        sessions, cast, "alice", *(ops.op(ids.new(), values=ops.visit(cast.unit)) for _ in "12345")
    )
    page = fetch(sessions, cast, "alice", limit=2)
    assert page.total == 12 + len(pack.forms) and page.more and len(page.records) == 2
    assert fetch(sessions, cast, "alice", page.cursor, limit=2).total is None


def test_nothing_new_is_an_empty_page_and_keeps_its_place(sessions: Sessions, cast: Cast) -> None:
    page = fetch(sessions, cast, "alice")
    again = fetch(sessions, cast, "alice", page.cursor)
    assert again.empty and not again.drop
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit)))
    assert rec in ids_of(fetch(sessions, cast, "alice", again.cursor))


def test_what_changes_between_pages_comes_after_them_and_nothing_is_lost(
    sessions: Sessions, cast: Cast
) -> None:
    recs = [ids.new() for _ in range(6)]
    send(sessions, cast, "alice", *(ops.op(rec, values=ops.visit(cast.unit)) for rec in recs))
    start = fetch(sessions, cast, "alice")
    send(sessions, cast, "alice", *(ops.op(r, 2, 1, values={"income/wage": 1}) for r in recs))
    first = fetch(sessions, cast, "alice", start.cursor, limit=2)
    send(sessions, cast, "alice", ops.op(recs[-1], 3, 2, values={"income/wage": 2}))
    latest = {record["id"]: record for record in down(first)}
    page = first
    while page.more:
        page = fetch(sessions, cast, "alice", page.cursor, limit=2)
        latest |= {record["id"]: record for record in down(page)}
    latest |= {r["id"]: r for r in down(fetch(sessions, cast, "alice", page.cursor))}
    assert set(recs) <= latest.keys()
    assert latest[recs[-1]]["doc"]["set"]["income/wage"] == 2


def test_a_round_whose_rest_has_moved_on_comes_to_its_end(sessions: Sessions, cast: Cast) -> None:
    """A phone was cut off between two pages; everything that was left changes before it asks."""
    start = fetch(sessions, cast, "alice")
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit)))
    first = fetch(sessions, cast, "alice", start.cursor, limit=1)
    sent = down(first)[-1]["seq"]
    with sessions() as session:
        begin_write(session)
        left = list(session.scalars(select(Record).where(Record.seq > sent).order_by(Record.seq)))
        position = feed.take(session, len(left))
        for number, row in enumerate(left):
            row.seq = position + number
        session.commit()
    last = fetch(sessions, cast, "alice", first.cursor, limit=1)
    assert last.records == [] and not last.more
    assert not last.empty and last.cursor != first.cursor, "the phone must leave the old cursor"
    rest = fetch(sessions, cast, "alice", last.cursor)
    assert {row.id for row in left} == ids_of(rest)


def test_a_page_fetched_twice_is_the_same_page(sessions: Sessions, cast: Cast) -> None:
    send(sessions, cast, "alice", *(ops.op(ids.new(), values=ops.visit(cast.unit)) for _ in "1234"))
    first = fetch(sessions, cast, "alice", limit=3)
    one, two = (fetch(sessions, cast, "alice", first.cursor, limit=3) for _ in "12")
    assert (one.records, one.cursor, one.more) == (two.records, two.cursor, two.more)


def test_any_older_cursor_leads_to_the_same_state(sessions: Sessions, cast: Cast) -> None:
    rec, cursors_ = ids.new(), [""]
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit)))
    for n in range(2, 6):
        cursors_.append(fetch(sessions, cast, "alice").cursor)
        send(sessions, cast, "alice", ops.op(rec, n, n - 1, values={"income/wage": n}))
    seen = [{r["id"]: r for r in down(fetch(sessions, cast, "alice", c or None))} for c in cursors_]
    assert all(state[rec] == seen[0][rec] for state in seen)


@pytest.mark.parametrize("limit", [-5, 0, 1, 10**9])
def test_any_limit_is_brought_within_bounds(sessions: Sessions, cast: Cast, limit: int) -> None:
    send(sessions, cast, "alice", *(ops.op(ids.new(), values=ops.visit(cast.unit)) for _ in "12"))
    assert 1 <= len(fetch(sessions, cast, "alice", limit=limit).records) <= 500


def tampered(text: str) -> list[str]:
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    later = raw[:-1] + bytes([raw[-1] ^ 1])
    other = base64.urlsafe_b64encode(later).decode().rstrip("=")
    return ["x", "é", "%%%%", "a" * 5000, text[:-2], text + "AA", "!" + text, other, "AAAA" + text]


def test_a_cursor_that_was_not_given_is_refused(sessions: Sessions, cast: Cast) -> None:
    good = fetch(sessions, cast, "alice").cursor
    for bad in tampered(good):
        with pytest.raises(CursorInvalid):
            fetch(sessions, cast, "alice", bad)
    with pytest.raises(CursorInvalid):
        fetch(sessions, cast, "bob", good)


def test_a_cursor_of_another_server_is_refused(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_snapshot(session)
        foreign = Cursor(feed.epoch(session), 1, 1, 0)
        text = cursors.write(Keyring("another secret"), cast.users["alice"], foreign)
        with pytest.raises(CursorInvalid):
            pull(session, cast.keys, cast.who(session, "alice"), text, 10)


def test_another_epoch_ends_a_cursor_and_says_what_to_reset(sessions: Sessions, cast: Cast) -> None:
    cursor = fetch(sessions, cast, "alice").cursor
    set_meta(sessions, "epoch", ids.new())
    with pytest.raises(CursorGone) as gone:
        fetch(sessions, cast, "alice", cursor)
    assert gone.value.fields == {"reset": "all"}


def test_a_cursor_ahead_of_this_history_ends(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_snapshot(session)
        ahead = feed.head(session) + 1
        text = cursors.write(
            cast.keys, cast.users["alice"], Cursor(feed.epoch(session), ahead, ahead, 0)
        )
    with pytest.raises(CursorGone):
        fetch(sessions, cast, "alice", text)


def test_below_the_floor_a_cursor_ends_and_above_it_goes_on(sessions: Sessions, cast: Cast) -> None:
    old = fetch(sessions, cast, "alice").cursor
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit)))
    new = fetch(sessions, cast, "alice").cursor
    with sessions() as session:
        head = feed.head(session)
    set_meta(sessions, "floor", str(head))
    with pytest.raises(CursorGone) as gone:
        fetch(sessions, cast, "alice", old)
    assert gone.value.fields == {"reset": "all"}
    assert fetch(sessions, cast, "alice", new).empty
    assert fetch(sessions, cast, "alice").records


def test_a_deleted_person_is_told_to_phones_that_know_them_only(
    sessions: Sessions, cast: Cast
) -> None:
    rec = ids.new()
    rows = {"people/members": {"aaaaaaaa": {"full_name": "甲"}}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=rows))
    member = ids.derived(rec, "people/members[aaaaaaaa]")
    known = fetch(sessions, cast, "alice").cursor
    gone = {"del": ["people/members[aaaaaaaa]"]}
    send(sessions, cast, "alice", ops.op(rec, 2, 1, values={}, **gone))
    [told] = [r for r in down(fetch(sessions, cast, "alice", known)) if r["id"] == member]
    assert told["deleted"]
    assert member not in ids_of(fetch(sessions, cast, "alice"))


def test_a_pull_writes_nothing(sessions: Sessions, cast: Cast) -> None:
    def everything() -> dict[str, list[str]]:
        with sessions() as session:
            tables = Record.metadata.sorted_tables
            return {t.name: sorted(str(r) for r in session.execute(t.select())) for t in tables}

    before = everything()
    fetch(sessions, cast, "alice")
    assert everything() == before


def test_a_push_notes_contact_and_clock(sessions: Sessions, cast: Cast) -> None:
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit)))
    with sessions() as session:
        phone = session.get_one(Device, cast.devices["alice"])
        assert phone.last_seen_at is not None
        assert phone.clock_offset is not None and abs(phone.clock_offset) < 60
        assert session.get_one(Device, cast.devices["bob"]).last_seen_at is None


def test_records_come_in_feed_order(sessions: Sessions, cast: Cast) -> None:
    send(sessions, cast, "alice", *(ops.op(ids.new(), values=ops.visit(cast.unit)) for _ in "123"))
    seqs = [orjson.loads(r)["seq"] for r in fetch(sessions, cast, "alice").records]
    assert seqs == sorted(seqs) and len(set(seqs)) == len(seqs)


def test_a_first_pull_of_many_pages_comes_to_its_end_after_a_purge(
    sessions: Sessions, cast: Cast
) -> None:
    """Between its pages it has no position yet; it knows what was gone when it began."""
    send(sessions, cast, "alice", *(ops.op(ids.new(), values=ops.visit(cast.unit)) for _ in "1234"))
    with sessions() as session:
        head = feed.head(session)
    set_meta(sessions, "floor", str(head))
    first = fetch(sessions, cast, "alice", limit=3)
    assert first.more and fetch(sessions, cast, "alice", first.cursor, limit=3).records
    send(sessions, cast, "alice", ops.op(ids.new(), values=ops.visit(cast.unit)))
    set_meta(sessions, "floor", str(head + 1))
    with pytest.raises(CursorGone):
        fetch(sessions, cast, "alice", first.cursor, limit=3)
