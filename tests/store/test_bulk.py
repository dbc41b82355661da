"""Many rows in one statement mean what the same rows mean one by one."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session, sessionmaker

from store import ids
from store.bulk import MANY, add_all, keep_first, put_all
from store.db import begin_write
from store.media import Blob
from store.outbox import OutboxRow
from store.records import Record

FEW, LOTS = MANY - 1, MANY + 1


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as opened:
        begin_write(opened)
        yield opened


def record(number: int, **other: Any) -> dict[str, Any]:
    return {
        "id": ids.derived("bulk", str(number)), "type": "household", "unit": ids.derived("u"),
        "area": "999901100201", "version": 1, "seq": 1000 + number, "deleted": False,
        "doc": "{}", "fver": "{}", "lat": 31.5 if number % 2 else None, "form": None, **other,
    }  # fmt: skip


@pytest.mark.parametrize("count", [FEW, LOTS])
def test_columns_that_the_rows_leave_out_get_their_defaults(session: Session, count: int) -> None:
    add_all(session, Record, [record(n) for n in range(count)])
    rows = session.scalars(select(Record).order_by(Record.seq)).all()
    assert len(rows) == count
    assert {(row.handed, row.sealed, row.deleted) for row in rows} == {(False, "{}", False)}
    assert [row.lat for row in rows[:2]] == [None, 31.5]
    assert {row.form for row in rows} == {None}


def replace(statement: Any) -> Any:
    new = {"mime": statement.excluded.mime, "state": "stored"}
    return statement.on_conflict_do_update(index_elements=["sha256"], set_=new)


@pytest.mark.parametrize("count", [FEW, LOTS])
def test_what_stands_stays_or_is_replaced_as_the_statement_says(
    session: Session, count: int
) -> None:
    rows = [
        {"sha256": f"{n:064x}", "state": "expected", "size": n, "mime": "a"} for n in range(count)
    ]
    put_all(session, Blob, rows, keep_first)
    again = [row | {"size": 7, "mime": "b"} for row in rows]
    put_all(session, Blob, again, keep_first)
    known = session.execute(select(Blob.size, Blob.mime).order_by(Blob.sha256)).all()
    assert [tuple(row) for row in known] == [(n, "a") for n in range(count)]
    put_all(session, Blob, again, replace)
    found = session.execute(select(Blob.size, Blob.mime, Blob.state).order_by(Blob.sha256)).all()
    assert [tuple(row) for row in found] == [(n, "b", "stored") for n in range(count)]


def test_a_database_of_many_machines_cuts_no_text_that_is_too_long(session: Session) -> None:
    rows = [record(n, area="9" * 65) for n in range(LOTS)]
    if session.get_bind().dialect.name == "sqlite":
        add_all(session, Record, rows)  # keeps all of it
        assert set(session.scalars(select(Record.area))) == {"9" * 65}
    else:
        with pytest.raises(DataError):
            add_all(session, Record, rows)


def test_no_rows_are_no_statement(session: Session) -> None:
    before = session.scalars(select(OutboxRow.id)).all()
    add_all(session, OutboxRow, [])
    assert session.scalars(select(OutboxRow.id)).all() == before
