"""One request, one transaction: twins, crossing writers, a database that is not there."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DataError, IntegrityError

from server.transaction import in_writing, reads
from store import ids
from store.errors import Conflicting, Invalid, NotFound
from store.feed import Meta
from store.records import OpResult, Record, Revision
from tests.kit import ops
from tests.kit.doors import Doors, post, problem
from tests.kit.syncing import Sessions, count

AT_ONCE = 6


def test_the_same_push_many_times_at_once_has_one_effect(doors: Doors) -> None:
    lines = [ops.op(ids.new(), n, values=ops.visit(doors.cast.unit)) for n in range(3)]
    body = ops.raw(doors.cast.devices["alice"], *lines)
    phones = [doors.phone("alice") for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda phone: post(phone, body), phones))
    assert [answer.status_code for answer in answers] == [200] * AT_ONCE
    results = [answer.get_json()["results"] for answer in answers]
    first = [told for told in results if not any("dup" in line for line in told)]
    assert len(first) == 1
    for told in results:
        assert [line | {"dup": True} for line in first[0]] == [x | {"dup": True} for x in told]
    assert count(doors.sessions, OpResult) == 3


def test_phones_that_meet_in_one_household_at_once_are_all_acknowledged(doors: Doors) -> None:
    """All of them make the household's first record: one wins, the others merge into it."""
    names = ["alice", "bob", "vera", "dora", "cora", "ada"]
    rec = {name: ids.new() for name in names}
    phones = {name: doors.phone(name) for name in names}

    def visit(name: str) -> int:
        values = ops.visit(doors.cast.unit, people__head_name="王一")
        rows = {"people/members": {"aaaaaaaa": {"full_name": name}}}
        line = ops.op(rec[name], values=values, rows=rows)
        return doors.push(phones[name], name, line).status_code

    with ThreadPoolExecutor(len(names)) as pool:
        assert list(pool.map(visit, names)) == [200] * len(names)
    with doors.sessions() as session:
        stored = set(session.scalars(select(Record.id).where(Record.type == "submission")))
        assert stored == set(rec.values())
        seqs = session.scalars(select(Record.seq)).all()
        assert len(set(seqs)) == len(seqs)
        assert len(session.scalars(select(Revision.op).distinct()).all()) == len(names)


def test_edits_of_one_visit_at_once_leave_every_value_somewhere(doors: Doors) -> None:
    rec = doors.visit(people__met_name="")
    names = ["alice", "bob", "vera", "dora"]
    phones = {name: doors.phone(name) for name in names}

    def edit(name: str) -> str:
        line = ops.op(rec, 9, 1, values={"people/met_name": name})
        return str(doors.push(phones[name], name, line).get_json()["results"][0]["result"])

    with ThreadPoolExecutor(len(names)) as pool:
        results = sorted(pool.map(edit, names))
    assert results == ["applied", "conflict", "conflict", "conflict"]


def test_a_database_that_fails_acknowledges_and_keeps_nothing(doors: Doors) -> None:
    phone = doors.phone("alice")
    with doors.sessions() as session:
        session.execute(text("DROP TABLE outbox"))
        session.commit()
        sqlite = session.get_bind().dialect.name == "sqlite"
    line = ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    answer = doors.push(phone, "alice", line)
    if sqlite:
        problem(answer, 503, "store_unavailable")
        assert answer.headers["Retry-After"] == "5"
    else:
        problem(answer, 500, "internal_error")
    assert count(doors.sessions, OpResult) == 0 and count(doors.sessions, Revision) == 0


def add(session: Sessions, key: str, value: str) -> None:
    with session() as current:
        in_writing(current, lambda: current.add(Meta(key=key, value=value)))


def test_a_writer_that_still_collides_is_told_of_a_conflict(sessions: Sessions) -> None:
    add(sessions, "a", "1")
    with pytest.raises(Conflicting) as told:
        add(sessions, "a", "2")
    assert isinstance(told.value.__cause__, IntegrityError)
    with sessions() as session:
        assert session.get_one(Meta, "a").value == "1"


def test_a_writer_tries_again_when_somebody_came_first(sessions: Sessions) -> None:
    tries: list[int] = []

    def work() -> str:
        tries.append(1)
        if len(tries) < 3:
            raise IntegrityError("insert", {}, ValueError("twin"))
        current.add(Meta(key="b", value=str(len(tries))))
        return "done"

    with sessions() as current:
        assert in_writing(current, work) == "done"
    with sessions() as session:
        assert session.get_one(Meta, "b").value == "3"


def test_a_refusal_leaves_nothing_behind(sessions: Sessions) -> None:
    def work() -> None:
        current.add(Meta(key="c", value="1"))
        current.flush()
        raise NotFound("no")

    with sessions() as current, pytest.raises(NotFound):
        in_writing(current, work)
    with sessions() as session:
        assert session.get(Meta, "c") is None


def test_a_value_that_no_database_keeps_is_invalid(doors: Doors) -> None:
    def bad() -> None:
        raise DataError("insert", {}, ValueError("NUL"))

    with doors.app.app_context(), doors.sessions() as session:
        with pytest.raises(Invalid):
            in_writing(session, bad)
        with pytest.raises(Invalid):
            reads(bad)()
