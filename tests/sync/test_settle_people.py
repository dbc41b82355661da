"""Quarrels about a whole person: kept, taken off, or brought back."""

from typing import Any

import orjson
import pytest

from store import digest, ids
from sync.settle import Choice
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, down, fetch, row, send
from tests.sync.test_settle import ROW, conflicts, judge


def person(sessions: Sessions, cast: Cast) -> tuple[str, str]:
    """(Alice's visit, the member that its row made)."""
    rec = ids.new()
    rows = {"people/members": {"aaaaaaaa": {"full_name": "王一", "relation": "01"}}}
    send(sessions, cast, "alice", ops.op(rec, 1, values=ops.visit(cast.unit), rows=rows))
    return rec, ids.derived(rec, ROW)


def edited(cast: Cast, member: str, name: str) -> dict[str, Any]:
    """A visit that names the member as it was at version 1."""
    rows = {"people/members": {"bbbbbbbb": {"person": member, "full_name": name}}}
    return ops.op(ids.new(), 1, values=ops.visit(cast.unit), rows=rows, seen={member: 1})


@pytest.mark.parametrize(("choice", "gone"), [(Choice.STANDING, False), (Choice.WAITING, True)])
def test_a_person_edited_meanwhile_is_kept_or_taken_off_the_household(
    sessions: Sessions, cast: Cast, choice: Choice, gone: bool
) -> None:
    rec, member = person(sessions, cast)
    send(sessions, cast, "bob", edited(cast, member, "王壹"))
    line = ops.op(rec, 2, 1, seen={member: 1}, **{"del": [ROW]})
    [told] = send(sessions, cast, "alice", line)
    assert told["result"] == "conflict" and told["paths"] == [""]
    judge(sessions, cast, choice)
    assert row(sessions, member).deleted is gone and not conflicts(sessions)
    with sessions() as session:
        assert digest.kept(session) == digest.reckoned(session)


def test_a_person_taken_off_and_edited_by_another_may_come_back_whole(
    sessions: Sessions, cast: Cast
) -> None:
    rec, member = person(sessions, cast)
    send(sessions, cast, "alice", ops.op(rec, 2, 1, seen={member: 1}, **{"del": [ROW]}))
    [told] = send(sessions, cast, "bob", edited(cast, member, "王壹"))
    assert told["result"] == "conflict" and row(sessions, member).deleted
    judge(sessions, cast, Choice.WAITING)
    back = row(sessions, member)
    assert not back.deleted
    assert orjson.loads(back.doc)["set"] == {"full_name": "王壹", "relation": "01"}
    assert member in {r["id"] for r in down(fetch(sessions, cast, "bob"))}
    with sessions() as session:
        assert digest.kept(session) == digest.reckoned(session)
