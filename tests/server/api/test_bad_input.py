"""Whatever arrives: a refusal by name without effect, or an op that is kept and noted."""

import resource
import zlib
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
import zstandard
from flask.testing import FlaskClient
from sqlalchemy import select

from store import ids
from store.records import OpResult, Quarantine, Record, Revision
from tests.kit import ops
from tests.kit.doors import Doors, problem
from tests.kit.syncing import count

MIB = 1024 * 1024
WAGE = b'"income/wage":1'


@dataclass(frozen=True)
class Refused:
    """A body that is refused whole: what replaces the wage, or the whole body."""

    name: str
    status: int
    code: str
    instead: bytes = b""
    whole: bytes = b""
    encoding: str = ""


def bomb(kind: str, size: int = 300 * MIB) -> bytes:
    """Zeros that inflate to 300 MiB."""
    if kind == "zstd":
        return zstandard.ZstdCompressor().compress(b"0" * size)
    squeeze = zlib.compressobj(9, wbits=31)
    return squeeze.compress(b"0" * size) + squeeze.flush()


REFUSED = (
    Refused("deep arrays", 400, "malformed_json", whole=b"[" * 100_000),
    Refused("deep objects", 400, "malformed_json", whole=b'{"a":' * 40_000),
    Refused("a deep value", 400, "malformed_json", b'"income/wage":' + b"[" * 5000 + b"]" * 5000),
    Refused("too much", 413, "body_too_large", whole=b" " * (2 * MIB + 1)),
    Refused("a key twice", 400, "duplicate_key", b'"income/wage":1,"income/wage":2'),
    Refused("a key twice, escaped", 400, "duplicate_key", WAGE + b',"income/\\u0077age":2'),
    Refused("an envelope twice", 400, "duplicate_key", whole=b'{"device":"a","device":"b"}'),
    Refused("NaN", 400, "malformed_json", b'"income/wage":NaN'),
    Refused("Infinity", 400, "malformed_json", b'"income/wage":-Infinity'),
    Refused("beyond every float", 400, "malformed_json", b'"income/wage":1e999'),
    Refused("5,000 digits", 400, "malformed_json", b'"income/wage":' + b"9" * 5000),
    Refused("no UTF-8", 400, "malformed_json", b'"income/wage":"\xff\xfe"'),
    Refused("cut", 400, "malformed_json", whole=b'{"device":"a","ops":[{"op":'),
    Refused("no JSON", 400, "malformed_json", whole=b"<xml/>"),
    Refused("empty", 400, "malformed_json", whole=b" "),
    Refused("a list", 422, "invalid_request", whole=b"[]"),
    Refused("a path upwards", 422, "invalid_request", b'"../../etc/passwd":1'),
    Refused("a path of nothing", 422, "invalid_request", b'"":1'),
    Refused("a path of 300", 422, "invalid_request", b'"' + b"a" * 300 + b'":1'),
    Refused("the sealed place", 422, "invalid_request", b'"(sealed)":1'),
    Refused("a gzip bomb", 413, "body_too_large", whole=bomb("gzip"), encoding="gzip"),
    Refused("a zstd bomb", 413, "body_too_large", whole=bomb("zstd"), encoding="zstd"),
    Refused("gzip cut", 400, "malformed_body", whole=bomb("gzip", 1000)[:-9], encoding="gzip"),
    Refused("zstd broken", 400, "malformed_body", whole=b"(\xb5/\xfdx", encoding="zstd"),
    Refused("gzip of nothing", 400, "malformed_body", whole=b"nonsense", encoding="gzip"),
    Refused("brotli", 415, "unsupported_encoding", whole=b"x", encoding="br"),
)


def memory() -> int:
    """The most this process ever held, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def push(client: FlaskClient, body: bytes, encoding: str = "") -> Any:
    headers = {"Content-Encoding": encoding} if encoding else {}
    return client.post("/api/v1/sync/push", data=body, headers=headers)


def good(doors: Doors) -> bytes:
    line = ops.op(ids.new(), 1, values=ops.visit(doors.cast.unit, income__wage=1))
    return ops.raw(doors.cast.devices["alice"], line)


def test_each_is_refused_by_name_with_no_effect_and_no_memory(doors: Doors) -> None:
    phone = doors.phone("alice")
    bodies = [case.whole or good(doors).replace(WAGE, case.instead) for case in REFUSED]
    before = memory()
    for case, body in zip(REFUSED, bodies, strict=True):
        answer = push(phone, body, case.encoding)
        assert answer.status_code == case.status, (case.name, answer.text[:300])
        problem(answer, case.status, case.code)
    assert memory() - before < 64 * 1024, "KiB more than before"
    assert count(doors.sessions, OpResult) == 0
    assert push(phone, good(doors)).status_code == 200


KEPT: tuple[tuple[str, dict[str, Any], str, str], ...] = (
    ("an unknown path", {"values": {"no/such_path": 1}}, "applied", "unknown"),
    ("a server's field", {"values": {"state": "approved", "version": 9}}, "applied", "unknown"),
    ("a prototype", {"values": {"__proto__": {"polluted": True}}}, "applied", "unknown"),
    ("a number of 30 digits", {"values": {"income/wage": "9" * 30}}, "applied", ""),
    ("NUL", {"values": {"finish/remark": "a\x00b"}}, "applied", ""),
    ("no date", {"at": "yesterday"}, "applied", "clock"),
    ("a phone of 2031", {"at": "2031-01-01T00:00:00+08:00"}, "applied", ""),
    ("another device's", {"origin": ids.new()}, "quarantined", "foreign_origin"),
    ("an unknown form", {"form_v": "2099.9"}, "quarantined", "unknown_form"),
    ("a register record", {"type": "household"}, "quarantined", "record_type"),
    ("nobody's household", {"values": {"household": "x"}}, "quarantined", "unit_missing"),
)


@pytest.mark.parametrize(("name", "more", "result", "note"), KEPT, ids=[k[0] for k in KEPT])
def test_what_can_be_read_is_kept_and_noted(
    doors: Doors, name: str, more: dict[str, Any], result: str, note: str
) -> None:
    values = ops.visit(doors.cast.unit) | more.get("values", {})
    line = ops.op(ids.new(), 1, values=values)
    line |= {key: value for key, value in more.items() if key != "values"}
    answer = doors.push(doors.phone("alice"), "alice", line)
    assert answer.json is not None and answer.status_code == 200, answer.text
    [told] = answer.json["results"]
    assert told["result"] == result, told
    with doors.sessions() as session:
        if result == "quarantined":
            assert session.scalars(select(Quarantine.why)).all() == [note] == [told["why"]]
            return
        revision = session.scalars(select(Revision).where(Revision.rec == line["rec"])).one()
        record = session.get_one(Record, line["rec"])
        assert note in revision.flags and record.version == 1 and record.state == "received"


def test_a_counter_that_runs_backwards_is_noted(doors: Doors) -> None:
    lines = [ops.op(ids.new(), n, values=ops.visit(doors.cast.unit)) for n in (5, 3, 6)]
    assert doors.push(doors.phone("alice"), "alice", *lines).status_code == 200
    with doors.sessions() as session:
        query = select(Revision.n, Revision.flags).where(
            Revision.rec.in_([x["rec"] for x in lines])
        )
        told = {n: orjson.loads(flags) for n, flags in session.execute(query)}
    assert told == {5: [], 3: ["counter"], 6: []}


def test_a_clock_that_was_set_between_edit_and_sending_is_noted(doors: Doors) -> None:
    device = doors.cast.devices["alice"]
    steady = ops.op(ids.new(), 1, values=ops.visit(doors.cast.unit), uptime=5000.0)
    moved = ops.op(ids.new(), 2, values=ops.visit(doors.cast.unit), uptime=1000.0)
    rebooted = ops.op(ids.new(), 3, values=ops.visit(doors.cast.unit), uptime=9000.0)
    body = orjson.loads(ops.raw(device, steady, moved, rebooted)) | {"uptime": 5001.0}
    assert push(doors.phone("alice"), orjson.dumps(body)).status_code == 200
    with doors.sessions() as session:
        query = select(Revision.n, Revision.flags).where(Revision.version == 1, Revision.n < 9)
        told = {n: "uptime" in flags for n, flags in session.execute(query)}
    assert told == {1: False, 2: True, 3: False}


@pytest.mark.parametrize(
    "damage",
    [
        lambda cursor: cursor[:-4],
        lambda cursor: cursor[4:],
        lambda cursor: cursor[:20] + ("A" if cursor[20] != "A" else "B") + cursor[21:],
        lambda cursor: "x",
        lambda cursor: "=" * 40,
        lambda cursor: "é" * 10,
        lambda cursor: "A" * 4000,
    ],
)
def test_a_cursor_that_was_cut_or_forged_is_refused(doors: Doors, damage: Any) -> None:
    alice = doors.phone("alice")
    page = alice.get("/api/v1/sync/pull").json
    assert page is not None
    bad = damage(page["cursor"])
    problem(alice.get("/api/v1/sync/pull", query_string={"cursor": bad}), 400, "cursor_invalid")
    body = {"device": doors.cast.devices["alice"], "cursor": bad}
    answer = alice.post("/api/v1/sync/reconcile", json=body)
    assert answer.status_code in (400, 422), answer.text
    other = doors.phone("bob").get("/api/v1/sync/pull", query_string={"cursor": page["cursor"]})
    problem(other, 400, "cursor_invalid")


@pytest.mark.parametrize("path", ["/api/v1/sync/reconcile", "/api/v1/media/have"])
def test_other_bodies_are_read_as_strictly(doors: Doors, path: str) -> None:
    alice = doors.phone("alice")
    for case in REFUSED:
        if not case.whole or case.name in ("a list", "too much"):
            continue
        headers = {"Content-Encoding": case.encoding} if case.encoding else {}
        answer = alice.post(path, data=case.whole, headers=headers, content_type="application/json")
        assert answer.status_code == case.status, (case.name, answer.text[:200])
