"""Push over HTTP: works, not yours, not there, not valid, twice."""

import gzip

import orjson
import zstandard

from store import clock, ids
from store.accounts import Device
from store.outbox import OutboxRow
from store.records import Quarantine, Record, Revision
from tests.kit import ops
from tests.kit.doors import Doors, post, problem
from tests.kit.syncing import count


def test_a_visit_is_pushed_and_acknowledged(doors: Doors) -> None:
    phone, cast = doors.phone("alice"), doors.cast
    line = ops.op(ids.new(), values=ops.visit(cast.unit))
    answer = doors.push(phone, "alice", line)
    assert answer.status_code == 200
    told = answer.get_json()
    assert set(told) == {
        "epoch",
        "server_time",
        "proto",
        "position",
        "backed_up_through",
        "results",
    }
    [result] = told["results"]
    assert (result["op"], result["result"], result["v"]) == (line["op"], "applied", 1)
    assert count(doors.sessions, OutboxRow) == 2


def test_twice_gets_the_same_answer_and_has_one_effect(doors: Doors) -> None:
    phone = doors.phone("alice")
    body = ops.raw(
        doors.cast.devices["alice"], ops.op(ids.new(), values=ops.visit(doors.cast.unit))
    )
    first = post(phone, body).get_json()["results"]
    revisions = count(doors.sessions, Revision)
    second = post(phone, body).get_json()["results"]
    assert second == [first[0] | {"dup": True}]
    assert count(doors.sessions, Revision) == revisions


def test_compressed_bodies_are_read(doors: Doors) -> None:
    phone, device = doors.phone("alice"), doors.cast.devices["alice"]
    for name, squeeze in (("gzip", gzip.compress), ("zstd", zstandard.compress)):
        body = ops.raw(device, ops.op(ids.new(), values=ops.visit(doors.cast.unit)))
        answer = post(phone, squeeze(body), Content_Encoding=name)
        assert answer.get_json()["results"][0]["result"] == "applied", name


def test_a_large_answer_comes_compressed_as_offered(doors: Doors) -> None:
    phone, device = doors.phone("alice"), doors.cast.devices["alice"]
    body = ops.raw(device, *(ops.op(ids.new(), n, values={}) for n in range(30)))
    packed = post(phone, body, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(orjson.loads(gzip.decompress(packed.data))["results"]) == 30
    zipped = post(phone, body, Accept_Encoding="zstd, gzip")
    assert zipped.headers["Content-Encoding"] == "zstd"
    assert len(orjson.loads(zstandard.decompress(zipped.data))["results"]) == 30


def test_another_device_than_the_token_is_refused_whole(doors: Doors) -> None:
    body = ops.raw(doors.cast.devices["bob"], ops.op(ids.new(), values=ops.visit(doors.cast.unit)))
    told = problem(post(doors.phone("alice"), body), 403, "device_mismatch")
    assert set(told["fields"]) == {"device"}
    assert count(doors.sessions, Revision) == 0


def test_a_browser_does_not_sync(doors: Doors) -> None:
    body = ops.raw(doors.cast.devices["dora"])
    problem(post(doors.browser("dora"), body), 403, "device_mismatch")


def test_content_is_never_refused(doors: Doors) -> None:
    phone, cast = doors.phone("alice"), doors.cast
    rows = {"people/members": {"aaaaaaaa": {"full_name": 5, "birth": "age 999"}}}
    lines = [
        ops.op(ids.new(), 1, values=ops.visit(cast.unit, income__wage="many"), rows=rows),
        ops.op(ids.new(), 2, values=ops.visit(cast.unit), form="no_such_form"),
        ops.op(ids.new(), 3, values=ops.visit(cast.unit), form_v="1999"),
        ops.op(ids.new(), 4, values=ops.visit(cast.other_unit)),
        ops.op(ids.new(), 5, values={}),
        ops.op(ids.new(), 6, values=ops.visit("not a unit")),
        ops.op(ids.new(), 7, values=ops.visit(cast.unit), type="member"),
        ops.op(ids.new(), 8, values=ops.visit(cast.unit), at="the other day"),
    ]
    answer = doors.push(phone, "alice", *lines)
    told = [(r["result"], r.get("why")) for r in answer.get_json()["results"]]
    assert told == [
        ("applied", None),
        ("quarantined", "unknown_form"),
        ("quarantined", "unknown_form"),
        ("quarantined", "out_of_scope"),
        ("quarantined", "unit_missing"),
        ("quarantined", "unit_missing"),
        ("quarantined", "record_type"),
        ("applied", None),
    ]
    assert count(doors.sessions, Quarantine) == 6


def test_push_is_accepted_from_an_app_too_old_to_pull(doors: Doors) -> None:
    phone = doors.phone("alice")
    assert post(phone, ops.raw(doors.cast.devices["alice"]), Ruhu_Proto="0").status_code == 200


def test_a_push_keeps_how_far_the_phones_clock_is_off(doors: Doors) -> None:
    behind = clock.after(clock.now(), hours=-2)
    device, rec = doors.cast.devices["alice"], ids.new()
    line = ops.op(rec, values=ops.visit(doors.cast.unit), at=behind)
    body = orjson.loads(ops.raw(device, line)) | {"sent_at": behind}
    assert post(doors.phone("alice"), orjson.dumps(body)).status_code == 200
    with doors.sessions() as session:
        kept = session.get_one(Device, device)
        assert kept.clock_offset is not None and 7195 < kept.clock_offset < 7260
        assert kept.last_seen_at is not None
        stored = session.get_one(Record, rec)
        assert stored.captured_at is not None
        assert abs(clock.seconds_between(stored.captured_at, clock.now())) < 60


def test_a_time_of_sending_that_is_none_is_no_offset(doors: Doors) -> None:
    device = doors.cast.devices["alice"]
    for sent in ("yesterday", "9999-99-99", "0001-01-01T00:00:00+14:00"):
        body = orjson.loads(ops.raw(device)) | {"sent_at": sent}
        assert post(doors.phone("alice"), orjson.dumps(body)).status_code == 200
        with doors.sessions() as session:
            assert session.get_one(Device, device).clock_offset is None
