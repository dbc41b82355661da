"""Pull over HTTP, and the last contact that it leaves."""

import gzip

import orjson
import pytest
from sqlalchemy import select, update

from server.api.contact import EVERY, Contacts, Due, flush
from store import ids
from store.accounts import Device
from store.db import begin_write
from store.feed import FeedCounter, Meta
from store.health import Contact
from tests.kit import ops
from tests.kit.doors import Doors, problem

PULL = "/api/v1/sync/pull"


def test_a_first_pull_and_then_only_what_is_new(doors: Doors) -> None:
    rec = doors.visit()
    phone = doors.phone("alice")
    told = phone.get(PULL).get_json()
    assert set(told) == {
        "epoch",
        "server_time",
        "proto",
        "cursor",
        "more",
        "total",
        "drop",
        "digests",
        "records",
    }
    assert rec in {record["id"] for record in told["records"]}
    nothing = phone.get(PULL, query_string={"cursor": told["cursor"]})
    assert (nothing.status_code, nothing.data) == (204, b"")
    newer = doors.visit()
    again = phone.get(PULL, query_string={"cursor": told["cursor"]}).get_json()
    assert newer in {record["id"] for record in again["records"]} and again["total"] is None


def test_pages_are_as_long_as_asked(doors: Doors) -> None:
    for _ in range(3):
        doors.visit()
    phone = doors.phone("alice")
    for limit, most in (("2", 2), ("0", 1), ("-4", 1), ("x", 500), ("1e3", 500), ("9" * 30, 500)):
        page = phone.get(PULL, query_string={"limit": limit}).get_json()
        assert 1 <= len(page["records"]) <= most, limit
        assert page["more"] == (len(page["records"]) < page["total"])


def test_pages_come_compressed_as_offered(doors: Doors) -> None:
    doors.visit()
    answer = doors.phone("alice").get(PULL, headers={"Accept-Encoding": "gzip"})
    assert orjson.loads(gzip.decompress(answer.data))["records"]


def test_somebody_elses_household_does_not_come(doors: Doors) -> None:
    doors.visit()
    told = doors.phone("charlie").get(PULL).get_json()
    assert {record["type"] for record in told["records"]} == {"form"}


def test_cursors_that_are_not_this_persons_are_refused(doors: Doors) -> None:
    cursor = doors.phone("alice").get(PULL).get_json()["cursor"]
    phone = doors.phone("bob")
    for bad in (cursor, cursor[:-2], "x", "é", "\x00", "a" * 4000):
        told = problem(phone.get(PULL, query_string={"cursor": bad}), 400, "cursor_invalid")
        assert set(told["fields"]) == {"cursor"}


def test_a_cursor_of_a_history_that_ended_says_what_to_reset(doors: Doors) -> None:
    phone = doors.phone("alice")
    cursor = phone.get(PULL).get_json()["cursor"]
    with doors.sessions() as session:
        begin_write(session)
        session.get_one(Meta, "epoch").value = ids.new()
        session.commit()
    told = problem(phone.get(PULL, query_string={"cursor": cursor}), 410, "cursor_gone")
    assert told["fields"] == {"reset": "all"}


def test_a_cursor_ahead_of_the_database_ends_the_epoch_once(
    doors: Doors, capsys: pytest.CaptureFixture[str]
) -> None:
    """A backup was restored: every phone is to hear of it, the ones behind it, too."""
    phone, other = doors.phone("alice"), doors.phone("bob")
    known = other.get(PULL).get_json()
    doors.visit()
    ahead = phone.get(PULL).get_json()["cursor"]
    with doors.sessions() as session:
        begin_write(session)
        session.execute(update(FeedCounter).values(head=known["records"][-1]["seq"]))
        session.commit()
    for _ in "12":
        told = problem(phone.get(PULL, query_string={"cursor": ahead}), 410, "cursor_gone")
        assert told["fields"] == {"reset": "all"}
    problem(other.get(PULL, query_string={"cursor": known["cursor"]}), 410, "cursor_gone")
    fresh = other.get(PULL).get_json()
    assert fresh["epoch"] != known["epoch"]
    assert other.get(PULL, query_string={"cursor": fresh["cursor"]}).status_code == 204
    assert capsys.readouterr().out.count("the database was set back") == 1


def test_an_app_too_old_to_understand_is_told_so(doors: Doors) -> None:
    phone = doors.phone("alice")
    for spoken in ("0", "-1", "one", "²", "", "1.0", "9" * 5000):
        answer = phone.get(PULL, headers={"Ruhu-Proto": spoken.encode().decode("latin-1")})
        told = problem(answer, 426, "protocol_too_old")
        assert told["fields"] == {"proto": "1"}
    assert phone.get(PULL, headers={"Ruhu-Proto": "2"}).status_code == 200


def last_seen(doors: Doors, name: str) -> str | None:
    with doors.sessions() as session:
        query = select(Device.last_seen_at).where(Device.id == doors.cast.devices[name])
        return session.execute(query).scalar_one()


def test_the_first_pull_of_a_process_is_noted_and_others_wait_for_the_next_flush(
    doors: Doors,
) -> None:
    assert doors.phone("alice").get(PULL).status_code == 200
    assert doors.phone("bob").get(PULL).status_code == 200
    assert last_seen(doors, "alice") is not None and last_seen(doors, "bob") is None


def at(moment: str, position: int | None = None) -> Contact:
    return Contact(moment, position)


def test_contacts_are_flushed_together_once_the_time_has_passed() -> None:
    contacts = Contacts()
    assert contacts.note("a", at("t1", 4), 0.0).heard == {"a": at("t1", 4)}
    assert not contacts.note("b", at("t2", 7), 1.0)
    assert not contacts.note("b", at("t3"), EVERY - 1)
    assert contacts.note("c", at("t4"), EVERY).heard == {"b": at("t3", 7), "c": at("t4")}
    assert not contacts.note("a", at("t5"), EVERY + 1)


def test_what_waits_is_flushed_by_whatever_request_comes_next() -> None:
    contacts = Contacts()
    contacts.note("a", at("t1"), 0.0)
    assert not contacts.overdue(EVERY), "nothing waits"
    contacts.note("b", at("t2"), 1.0)
    assert not contacts.overdue(EVERY - 1)
    assert contacts.overdue(EVERY).heard == {"b": at("t2")}


def test_contacts_that_could_not_be_written_come_with_the_next_flush() -> None:
    contacts = Contacts()
    due = contacts.note("a", at("t1"), 0.0)
    contacts.note("a", at("t2"), 1.0)
    contacts.give_back(Due(dict(due.heard) | {"b": at("t1")}))
    told = contacts.note("c", at("t3"), EVERY).heard
    assert told == {"a": at("t2"), "b": at("t1"), "c": at("t3")}


def test_a_flush_never_turns_a_contact_back(doors: Doors) -> None:
    alice, bob = doors.cast.devices["alice"], doors.cast.devices["bob"]
    early, late = "2026-01-01T00:00:00.000Z", "2026-02-01T00:00:00.000Z"
    with doors.sessions() as session:
        begin_write(session)
        flush(session, Due({alice: at(late, 3), bob: at(early), ids.new(): at(late)}))
        flush(session, Due({bob: at(late), alice: at(early)}))
        session.commit()
        assert session.get_one(Device, alice).pulled_position == 3
    assert last_seen(doors, "alice") == last_seen(doors, "bob") == late


def test_a_pull_after_a_push_shows_the_same_phone(doors: Doors) -> None:
    phone = doors.phone("alice")
    doors.push(phone, "alice", ops.op(ids.new(), values=ops.visit(doors.cast.unit)))
    before = last_seen(doors, "alice")
    phone.get(PULL)
    after = last_seen(doors, "alice")
    assert before is not None and after is not None and after >= before
