"""Digests are what the records come to, whatever wrote them."""

import hashlib

from sqlalchemy.orm import Session, sessionmaker

from store import clock, digest, ids
from store.db import begin_write
from store.digest import Mismatch, Sum, Tally, UnitDigest
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, send
from verify import review


def test_a_word_is_the_first_eight_bytes_of_the_hash() -> None:
    made = hashlib.sha256(b"abc|7").hexdigest()[:16]
    assert Sum(1, digest.word("abc", 7)).hex == made


def test_sums_go_around_at_two_to_the_64(sessions: sessionmaker[Session]) -> None:
    """No database adds modulo 2^64, and PostgreSQL refuses what is beyond 2^63."""
    names, part = [ids.new() for _ in range(50)], ("unit", "", False)
    with sessions() as session:
        begin_write(session)
        tally = Tally()
        for name in names:
            tally.add(part, name, 3)
        tally.write(session)
        wanted = sum(digest.word(name, 3) for name in names) % 2**64
        assert digest.kept(session) == {part: Sum(50, wanted)}
        gone = Tally()
        for name in names[:49]:
            gone.add(part, name, 3, -1)
        gone.write(session)
        assert digest.kept(session) == {part: Sum(1, digest.word(names[49], 3))}


def test_nothing_changed_writes_nothing(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        begin_write(session)
        tally = Tally()
        tally.add(("unit", "", False), "a", 1)
        tally.add(("unit", "", False), "a", 1, -1)
        tally.write(session)
        assert session.query(UnitDigest).count() == 0


def test_kept_digests_equal_the_records_after_everything_that_stamps(
    sessions: Sessions, cast: Cast
) -> None:
    rec, row = ids.new(), {"people/members": {"aaaaaaaa": {"full_name": "甲"}}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=row))
    send(sessions, cast, "alice", ops.op(rec, 2, 1, **{"del": ["people/members[aaaaaaaa]"]}))
    send(sessions, cast, "bob", ops.op(rec, 1, 2, values={"income/wage": 5}))
    send(sessions, cast, "charlie", ops.op(ids.new(), values=ops.visit(cast.other_unit)))
    with sessions() as session:
        begin_write(session)
        review.send_back(session, cast.users["dora"], rec, 3, "请核对", {})
        session.commit()
        assert digest.kept(session) == digest.reckoned(session)
    send(sessions, cast, "alice", ops.op(rec, 3, 3, values={"income/wage": 6}))
    with sessions() as session:
        begin_write(session)
        review.send_back(session, cast.users["dora"], rec, 4, "请再核对", {})
        session.commit()
        kept = digest.kept(session)
        assert kept == digest.reckoned(session)
        assert (cast.unit, cast.users["alice"], True) in kept


def test_mismatches_are_counted_by_phone_and_unit(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        begin_write(session)
        digest.note(session, "phone", ["b", "a"], clock.now())
        digest.note(session, "phone", ["b"], clock.now())
        digest.note(session, "phone", [], clock.now())
        told = {(m.device, m.unit): m.times for m in session.query(Mismatch)}
    assert told == {("phone", "a"): 1, ("phone", "b"): 2}
