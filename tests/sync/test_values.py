"""Values of any kind: equal ones never conflict, strange ones are kept, none stops a push."""

from typing import Any

import pytest
from sqlalchemy import select

from store import clock, ids
from store.conflicts import Conflict
from store.media import Attachment
from store.records import OpResult, Quarantine, Record, Revision
from tests.kit import ops
from tests.kit.cast import Cast
from tests.kit.syncing import Sessions, count, down, fetch, record, row, send

EQUAL = [
    ("income/wage", 36000, 36000.0),
    ("income/wage", 36000, "36000"),
    ("living/housing_defects", "roof wall", ["wall", "roof"]),
    ("people/head_name", "caf\u00e9", "cafe\u0301"),
    (
        "evidence/photo_front",
        ops.photo(),
        ops.photo() | {"name": "other.jpg", "size": 4},
    ),
    ("door/place", {"lat": 30, "lon": 110.0, "acc": 5}, {"lat": 30.0, "lon": 110, "acc": 9}),
    ("future/x", {"a": 1}, {"a": 1.0}),
    ("income/wage", "nan", "nan"),
    ("future/x", False, False),
]


def met(sessions: Sessions, cast: Cast, path: str, one: Any, other: Any) -> tuple[str, Any]:
    """(the later phone's result, the value that stands) where two phones answered `path`."""
    rec = ids.new()
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit)))
    [told] = send(sessions, cast, "alice", ops.op(rec, 2, 1, values={path: one}))
    seen = {e["id"]: e["v"] for e in told.get("entities", [])}
    [told] = send(sessions, cast, "bob", ops.op(rec, 1, 1, values={path: other}, seen=seen))
    return told["result"], record(sessions, rec)["set"][path]


def test_equal_values_of_two_phones_are_no_conflict(sessions: Sessions, cast: Cast) -> None:
    for path, one, other in EQUAL:
        result, standing = met(sessions, cast, path, one, other)
        assert result in ("applied", "merged") and standing == one, (path, one, other)
    assert count(sessions, Conflict) == 0


DIFFERENT = [
    ("people/head_name", "1", 1),
    ("future/x", True, 1),
    ("future/x", [], {}),
    ("future/x", "", 0),
    ("income/wage", 1, True),
    ("evidence/photo_front", ops.photo(), ops.photo("cd" * 32)),
]


def test_values_that_differ_are_for_a_person(sessions: Sessions, cast: Cast) -> None:
    for path, one, other in DIFFERENT:
        result, standing = met(sessions, cast, path, one, other)
        assert result == "conflict" and standing == one, (path, one, other)


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


STRANGE: list[Any] = [
    "a\x00b",
    "\x00",
    "\ufffe\u202e\U0001f600",
    "长" * 5000,
    2**63 - 1,
    -(2**63),
    1.7976931348623157e308,
    5e-324,
    -0.0,
    True,
    [],
    {},
    {"a\x00": "\x00"},
    nested(30),
    999,
]


def test_strange_values_are_stored_as_they_came(sessions: Sessions, cast: Cast) -> None:
    paths = ("income/wage", "people/head_name", "people/phone", "living/housing_defects", "x/y")
    wanted, lines = {}, []
    for n, value in enumerate(STRANGE):
        rec = ids.new()
        wanted[rec] = value
        values = ops.visit(cast.unit) | dict.fromkeys(paths, value) | {"door/outcome": value}
        rows = {"people/members": {"aaaaaaaa": {"full_name": value, "birth": value}}}
        lines.append(ops.op(rec, n, values=values, rows=rows))
    answers = send(sessions, cast, "alice", *lines)
    assert {a["result"] for a in answers} == {"applied"}
    got = {
        record["id"]: record["doc"]["set"]
        for record in down(fetch(sessions, cast, "alice"))
        if record["type"] == "submission"
    }
    for rec, value in wanted.items():
        assert all(got[rec][path] == value for path in paths), value


BEYOND: list[tuple[Any, str]] = [
    (2**70, "1180591620717411303424"),
    (-(2**63) - 1, "-9223372036854775809"),
    (2**63, "9223372036854775808"),
    ([2**70], "[1180591620717411303424]"),
    (nested(40), "[" * 40 + '"x"' + "]" * 40),
    (nested(300), "[" * 300 + '"x"' + "]" * 300),
]


@pytest.mark.parametrize(("value", "kept"), BEYOND, ids=range(len(BEYOND)))
def test_what_no_table_holds_is_kept_as_its_text(
    sessions: Sessions, cast: Cast, value: Any, kept: str
) -> None:
    from_device = ops.raw(cast.devices["alice"], ops.op(ids.new(), values={"marker": 0}))
    text = ops.text(value).encode()
    batch = ops.parse_push(from_device.replace(b'"marker":0', b'"income/wage":' + text))
    assert batch.ops[0].set == {"income/wage": kept}


STRANGE_FILES: list[Any] = [
    ops.photo() | {"size": 2**63 - 1, "mime": "x" * 500, "role": "y" * 500},
    ops.photo() | {"size": -1, "mime": 7, "role": {"a": 1}, "taken_at": 5},
    ops.photo() | {"size": "big", "taken_at": "t" * 500, "gps": "nowhere"},
    ops.photo("zz"),
    ops.photo("AB" * 32),
    {"sha256": 5},
    "not a file",
    7,
    None,
]


def test_strange_files_are_stored_as_they_came(sessions: Sessions, cast: Cast) -> None:
    for n, value in enumerate(STRANGE_FILES):
        rec = ids.new()
        line = ops.op(rec, n, values=ops.visit(cast.unit) | {"evidence/photo_front": value})
        [told] = send(sessions, cast, "alice", line)
        assert told["result"] == "applied", value
        assert record(sessions, rec)["set"].get("evidence/photo_front") == value
    assert count(sessions, Attachment) == 3


def test_a_file_named_with_nul_characters_is_kept_somewhere(sessions: Sessions, cast: Cast) -> None:
    strange = ops.photo() | {"role": "a\x00b", "mime": "\x00", "taken_at": "\x00"}
    line = ops.op(ids.new(), values=ops.visit(cast.unit) | {"evidence/photo_front": strange})
    other = ops.op(ids.new(), 2, values=ops.visit(cast.unit))
    first, second = send(sessions, cast, "alice", line, other)
    assert first["result"] == "applied" and second["result"] == "applied"


def test_what_the_database_cannot_hold_is_set_aside_alone(sessions: Sessions, cast: Cast) -> None:
    """A path longer than the conflict table's column: PostgreSQL refuses, SQLite does not."""
    rec, path, repeat = ids.new(), "p" * 190, "r" * 190
    rows = {repeat: {"aaaaaaaa": {path: 1}}}
    send(sessions, cast, "alice", ops.op(rec, values=ops.visit(cast.unit), rows=rows))
    send(
        sessions,
        cast,
        "alice",
        ops.op(rec, 2, 1, values={}, rows={repeat: {"aaaaaaaa": {path: 2}}}),
    )
    before = ops.op(ids.new(), 1, values=ops.visit(cast.unit))
    poison = ops.op(rec, 2, 1, values={}, rows={repeat: {"aaaaaaaa": {path: 3}}})
    waits = ops.op(ids.new(), 3, values=ops.visit(cast.unit), after=poison["op"])
    after = ops.op(ids.new(), 4, values=ops.visit(cast.unit))
    lines = [waits, before, poison, after]
    told = {a["op"]: a for a in send(sessions, cast, "bob", *lines)}
    results = [told[line["op"]]["result"] for line in lines]
    with sessions() as session:
        postgres = session.get_bind().dialect.name == "postgresql"
    kept = "quarantined" if postgres else "conflict"
    assert results == ["applied", "applied", kept, "applied"]
    assert count(sessions, Quarantine) == (1 if postgres else 0)
    assert count(sessions, Conflict) == (0 if postgres else 1)
    assert row(sessions, rec).version == 2 and count(sessions, OpResult) == 6
    again = send(sessions, cast, "bob", *lines)
    assert [a | {"dup": True} for a in told.values()] == [
        told[a["op"]] | {"dup": True} for a in again
    ]


MOMENTS = ["yesterday", "9999-12-31T23:59:59+00:00", "0001-01-01", "2026-02-30T00:00:00Z", "1e9"]


def _in_utc(at: str) -> str:
    """The same moment; what is no moment stays as it came."""
    try:
        return clock.text(clock.parse(at))
    except (ValueError, OverflowError):
        return at[:24]


def test_times_that_cannot_be_are_kept_beside_ones_that_can(sessions: Sessions, cast: Cast) -> None:
    for n, at in enumerate(MOMENTS):
        rec = ids.new()
        send(sessions, cast, "alice", ops.op(rec, n, values=ops.visit(cast.unit), at=at))
        with sessions() as session:
            kept = session.scalars(select(Revision.at).where(Revision.rec == rec)).one()
            assert kept == _in_utc(at)
            moment = session.get_one(Record, rec).captured_at
        assert moment is not None and clock.text(clock.parse(moment)) == moment


def test_the_last_fix_of_a_push_is_where_the_visit_was(sessions: Sessions, cast: Cast) -> None:
    rec = ids.new()
    first = ops.op(rec, 1, values=ops.visit(cast.unit))
    second = ops.op(rec, 2, values={"income/wage": 1}, fix={"lat": 30.5, "lon": 110.5, "acc": 8})
    send(sessions, cast, "alice", first, second)
    stored = row(sessions, rec)
    assert (stored.lat, stored.lon, stored.acc) == (30.5, 110.5, 8)
