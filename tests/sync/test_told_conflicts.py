"""What a phone hears of its conflicts: that they wait, and that somebody settled them."""

from typing import Any

import orjson

from store import digest, ids
from store.status import status_id
from sync.settle import Choice
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, down, fetch, row, send
from tests.sync.test_settle import conflicts, judge, quarrel, register_quarrel


def told(sessions: Sessions, rec: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(row(sessions, status_id(rec)).doc).get(
        "conflicts", []
    )
    return found


def heard(sessions: Sessions, cast: Cast, name: str, cursor: str) -> list[dict[str, Any]]:
    """The statuses of this person's next pull."""
    page = down(fetch(sessions, cast, name, cursor))
    return [record["doc"] for record in page if record["type"] == "status"]


def test_a_value_that_waits_is_told_though_nothing_else_moved(
    sessions: Sessions, cast: Cast
) -> None:
    rec = quarrel(sessions, cast, 36000)
    known = fetch(sessions, cast, "alice")
    send(sessions, cast, "bob", ops.op(rec, 9, 1, values={"income/wage": 42000}))
    [status] = heard(sessions, cast, "alice", known.cursor)
    assert status["conflicts"] == [{"path": "income/wage", "state": "open"}] and status["v"] == 2


def test_a_settled_one_is_told_with_who_when_and_why(sessions: Sessions, cast: Cast) -> None:
    rec = quarrel(sessions, cast, 36000, 42000)
    known = fetch(sessions, cast, "alice")
    closed = judge(sessions, cast, Choice.STANDING)
    [status] = heard(sessions, cast, "alice", known.cursor)
    [line] = status["conflicts"]
    assert line == {
        "path": "income/wage", "state": "settled", "choice": "standing",
        "by": line["by"], "at": closed.settled_at, "reason": "电话核实",
    }  # fmt: skip
    assert line["by"] and row(sessions, rec).version == 2
    with sessions() as session:
        assert digest.kept(session) == digest.reckoned(session)


def test_of_the_register_the_visit_hears_whose_value_waited(sessions: Sessions, cast: Cast) -> None:
    register_quarrel(sessions, cast)
    [waits] = conflicts(sessions)
    known = {name: fetch(sessions, cast, name).cursor for name in ("alice", "bob")}
    judge(sessions, cast, Choice.WAITING)
    [status] = heard(sessions, cast, "bob", known["bob"])
    [line] = status["conflicts"]
    assert (line["path"], line["of"], line["state"]) == ("water_source", cast.unit, "settled")
    assert status["v"] == 1 and waits.rec == cast.unit
    assert heard(sessions, cast, "alice", known["alice"]) == []


def test_what_is_in_conflict_again_is_open_again(sessions: Sessions, cast: Cast) -> None:
    rec = quarrel(sessions, cast, 36000, 42000)
    judge(sessions, cast, Choice.STANDING)
    send(sessions, cast, "vera", ops.op(rec, 9, 1, values={"income/wage": 50000}))
    assert [line["state"] for line in told(sessions, rec)] == ["open"]
    judge(sessions, cast, Choice.WAITING)
    assert [line["state"] for line in told(sessions, rec)] == ["settled"]


def test_neither_a_value_nor_words_about_a_p1_value_are_told(
    sessions: Sessions, cast: Cast
) -> None:
    rec = quarrel(sessions, cast, "13800000001", "13800000002", path="people/phone")
    judge(sessions, cast, Choice.WAITING, reason="应为 13800000002")
    [line] = told(sessions, rec)
    assert line.keys() == {"path", "state", "choice", "by", "at"}
    assert "1380000" not in row(sessions, status_id(rec)).doc


def test_a_whole_person_settled_closes_what_was_about_them(sessions: Sessions, cast: Cast) -> None:
    """Bob takes a row away that Alice edited; its values waited, too."""
    rec = ids.new()
    rows = {"people/members": {"aaaaaaaa": {"full_name": "王一"}}}
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit), rows=rows))
    edit = {"people/members": {"aaaaaaaa": {"full_name": "王壹"}}}
    send(sessions, cast, "alice", ops.op(rec, 2, 1, rows=edit))
    send(sessions, cast, "bob", ops.op(rec, 1, 1, **{"del": ["people/members[aaaaaaaa]"]}))
    before = told(sessions, rec)
    assert ("people/members[aaaaaaaa]", "open") in {(c["path"], c["state"]) for c in before}
    while conflicts(sessions):
        judge(sessions, cast, Choice.WAITING)
    assert {line["state"] for line in told(sessions, rec)} == {"settled"}
