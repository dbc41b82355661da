"""P1 values stand open nowhere: not in a table, not in the file, not in an answer."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from store import ids
from store.records import Record
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, send

ID, PHONE, BANK, CARD = "999901198001010018", "13812345678", "6222020200112233445", "99990119800118"
SECRETS = (ID, PHONE, BANK, CARD)


def everything_said(sessions: Sessions, cast: Cast) -> list[dict[str, Any]]:
    """P1 values by every road: applied, merged, in conflict, deleted, held, aside, too late."""
    rec = ids.new()
    person = {"full_name": "甲", "id_number": ID, "disability_no": CARD}
    rows = {"people/members": {"aaaaaaaa": person, "bbbbbbbb": person}}
    secret = {"people/phone": PHONE, "income/bank_account": BANK}
    said = send(
        sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit) | secret, rows=rows)
    )
    changed = {"people/members": {"bbbbbbbb": {"id_number": ID[::-1]}}}
    said += send(
        sessions,
        cast,
        "bob",
        ops.op(rec, 1, 1, values={"people/phone": "13800000000"}, rows=changed),
        ops.op(ids.new(), 2, values=ops.visit(cast.unit) | secret, rows=rows, seen={}),
    )
    said += send(
        sessions,
        cast,
        "alice",
        ops.op(rec, 5, 1, values=secret, rows=rows),
        ops.op(rec, 4, 1, values=secret, rows=rows),
        ops.op(rec, 6, 1, values={}, **{"del": ["people/members[bbbbbbbb]"]}),
        ops.op(rec, 7, values=secret, rows=rows, after=ids.new()),
        ops.op(ids.new(), 8, values=secret, rows=rows, form="no_such_form"),
        ops.op(ids.new(), 9, values=secret, rows=rows, form=PHONE, form_v=ID),
    )
    return list(said)


def test_no_table_holds_a_sealed_value_in_the_open(sessions: Sessions, cast: Cast) -> None:
    answers = everything_said(sessions, cast)
    assert {a["result"] for a in answers} == {"applied", "conflict", "held", "quarantined"}
    with sessions() as session:
        for table in Record.metadata.sorted_tables:
            text = str(session.execute(table.select()).all())
            for secret in SECRETS:
                assert secret not in text, (table.name, secret)
    for secret in SECRETS:
        assert secret not in orjson.dumps(answers).decode()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_databases_files_hold_no_sealed_value(
    sessions: Sessions, engine: Engine, cast: Cast
) -> None:
    everything_said(sessions, cast)
    files = list(Path(str(engine.url.database)).parent.glob("ruhu.sqlite*"))
    assert files
    raw = b"".join(file.read_bytes() for file in files)
    assert "东坡村".encode() in raw
    for secret in SECRETS:
        assert secret.encode() not in raw
