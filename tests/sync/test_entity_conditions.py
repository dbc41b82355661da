"""A visit writes into the register what its form's `create_if` and `update_if` let it write."""

from typing import Any

import pytest
from sqlalchemy import select

from forms.author import author
from forms.publish import publish
from store import ids
from store.db import begin_write
from store.records import Record
from tests.forms.sheets import xlsform
from tests.forms.test_entities import FORM
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, record, send


@pytest.fixture(autouse=True)
def published(sessions: Sessions, cast: Cast) -> None:
    with sessions() as session:
        begin_write(session)
        publish(session, author(xlsform(FORM)).compiled, None)
        session.commit()


def filled(cast: Cast, n: int = 1, rows: Any = None, **values: Any) -> dict[str, Any]:
    told = {"household": cast.unit} | values
    return ops.op(
        ids.new(), n, values=told, rows={"people": rows or {}}, form="trial", form_v="1",
        seen={cast.unit: 1},
    )  # fmt: skip


def people(sessions: Sessions) -> set[str]:
    with sessions() as session:
        docs = session.scalars(select(Record.doc).where(Record.type == "member"))
        return {doc.partition('full_name":"')[2].partition('"')[0] for doc in docs}


def test_only_rows_that_may_create_become_people(sessions: Sessions, cast: Cast) -> None:
    rows = {
        "aaaaaaaa": {"full_name": "王一", "stays": "yes"},
        "bbbbbbbb": {"full_name": "王二", "stays": "no"},
    }
    op = filled(cast, rows=rows)
    [told] = send(sessions, cast, "alice", op)
    assert told["result"] == "applied"
    assert people(sessions) == {"王一"}
    assert record(sessions, op["rec"])["rows"]["people"]["bbbbbbbb"]["full_name"] == "王二"


def test_a_known_person_is_changed_only_where_the_form_may(sessions: Sessions, cast: Cast) -> None:
    first = filled(cast, rows={"aaaaaaaa": {"full_name": "王一", "stays": "yes"}})
    send(sessions, cast, "alice", first)
    person = ids.derived(first["rec"], "people[aaaaaaaa]")
    for n, stays, name in ((2, "no", "李"), (3, "later", "张")):
        row = {"person": person, "full_name": name, "stays": stays}
        send(sessions, cast, "alice", filled(cast, n, {"cccccccc": row}) | {"seen": {person: 1}})
        assert people(sessions) == {"王一" if stays == "no" else "张"}


def test_a_households_value_waits_for_its_condition(sessions: Sessions, cast: Cast) -> None:
    send(sessions, cast, "alice", filled(cast, why="moved"))
    with sessions() as session:
        assert session.get(Record, cast.unit) is None  # not listed yet, and no `new`
    send(sessions, cast, "alice", filled(cast, 2, why="new"))
    assert record(sessions, cast.unit)["set"]["why"] == "new"
    send(sessions, cast, "alice", filled(cast, 3, why="secret"))
    assert record(sessions, cast.unit)["set"]["why"] == "new"
    send(sessions, cast, "alice", filled(cast, 4, why="moved"))
    assert record(sessions, cast.unit)["set"]["why"] == "moved"
